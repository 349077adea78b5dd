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

/** A recorded message, with its original bytes. */
export interface RecordedMessage {
	/** Its own id, otherwise that of its envelope. */
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
 * Returns the messages of a recorded frame; none for heartbeats and the like.
 *
 * @throws Error if it is not a frame
 */
export function messagesOfFrame(bytes: Uint8Array): RecordedMessage[] {
	const frame = decodePushFrame(bytes);
	if (frame.payloadType !== "msg") return [];
	const zipped = frame.headers.some(({ key, value }) => key === "compress_type" && value === "gzip");
	return messagesOfResponse(zipped ? gunzipSync(frame.payload, { maxOutputLength: maxInflatedBytes }) : frame.payload);
}

/**
 * Returns the messages of a recorded `Response`.
 *
 * @throws Error if it is not one
 */
export function messagesOfResponse(bytes: Uint8Array): RecordedMessage[] {
	const messages: RecordedMessage[] = [];
	for (const { number, wireType, valueStart, end } of fieldsOf(bytes)) {
		if (number !== messagesField || wireType !== 2) continue;
		// A copy, because a view would keep the whole batch in memory.
		const message = Uint8Array.from(bytes.subarray(valueStart, end));
		const { method, msgId, payload } = decodeMessage(message);
		const own = commonIdOf(payload.whole(), method);
		messages.push({ id: own === "0" ? msgId : own, method, bytes: message });
	}
	return messages;
}

/** Returns the message under another id: everything except its ids stays as it is. */
export function withId(message: RecordedMessage, id: string): RecordedMessage {
	const { method, bytes } = message;
	if (!hasTwoIds(bytes, message.id)) {
		return { id, method, bytes: replaced(bytes, msgIdField, encodeMessage({ msgId: id })) };
	}
	const differ = decodeMessage(bytes).msgId !== message.id;
	return { id, method, bytes: withIds(bytes, differ ? envelopeIdOf(BigInt(id)).toString() : id, id) };
}

/**
 * Returns the gift in the group that `groupOf` gives for its own; other messages, and gifts without a group, unchanged.
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
		// It was recorded like that: the client may report what is wrong with it.
		return "0";
	}
}
