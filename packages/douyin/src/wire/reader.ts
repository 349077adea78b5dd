import { RecurringTexts } from "./recurring-texts.ts";
import { WireError } from "./wire-error.ts";

/**
 * Number of nested messages and list items that may still be read. Two bytes of input are enough for one, and each
 * becomes an object, so without a bound a small frame could fill the memory. Parts of one frame share one budget.
 */
export interface Budget {
	parts: number;
	/**
	 * Whether a larger value than usual was read: a number above {@link usual}`.number` or below 0, a text of more than
	 * `usual.textBytes`, or more items than `usual.items`. Only then the result has to be bounded.
	 */
	unusual: boolean;
}

/** A hundred times the parts of a busy room's frame. */
const MAX_PARTS = 20_000;

/** Values that need no bounds check. Times never do: they are far above every count. */
export const usual = { number: 1_000_000, textBytes: 512, items: 32 } as const;

/** Maximum number of bytes read of a text: more than any consumer keeps, so that it notices the truncation. */
export const MAX_TEXT_BYTES = 300_003;

export const newBudget = (): Budget => ({ parts: MAX_PARTS, unusual: false });

export const EMPTY: Uint8Array = new Uint8Array(0);

// A 64-bit integer viewed as two words: the exact decimal of an id without bigint arithmetic.
const long = new BigUint64Array(1);
const words = new Uint32Array(long.buffer);
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Node's own method, if available: `toString` checks its arguments first. */
const utf8: (bytes: Buffer, start: number, end: number) => string =
	"utf8Slice" in Buffer.prototype
		? (bytes, start, end) =>
				(bytes as unknown as { utf8Slice(start: number, end: number): string }).utf8Slice(start, end)
		: (bytes, start, end) => bytes.toString("utf8", start, end);

const recurringTexts = new RecurringTexts(utf8);

/**
 * Reads protobuf from one buffer, in place. Generated code drives it: it reads tags itself, passes the start of a
 * field's content and the end of the containing message, and nothing is read beyond that. Every malformed input is a
 * {@link WireError}.
 */
export class Reader {
	readonly bytes: Buffer;
	/** Beginning and end of the input. */
	readonly start: number;
	readonly end: number;
	/** Position after the last value read. */
	pos: number;
	readonly #budget: Budget;

	constructor(bytes: Buffer, start: number, end: number, budget: Budget) {
		this.bytes = bytes;
		this.start = start;
		this.end = end;
		this.pos = start;
		this.#budget = budget;
	}

	/** Returns the whole input: a view, not a copy. */
	whole(): Buffer {
		return this.bytes.subarray(this.start, this.end);
	}

	/**
	 * Reads a whole tag whose first byte, before `pos`, says that there are more: a field's number and wire type. Zero
	 * and wrong types are rejected by {@link skip}.
	 */
	longTag(first: number, pos: number): number {
		const second = this.bytes[pos] as number;
		if (second < 0x80) {
			this.pos = pos + 1;
			return (first & 0x7f) | (second << 7);
		}
		return this.#restOf32(first, pos);
	}

