import { commonFieldOf, decodeMessage } from "@livekeeper/douyin/wire";
import { giftMethod, packedGiftMethod } from "../traffic/gift-totals.ts";
import { delimited, fieldsOf, varint } from "../traffic/message-walk.ts";
import type { RecordedMessage } from "./recording.ts";

const payloadField = 2;
/** Field number in the common part. */
const createTimeField = 4;
/** The gift in a packed one. */
const packedField = 1;

/** Field of a kind's own time, besides that of its common part: clients use it first. */
const ownTimes: Readonly<Record<string, number>> = {
	WebcastChatMessage: 15,
	WebcastScreenChatMessage: 12,
	WebcastGiftMessage: 33,
	WebcastProductChangeMessage: 2,
	WebcastLiveShoppingMessage: 15,
	WebcastLuckyBoxMessage: 4,
};

/**
 * Returns the message with all its times moved to `now` (ms since the epoch), in the recorded units; otherwise charts
 * and rates of clients would show the day of the recording. Everything else stays, byte for byte.
 */
export function withTime(message: RecordedMessage, now: number): RecordedMessage {
	const payload = decodeMessage(message.bytes).payload.whole();
	try {
		const moved = timesMoved(payload, message.method, now);
		const bytes = edit(message.bytes, (number, value) => (number === payloadField ? moved : value));
		return { ...message, bytes };
	} catch {
		// It was recorded like that: the client may report what is wrong with it.
		return message;
	}
}

function timesMoved(payload: Uint8Array, method: string, now: number): Uint8Array {
	return edit(payload, (number, value) => {
		if (number === commonFieldOf(method))
			return edit(value, (inner, time) => (inner === createTimeField ? timeLike(time, now) : time));
		if (method === packedGiftMethod && number === packedField) return timesMoved(value, giftMethod, now);
		return number === ownTimes[method] ? timeLike(value, now) : value;
	});
}

/** Encodes a time in the unit of the given varint; leaves anything else as it is. */
function timeLike(value: Uint8Array, now: number): Uint8Array {
	let recorded = 0;
	for (const [i, byte] of value.entries()) recorded += (byte & 127) * 128 ** i;
	if (recorded > 1e14 && recorded < 1e16) return varint(now * 1000);
	if (recorded > 1e11 && recorded < 1e13) return varint(now);
	return recorded > 1e8 && recorded < 1e10 ? varint(Math.floor(now / 1000)) : value;
}

/**
 * @param change returns the value of each field that is a varint or has a length, the latter without the length
 * @throws Error if the bytes are not protobuf
 */
function edit(bytes: Uint8Array, change: (number: number, value: Uint8Array) => Uint8Array): Uint8Array {
	const parts: Uint8Array[] = [];
	for (const { number, wireType, start, valueStart, end } of fieldsOf(bytes)) {
		const value = bytes.subarray(valueStart, end);
		const changed = wireType === 0 || wireType === 2 ? change(number, value) : value;
		if (changed === value) parts.push(bytes.subarray(start, end));
		else if (wireType === 0) parts.push(varint(number * 8), changed);
		else parts.push(delimited(number, changed));
	}
	return Buffer.concat(parts);
}
