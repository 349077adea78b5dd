import { gunzipSync } from "node:zlib";

/**
 * The least work there is to a frame: unpack it, and step over every field of its Response, of each Message, and of
 * each payload once, keeping nothing. Gives the number of fields.
 */
export function skimFrame(frame: Uint8Array): number {
	return skim(frame, 0, frame.length, FRAME);
}

/** Which field of a level holds the next one. */
const FRAME = 0;
const RESPONSE = 1;
const MESSAGE = 2;
const PAYLOAD = 3;
const INNER_TAG = [0x42, 0x0a, 0x12, -1];

function skim(bytes: Uint8Array, start: number, end: number, level: number): number {
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
		if ((tag & 7) === 0) {
			while ((bytes[pos++] as number) >= 0x80);
			continue;
		}
		if ((tag & 7) !== 2) throw new Error("a wire type that the samples do not have");
		byte = bytes[pos++] as number;
		let length = byte & 0x7f;
		for (let shift = 7; byte >= 0x80; shift += 7) {
			byte = bytes[pos++] as number;
			length |= (byte & 0x7f) << shift;
		}
		if (tag === inner) fields += skimInner(bytes, pos, pos + length, level);
		pos += length;
	}
	return fields;
}

function skimInner(bytes: Uint8Array, start: number, end: number, level: number): number {
	if (level === FRAME) {
		const packed = bytes.subarray(start, end);
		const unpacked = gunzipSync(packed, { chunkSize: Buffer.from(packed).readUInt32LE(packed.length - 4) + 1 });
		return skim(unpacked, 0, unpacked.length, RESPONSE);
	}
	return skim(bytes, start, end, level === RESPONSE ? MESSAGE : PAYLOAD);
}
