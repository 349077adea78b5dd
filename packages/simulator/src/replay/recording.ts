import { gunzipSync } from "node:zlib";
import {
	decodeGiftMessage,
	decodeMessage,
	decodePushFrame,
	encodeGiftMessage,
	encodeMessage,
} from "@livekeeper/douyin/wire";
import { commonIdOf, envelopeIdOf, hasTwoIds, withIds } from "../traffic/message-ids.ts";
import { fieldsOf, replaced } from "../traffic/message-walk.ts";

/** A recorded message, with the bytes it came in. */
export interface RecordedMessage {
	/** Its own, or where it has none that of its envelope. */
	id: string;
	method: string;
	/** The `Message`, as recorded. */
	bytes: Uint8Array;
}

const messagesField = 1;
const payloadField = 2;
const msgIdField = 3;
/** Field number in a `GiftMessage`. */
const groupIdField = 11;
const maxInflatedBytes = 16 * 1024 * 1024;

/**
 * The messages of a recorded frame; none for heartbeats and the like.
 *
 * @throws Error when it is no frame
 */
export function messagesOfFrame(bytes: Uint8Array): RecordedMessage[] {
	const frame = decodePushFrame(bytes);
	if (frame.payloadType !== "msg") return [];
	const zipped = frame.headers.some(({ key, value }) => key === "compress_type" && value === "gzip");
	return messagesOfResponse(zipped ? gunzipSync(frame.payload, { maxOutputLength: maxInflatedBytes }) : frame.payload);
}

/**
 * The messages of a recorded `Response`.
 *
 * @throws Error when it is none
 */
export function messagesOfResponse(bytes: Uint8Array): RecordedMessage[] {
	const messages: RecordedMessage[] = [];
	for (const { number, wireType, valueStart, end } of fieldsOf(bytes)) {
		if (number !== messagesField || wireType !== 2) continue;
		// A copy: the whole batch must not be kept for the sake of one message.
		const message = Uint8Array.from(bytes.subarray(valueStart, end));
		const { method, msgId, payload } = decodeMessage(message);
		const own = commonIdOf(payload.whole(), method);
		messages.push({ id: own === "0" ? msgId : own, method, bytes: message });
	}
	return messages;
}

/** The same message under another id: everything but its ids stays as it is. */
export function withId(message: RecordedMessage, id: string): RecordedMessage {
	const { method, bytes } = message;
	if (!hasTwoIds(bytes, message.id)) {
		return { id, method, bytes: replaced(bytes, msgIdField, encodeMessage({ msgId: id })) };
	}
	const differ = decodeMessage(bytes).msgId !== message.id;
	return { id, method, bytes: withIds(bytes, differ ? envelopeIdOf(BigInt(id)).toString() : id, id) };
}

/**
 * The same gift in the group that `groupOf` gives for its own; other messages, and gifts without a group, as they are.
 */
export function withGroup(message: RecordedMessage, groupOf: (group: string) => string): RecordedMessage {
	if (message.method !== "WebcastGiftMessage") return message;
	const payload = decodeMessage(message.bytes).payload.whole();
	const group = groupIn(payload);
	if (group === "0") return message;
	const grouped = replaced(payload, groupIdField, encodeGiftMessage({ groupId: groupOf(group) }));
	return { ...message, bytes: replaced(message.bytes, payloadField, encodeMessage({ payload: grouped })) };
}

function groupIn(payload: Uint8Array): string {
	try {
		return decodeGiftMessage(payload).groupId;
	} catch {
		// It was recorded like that: who gets it may say what is wrong with it.
		return "0";
	}
}