	/** Enters a length-delimited field that must end before `end`; returns its end. */
	open(pos: number, end: number): number {
		if (--this.#budget.parts < 0) throw new WireError("too many nested messages");
		return this.#stop(pos, end);
	}

	/** Called before another message is added to a list of `length`. */
	item(length: number): void {
		if (length >= usual.items) this.#budget.unusual = true;
	}

	/** As {@link item}, for a list of numbers, texts or bytes, whose items are no messages that {@link open} counts. */
	scalarItem(length: number): void {
		if (--this.#budget.parts < 0) throw new WireError("too many items in lists");
		this.item(length);
	}

	/** Checks at the end of a message that the last field did not reach beyond it. */
	close(pos: number, end: number): void {
		if (pos !== end) throw new WireError("a field reaches past the end of its message");
		this.pos = end;
	}

	bool(pos: number): boolean {
		return this.#varint(pos) !== 0;
	}

	int32(pos: number): number {
		const byte = this.bytes[pos] as number;
		if (byte < 0x80) {
			this.pos = pos + 1;
			return byte;
		}
		this.#restOf64(byte, pos + 1);
		const value = (words[LOW] ?? 0) | 0;
		if (value > usual.number || value < 0) this.#budget.unusual = true;
		return value;
	}

	/** Reads a count: exact up to 2^53 - 1, and that number for everything above it. */
	uint64Number(pos: number): number {
		const value = this.#varint(pos);
		if (value <= usual.number) return value;
		this.#budget.unusual = true;
		return Math.min(value, Number.MAX_SAFE_INTEGER);
	}

	/** Reads a time like a count; no size of it is unusual. */
	time(pos: number): number {
		return Math.min(this.#varint(pos), Number.MAX_SAFE_INTEGER);
	}

	/** Reads an id: exact, in decimal. */
	uint64String(pos: number): string {
		const value = this.#varint(pos);
		return value < 0x4000_0000 ? String(value) : String(long[0]);
	}

	string(pos: number, end: number): string {
		const stop = this.#stop(pos, end);
		const start = this.pos;
		this.pos = stop;
		if (stop === start) return "";
		return utf8(this.bytes, start, stop - start > usual.textBytes ? this.#cut(start, stop) : stop);
	}

	/** Reads a text that recurs. */
	recurring(pos: number, end: number): string {
		const stop = this.#stop(pos, end);
		const start = this.pos;
		this.pos = stop;
		if (stop - start > usual.textBytes) return utf8(this.bytes, start, this.#cut(start, stop));
		return recurringTexts.of(this.bytes, start, stop);
	}

	/** Returns a view of the input, not a copy. */
	view(pos: number, end: number): Uint8Array {
		const stop = this.#stop(pos, end);
		const start = this.pos;
		this.pos = stop;
		return stop === start ? EMPTY : this.bytes.subarray(start, stop);
	}

	/** Returns a reader of a message that lies in bytes of this one. */
	part(pos: number, end: number): Reader {
		const stop = this.#stop(pos, end);
		const part = new Reader(this.bytes, this.pos, stop, this.#budget);
		this.pos = stop;
		return part;
	}

	/** Reads one entry of a map of strings. */
	entry(pos: number, end: number, into: Map<string, string>): void {
		const stop = this.open(pos, end);
		let key = "";
		let value = "";
		let at = this.pos;
		while (at < stop) {
			const tag = this.bytes[at++] as number;
			if (tag === 10) key = this.string(at, stop);
			else if (tag === 18) value = this.string(at, stop);
			else {
				const whole = tag < 0x80 ? tag : this.longTag(tag, at);
				at = this.skip(whole, tag < 0x80 ? at : this.pos, stop);
				continue;
			}
			at = this.pos;
		}
		this.close(at, stop);
		into.set(key, value);
	}

	/** Skips a field that isn't read; returns where the next begins. */
	skip(tag: number, pos: number, end: number): number {
		if (tag < 8) throw new WireError("field number 0");
		switch (tag & 7) {
			case 0:
				return this.#skipVarint(pos);
			case 1:
				return step(8, pos, end);
			case 2:
				return this.#stop(pos, end);
			case 5:
				return step(4, pos, end);
			default:
				throw new WireError(`wire type ${tag & 7}`);
		}
	}

	/** Reads a length; returns the end of the content after it. */
	#stop(pos: number, end: number): number {
		const byte = this.bytes[pos] as number;
		let length = byte;
		this.pos = pos + 1;
		if (!(byte < 0x80)) {
			const second = this.bytes[pos + 1] as number;
			if (second < 0x80) {
				length = (byte & 0x7f) | (second << 7);
				this.pos = pos + 2;
			} else length = this.#restOf32(byte, pos + 1);
		}
		if (length > end - this.pos) throw new WireError("a length reaches past the end of its message");
		return this.pos + length;
	}

	/** Returns where to stop reading a long text: at its end, or between two characters. */
	#cut(start: number, stop: number): number {
		this.#budget.unusual = true;
		let at = start + MAX_TEXT_BYTES;
		if (at >= stop) return stop;
		// A continuation byte of a character begins with the bits 10.
		for (let back = 3; back > 0 && ((this.bytes[at] as number) & 0xc0) === 0x80; back--) at--;
		return at;
	}

	#skipVarint(pos: number): number {
		const { bytes } = this;
		let at = pos;
		for (let left = 10; left > 0; left--) {
			const byte = bytes[at++] as number;
			if (byte < 0x80) return at;
			if (byte === undefined) break;
		}
		throw new WireError("a varint without an end");
	}

	#varint(pos: number): number {
		const byte = this.bytes[pos] as number;
		if (!(byte < 0x80)) return this.#restOf64(byte, pos + 1);
		this.pos = pos + 1;
		return byte;
	}

	#restOf32(first: number, pos: number): number {
		const value = this.#restOf64(first, pos);
		if (value > 0xffffffff) throw new WireError("a tag or length of more than 32 bits");
		return value;
	}

	/**
	 * Reads the rest of a varint whose first byte was `first`: returns it as a double (exact up to 2^53) and leaves its
	 * bits in `words`. `first` is undefined if the input had ended.
	 */
	#restOf64(first: number | undefined, pos: number): number {
		if (first === undefined) throw new WireError("the input ends within a field");
		const { bytes } = this;
		let at = pos;
		let low = first & 0x7f;
		let high = 0;
		for (let shift = 7; shift < 70; shift += 7) {
			const byte = bytes[at++];
			if (byte === undefined) throw new WireError("the input ends within a varint");
			const bits = byte & 0x7f;
			if (shift < 28) low |= bits << shift;
			else if (shift === 28) {
				low |= bits << 28;
				high = bits >>> 4;
			} else high |= bits << (shift - 32);
			if (byte < 0x80) {
				this.pos = at;
				words[LOW] = low;
				words[HIGH] = high;
				return (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
			}
		}
		throw new WireError("a varint without an end");
	}
}

function step(length: number, pos: number, end: number): number {
	if (length > end - pos) throw new WireError("a field reaches past the end of its message");
	return pos + length;
}

/** Returns a reader at the beginning of these bytes, or of those of a reader, which already has a budget. */
export function readerOf(bytes: Uint8Array | Reader, budget?: Budget): Reader {
	if (bytes instanceof Reader) {
		bytes.pos = bytes.start;
		return bytes;
	}
	const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return new Reader(buffer, 0, buffer.length, budget ?? newBudget());
}

/** Reader of an absent message. */
export const NOTHING: Reader = readerOf(EMPTY);
