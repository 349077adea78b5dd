import {
	commonFieldOf,
	decodeIdentified,
	decodeIdentifiedInSecond,
	decodeMessage,
	encodeIdentifiedCommon,
	encodeMessage,
	WireError,
} from "@livekeeper/douyin/wire";
import { fieldsOf, replaced } from "../replay/message-walk.ts";
import { asMessagesField, type SourceMessage } from "./source.ts";

/**
 * The two ids that a message comes with: that of its envelope (`Message.msg_id`) and its own (`common.msg_id`).
 * - `differ`: two ids, each the same for all receivers, as the site sends them since 2026. Recorded messages keep theirs.
 * - `same`: one id in both places.
 * - `new_envelope`, `new_common`: one of them is a new one on each connection and in each answer of `im/fetch`.
 * - `no_envelope`, `no_common`: one of them is absent.
 */
export const idModes = ["differ", "same", "new_envelope", "new_common", "no_envelope", "no_common"] as const;
export type IdMode = (typeof idModes)[number];

/** Whether receivers are given different bytes. */
export const isPerReceiver = (mode: IdMode): boolean => mode === "new_envelope" || mode === "new_common";

const msgIdField = { message: 3, common: 2 };
const payloadField = 2;
const commonField = 1;

/** The id of the envelope of a message with this id, as `differ` has it. */
export const envelopeIdOf = (id: bigint): bigint => id + 1_000_000_000_000_000_000n;

/**
 * The message with its ids in this mode, as field 1 of a `Response`.
 * @param receiver a number of the connection or answer that it is for
 */
export function bytesFor(message: SourceMessage, mode: IdMode, receiver: number): Uint8Array {
	const [field] = fieldsOf(message.bytes);
	if (mode === "differ" || !field) return message.bytes;
	const whole = message.bytes.subarray(field.valueStart, field.end);
	const id = message.id.toString();
	// Of no other message of a room: its broadcasts' ids lie closer together than this.
	const fresh = (envelopeIdOf(message.id) + BigInt(receiver % 1_000_000) * 100_000_000_000n).toString();
	const envelope = mode === "no_envelope" ? "0" : mode === "new_envelope" ? fresh : id;
	const common = mode === "no_common" ? "0" : mode === "new_common" ? fresh : id;
	return asMessagesField(hasTwoIds(whole, id) ? withIds(whole, envelope, common) : whole);
}

/** The id that a message of this kind has in its payload; "0" where it has none, or can't be read. */
export function commonIdOf(payload: Uint8Array, method: string): string {
	const field = commonFieldOf(method);
	try {
		if (field === commonField) return decodeIdentified(payload);
		return field === 2 ? decodeIdentifiedInSecond(payload) : "0";
	} catch (error) {
		if (error instanceof WireError) return "0";
		throw error;
	}
}

/** Whether a `Message` has an id of its own in the part that payloads begin with: some kinds have it elsewhere. */
export function hasTwoIds(message: Uint8Array, id: string): boolean {
	const { method, payload } = decodeMessage(message);
	return commonFieldOf(method) === commonField && commonIdOf(payload.whole(), method) === id;
}

/** A `Message` that {@link hasTwoIds}, with these: "0" for none. */
export function withIds(message: Uint8Array, envelope: string, common: string): Uint8Array {
	const payload = decodeMessage(message).payload.whole();
	const [field] = [...fieldsOf(payload)].filter(({ number }) => number === commonField);
	const part = payload.subarray(field?.valueStart ?? 0, field?.end ?? 0);
	const named = replaced(part, msgIdField.common, encodeIdentifiedCommon({ msgId: common }));
	// Field 1, length-delimited: as a `Response` holds its messages.
	const whole = replaced(payload, commonField, asMessagesField(named));
	return replaced(
		replaced(message, msgIdField.message, encodeMessage({ msgId: envelope })),
		payloadField,
		encodeMessage({ payload: whole }),
	);
}
