import { gunzipSync } from "node:zlib";
import { decodeMessage, decodePushFrame, encodeMessage } from "@livekeeper/douyin/wire";
import { fieldsOf } from "./message-walk.ts";

/** A recorded message, with the bytes it came in. */
export interface RecordedMessage {
	id: string;
	method: string;
	/** The `Message`, as recorded. */
	bytes: Uint8Array;
}

const messagesField = 1;
const msgIdField = 3;
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
		const { method, msgId } = decodeMessage(message);
		messages.push({ id: msgId, method, bytes: message });
	}
	return messages;
}

/** The same message under another id: everything but `msg_id` stays as it is. */
export function withId(message: RecordedMessage, id: string): RecordedMessage {
	const kept = [...fieldsOf(message.bytes)]
		.filter((field) => field.number !== msgIdField)
		.map((field) => message.bytes.subarray(field.start, field.end));
	return { id, method: message.method, bytes: Buffer.concat([...kept, encodeMessage({ msgId: id })]) };
}
