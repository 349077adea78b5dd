import { encodePushFrame } from "../wire/index.ts";

/** Tags of an ack's fields, in the order in which protobuf writes them. */
const logIdTag = 0x10;
const payloadTypeTag = 0x3a;
const payloadTag = 0x42;
const ack = "ack";
/** Maximum size of an ack without its payload, bytes: three tags, a number of 64 bits, two lengths, its type. */
const maxBytesBeside = 3 + 10 + 1 + ack.length + 5;

const long = new BigUint64Array(1);
const halves = new Uint32Array(long.buffer);

/**
 * Encodes the answer to a frame that needs an ack: it names the frame and returns its `internal_ext`. Nearly every
 * frame needs one, so it is written in one go.
 * @param logId decimal digits of a number of 64 bits
 */
export function encodeAck(logId: string, internalExt: string): Uint8Array {
	const bytes = Buffer.byteLength(internalExt);
	const into = Buffer.allocUnsafe(maxBytesBeside + bytes);
	let end = 0;
	if (logId !== "" && logId !== "0") {
		into[end++] = logIdTag;
		long[0] = BigInt(logId);
		end = writeVarint(into, end, halves[0] ?? 0, halves[1] ?? 0);
	}
	into[end++] = payloadTypeTag;
	into[end++] = ack.length;
	end += into.write(ack, end, "latin1");
	if (bytes > 0) {
		into[end++] = payloadTag;
		end = writeVarint(into, end, bytes, 0);
		end += into.write(internalExt, end, "utf8");
	}
	return into.subarray(0, end);
}

/** @returns the position after the number */
function writeVarint(into: Buffer, start: number, low: number, high: number): number {
	let end = start;
	let rest = low;
	let above = high;
	while (above > 0 || rest > 0x7f) {
		into[end++] = (rest & 0x7f) | 0x80;
		rest = ((rest >>> 7) | (above << 25)) >>> 0;
		above >>>= 7;
	}
	into[end] = rest;
	return end + 1;
}

/** Shared by all connections; a copy, because the writer's buffer holds 512 bytes. */
const heartbeat = Uint8Array.from(encodePushFrame({ payloadType: "hb" }));

/** Returns the heartbeat, which the web page sends every ten seconds. The caller must not change it. */
export function encodeHeartbeat(): Uint8Array {
	return heartbeat;
}
