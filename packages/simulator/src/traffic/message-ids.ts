import {
	commonFieldOf,
	decodeIdentifiedCommon,
	decodeMessage,
	encodeIdentifiedCommon,
	encodeMessage,
} from "@livekeeper/douyin/wire";
import { asMessagesField, delimited, fieldsOf, replaced } from "./message-walk.ts";

/**
 * The two ids of a message: that of its envelope (`Message.msg_id`) and its own (`common.msg_id`).
 * - `differ`: two ids, each the same for all receivers, as the site sends them since 2026. Recorded messages keep
 * theirs.
 * - `same`: one id in both places.
 * - `new_envelope`, `new_common`: one of them is a new one on each connection and in each answer of `im/fetch`.
 * - `no_envelope`, `no_common`: one of them is absent.
 */
export const idModes = ["differ", "same", "new_envelope", "new_common", "no_envelope", "no_common"] as const;
export type IdMode = (typeof idModes)[number];

/** Whether receivers get different bytes. */
export const isPerReceiver = (mode: IdMode): boolean => mode === "new_envelope" || mode === "new_common";

const msgIdField = { message: 3, common: 2 };
const payloadField = 2;

/** Returns the envelope's id for a message with this id in mode `differ`. */
export const envelopeIdOf = (id: bigint): bigint => id + 1_000_000_000_000_000_000n;

/**
 * Returns the message with its ids in this mode, as field 1 of a `Response`.
 * @param receiver number of the connection or answer that it is for
 */
export function bytesFor(message: { id: bigint; bytes: Uint8Array }, mode: IdMode, receiver: number): Uint8Array {
	const [field] = fieldsOf(message.bytes);
	if (mode === "differ" || !field) return message.bytes;
	const whole = message.bytes.subarray(field.valueStart, field.end);
	const id = message.id.toString();
	// Unique in a room: the ids of its broadcasts are closer together than this.
	const fresh = (envelopeIdOf(message.id) + BigInt(receiver % 1_000_000) * 100_000_000_000n).toString();
	const envelope = mode === "no_envelope" ? "0" : mode === "new_envelope" ? fresh : id;
	const common = mode === "no_common" ? "0" : mode === "new_common" ? fresh : id;
	return asMessagesField(hasTwoIds(whole, id) ? withIds(whole, envelope, common) : whole);
}

/** Returns the id in the payload of a message of this kind; "0" if it has none, or can't be read. */
export function commonIdOf(payload: Uint8Array, method: string): string {
	try {
		return decodeIdentifiedCommon(partOf(payload, commonFieldOf(method)));
	} catch {
		// A test may push, or a recording hold, bytes that are no message.
		return "0";
	}
}

/** Whether a `Message` has this id in its payload, so that its envelope may have another. */
export function hasTwoIds(message: Uint8Array, id: string): boolean {
	const { method, payload } = decodeMessage(message);
	return commonIdOf(payload.whole(), method) === id;
}

/** Returns a `Message` that {@link hasTwoIds} with these ids: "0" for none. */
export function withIds(message: Uint8Array, envelope: string, common: string): Uint8Array {
	const { method, payload } = decodeMessage(message);
	const number = commonFieldOf(method);
	const whole = payload.whole();
	const part = replaced(partOf(whole, number), msgIdField.common, encodeIdentifiedCommon({ msgId: common }));
	return replaced(
		replaced(message, msgIdField.message, encodeMessage({ msgId: envelope })),
		payloadField,
		encodeMessage({ payload: replaced(whole, number, delimited(number, part)) }),
	);
}

/** Returns the message in this field: protobuf concatenates one that comes in several pieces. */
function partOf(payload: Uint8Array, number: number): Uint8Array {
	const pieces = [...fieldsOf(payload)].filter((field) => field.number === number && field.wireType === 2);
	return Buffer.concat(pieces.map(({ valueStart, end }) => payload.subarray(valueStart, end)));
}
