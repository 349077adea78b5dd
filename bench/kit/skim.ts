import { gunzipSync } from "node:zlib";

/** Called with the position of a message's payload in the unpacked bytes. */
export type OnPayload = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Does the minimum of work for a frame: unpacks it into a buffer of the right size, and skips every field of its
 * Response, of each Message, and of each payload once, keeping nothing. In the tables: F.
 * @returns the number of fields
 */
export function skimFrame(frame: Uint8Array, onPayload?: OnPayload): number {
	return skim(frame, 0, frame.length, FRAME, onPayload);
}

/** Field of each level that holds the next one. */
const FRAME = 0;
const RESPONSE = 1;
const MESSAGE = 2;
const PAYLOAD = 3;
const INNER_TAG = [0x42, 0x0a, 0x12, -1];

function skim(bytes: Uint8Array, start: number, end: number, level: number, onPayload?: OnPayload): number {
	const inner = INNER_TAG[level];
	let fields = 0;
	let pos = start;
	while (pos < end) {
		let byte = bytes[pos++] as number;
		let tag = byte & 0x7f;
		for (let shift = 7; byte >= 0x80; shift += 7) {
			byte = bytes[pos++] as number;
			tag |= (byte & 0x7f) << shift;
		}
		fields++;
		const wireType = tag & 7;
		if (wireType === 0) {
			while ((bytes[pos++] as number) >= 0x80);
			continue;
		}
		if (wireType !== 2) throw new Error(`a wire type that no frame here has: ${wireType}`);
		byte = bytes[pos++] as number;
		let length = byte & 0x7f;
		for (let shift = 7; byte >= 0x80; shift += 7) {
			byte = bytes[pos++] as number;
			length |= (byte & 0x7f) << shift;
		}
		if (tag === inner) fields += skimInner(bytes, pos, pos + length, level, onPayload);
		pos += length;
	}
	return fields;
}

function skimInner(bytes: Uint8Array, start: number, end: number, level: number, onPayload?: OnPayload): number {
	if (level === FRAME) {
		if (end - start < 18) return 0;
		const size = new DataView(bytes.buffer, bytes.byteOffset + end - 4, 4).getUint32(0, true);
		const unpacked = gunzipSync(bytes.subarray(start, end), { chunkSize: Math.max(64, size + 1) });
		return skim(unpacked, 0, unpacked.length, RESPONSE, onPayload);
	}
	if (level === RESPONSE) return skim(bytes, start, end, MESSAGE, onPayload);
	onPayload?.(bytes, start, end);
	return skim(bytes, start, end, PAYLOAD);
}
