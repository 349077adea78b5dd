import { constants, createGunzip, type Gunzip, gunzipSync, type ZlibReset } from "node:zlib";
import { DouyinError } from "../errors.ts";

/** Undocumented parts of Node's zlib streams that are used here. */
interface Internals extends Gunzip, ZlibReset {
	readonly _handle: {
		/** Does not check its arguments: wrong ones end the process. */
		writeSync(
			flush: number,
			input: Uint8Array,
			inputAt: number,
			inputLength: number,
			output: Uint8Array,
			outputAt: number,
			outputLength: number,
		): void;
	} | null;
	/** Remaining bytes of the output and of the input. */
	readonly _writeState: Uint32Array;
	reset(): void;
}

/** Major versions of Node in which it was tested. In others each frame has a stream of its own. */
const tried = new Set([22, 23, 24, 25, 26]);
const isTried = tried.has(Number.parseInt(process.versions.node, 10));

/** Size of the output buffer, bytes; frames that unpack to more are rare. */
const outputBytes = 256 * 1024;

/**
 * One zlib stream for all frames: creating one costs more than unpacking a small frame. Bytes that can't be unpacked
 * destroy it, and the next call creates another one.
 */
export class KeptGunzip {
	#stream: Internals | undefined;
	#output: Buffer | undefined;

	/**
	 * @returns a view that the next call overwrites; `undefined` if the bytes must be unpacked in another way: they are
	 * not one complete gzip, unpack to 256 KiB or more, or this version of Node was not tested
	 */
	unpack(bytes: Uint8Array): Buffer | undefined {
		const stream = isTried ? this.#open() : undefined;
		if (!stream?._handle || bytes.length === 0) return undefined;
		this.#output ??= Buffer.allocUnsafeSlow(outputBytes);
		stream.reset();
		stream._handle.writeSync(constants.Z_FINISH, bytes, 0, bytes.length, this.#output, 0, outputBytes);
		const [left = 0] = stream._writeState;
		// An error has destroyed the stream. Writing to it again would end the process.
		if (stream.destroyed || !stream._handle) this.#stream = undefined;
		return this.#stream && left > 0 ? this.#output.subarray(0, outputBytes - left) : undefined;
	}

	#open(): Internals | undefined {
		if (this.#stream) return this.#stream;
		const stream = createGunzip({ chunkSize: constants.Z_MIN_CHUNK }) as Internals;
		if (typeof stream._handle?.writeSync !== "function" || !(stream._writeState instanceof Uint32Array))
			return undefined;
		// The fallback decompressor reports what is wrong with the bytes.
		stream.on("error", () => undefined);
		this.#stream = stream;
		return stream;
	}
}

const kept = new KeptGunzip();

/** Default limit for the unpacked size of one frame, bytes. Real ones unpack to some 100 KiB at most. */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;

/**
 * A bigger size hint comes from the sender and is not trusted, because memory is allocated before it can be checked.
 */
const MAX_HINTED_BYTES = 256 * 1024;

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
