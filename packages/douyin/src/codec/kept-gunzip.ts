import { constants, createGunzip, type Gunzip, type ZlibReset } from "node:zlib";

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
