import { gunzipSync } from "node:zlib";
import { DouyinError } from "../errors.ts";
import { KeptGunzip } from "./kept-gunzip.ts";

/** Default limit for the unpacked size of one frame, bytes. Real ones unpack to some 100 KiB at most. */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;

/**
 * A bigger size hint comes from the sender and is not trusted, because memory is allocated before it can be checked.
 */
const MAX_HINTED_BYTES = 256 * 1024;

const kept = new KeptGunzip();

/**
 * Unpacks gzip synchronously, to keep the order: in the background a small frame could overtake a big one.
 * @returns bytes that the next call may overwrite
 * @throws DouyinError `bad_frame` if it is not gzip, is cut short, or unpacks to more than `maxBytes`; content beyond
 * that limit, and beyond 256 KiB, is never unpacked
 */
export function inflate(bytes: Uint8Array, maxBytes: number = MAX_INFLATED_BYTES): Buffer {
	const unpacked = kept.unpack(bytes);
	if (unpacked && unpacked.length <= maxBytes) return unpacked;
	try {
		return gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: chunkSizeFor(bytes) });
	} catch (cause) {
		const tooBig = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
		const why = tooBig ? `it unpacks to more than ${maxBytes} bytes` : "its payload is not valid gzip";
		throw new DouyinError("bad_frame", `The frame can't be read: ${why}.`, { cause });
	}
}

/** Returns the chunk size by the length at the end of the gzip: with one chunk of that size no copy is needed. */
function chunkSizeFor(bytes: Uint8Array): number {
	const end = bytes.length;
	if (end < 18) return 1024;
	const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(end - 4, end);
	const hint = a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000;
	// One byte more than the content, or zlib asks for another chunk to find out that nothing is left.
	return Math.min(Math.max(hint + 1, 64), MAX_HINTED_BYTES);
}
