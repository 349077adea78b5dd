import { WireError } from "./wire-error.ts";

/**
 * How many nested messages and items of lists may still be read. Two bytes of input are enough for one, and each becomes
 * an object, so without a bound a small frame could fill the memory. What belongs to one frame shares one budget.
 */
export interface Budget {
	parts: number;
	/**
	 * Something was read that is larger than is usual: a number above {@link usual}`.number` or below 0, a text of more than
	 * `usual.textBytes`, or more items than `usual.items`. What was made of it has to be looked at; nothing else has.
	 */
	unusual: boolean;
}

/** A hundred times what a busy room's frame holds. */
const MAX_PARTS = 20_000;

/** What passes without a second look. Times do, whatever they are: they are far above every count. */
export const usual = { number: 1_000_000, textBytes: 512, items: 32 } as const;

/** Only the beginning of a longer text is read, but more than any reader keeps: it sees that there was more. */
export const MAX_TEXT_BYTES = 300_003;

export const newBudget = (): Budget => ({ parts: MAX_PARTS, unusual: false });

export const EMPTY: Uint8Array = new Uint8Array(0);

// A 64-bit integer seen as two words: the exact decimal of an id without arithmetic on bigints.
const long = new BigUint64Array(1);
const words = new Uint32Array(long.buffer);
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Node's own, where it has it: `toString` looks at its arguments first. */
const utf8: (bytes: Buffer, start: number, end: number) => string =
	"utf8Slice" in Buffer.prototype
		? (bytes, start, end) =>
				(bytes as unknown as { utf8Slice(start: number, end: number): string }).utf8Slice(start, end)
		: (bytes, start, end) => bytes.toString("utf8", start, end);

/**
 * Reads protobuf off one buffer, in place. Generated code drives it: it passes the end of the message it is in, and
 * nothing is read behind that. Every malformed input is a {@link WireError}.
 */
export class Reader {
	/** Where the next byte is read. */
	pos = 0;
	/** Where the input ends. */
	readonly end: number;
	readonly #buf: Buffer;
	readonly #budget: Budget;

	constructor(bytes: Uint8Array, budget: Budget = newBudget()) {
		this.#budget = budget;
		this.#buf = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.end = bytes.length;
	}

	/** A field's number and wire type, as they are on the wire. Zero and wrong types are refused by {@link skip}. */
	tag(): number {
		const byte = this.#buf[this.pos++] as number;
		return byte < 0x80 ? byte : this.#restOf32(byte);
	}

	/** Enters a length-delimited field that must lie before `end`; gives where it ends. */
	open(end: number): number {
		if (--this.#budget.parts < 0) throw new WireError("too many nested messages");
		return this.#stop(end);
	}

	/** Called before another message is added to a list of `length`. */
	item(length: number): void {
		if (length >= usual.items) this.#budget.unusual = true;
	}

	/** The same for a list of numbers, texts or bytes, whose items are no messages that {@link open} counts. */
	scalarItem(length: number): void {
		if (--this.#budget.parts < 0) throw new WireError("too many items in lists");
		this.item(length);
	}

	/** Checks at the end of a message that the last field did not reach past it. */
	close(end: number): void {
		if (this.pos !== end) throw new WireError("a field reaches past the end of its message");
	}

	bool(): boolean {
		const byte = this.#buf[this.pos++] as number;
		return byte < 0x80 ? byte !== 0 : this.#restOf64(byte) !== 0;
	}

	int32(): number {
		const byte = this.#buf[this.pos++] as number;
		if (byte < 0x80) return byte;
		this.#restOf64(byte);
		const value = (words[LOW] ?? 0) | 0;
		if (value > usual.number || value < 0) this.#budget.unusual = true;
		return value;
	}

	/** A count: exact up to 2^53 - 1, and that number for everything above it. */
	uint64Number(): number {
		const byte = this.#buf[this.pos++] as number;
		if (byte < 0x80) return byte;
		const value = this.#restOf64(byte);
		if (value <= usual.number) return value;
		this.#budget.unusual = true;
		return Math.min(value, Number.MAX_SAFE_INTEGER);
	}

	/** A time: the same, and every size of it is usual. */
	time(): number {
		const byte = this.#buf[this.pos++] as number;
		return byte < 0x80 ? byte : Math.min(this.#restOf64(byte), Number.MAX_SAFE_INTEGER);
	}

	/** An id: exact, in decimal. */
	uint64String(): string {
		const byte = this.#buf[this.pos++] as number;
		if (byte < 0x80) return String(byte);
		this.#restOf64(byte);
		return String(long[0]);
	}

	string(end: number): string {
		const stop = this.#stop(end);
		if (stop === this.pos) return "";
		const text = utf8(this.#buf, this.pos, stop - this.pos > usual.textBytes ? this.#cut(stop) : stop);
		this.pos = stop;
		return text;
	}

	/** A view of the input, not a copy. */
	bytes(end: number): Uint8Array {
		const stop = this.#stop(end);
		if (stop === this.pos) return EMPTY;
		const view = this.#buf.subarray(this.pos, stop);
		this.pos = stop;
		return view;
	}

	/** One entry of a map of strings. */
	entry(end: number, into: Map<string, string>): void {
		const stop = this.open(end);
		let key = "";
		let value = "";
		while (this.pos < stop) {
			const tag = this.tag();
			if (tag === 10) key = this.string(stop);
			else if (tag === 18) value = this.string(stop);
			else this.skip(tag, stop);
		}
		this.close(stop);
		into.set(key, value);
	}

	/** Steps over a field that nobody reads. */
	skip(tag: number, end: number): void {
		if (tag < 8) throw new WireError("field number 0");
		switch (tag & 7) {
			case 0:
				this.#skipVarint();
				break;
			case 1:
				this.#step(8, end);
				break;
			case 2:
				this.pos = this.#stop(end);
				break;
			case 5:
				this.#step(4, end);
				break;
			default:
				throw new WireError(`wire type ${tag & 7}`);
		}
	}

	/** Reads a length; gives where what follows ends. */
	#stop(end: number): number {
		const byte = this.#buf[this.pos++] as number;
		const length = byte < 0x80 ? byte : this.#restOf32(byte);
		if (length > end - this.pos) throw new WireError("a length reaches past the end of its message");
		return this.pos + length;
	}

	/** Where to end the reading of a long text: where it ends, or between two characters. */
	#cut(stop: number): number {
		this.#budget.unusual = true;
		let at = this.pos + MAX_TEXT_BYTES;
		if (at >= stop) return stop;
		// A byte that continues a character begins with the bits 10.
		for (let back = 3; back > 0 && ((this.#buf[at] as number) & 0xc0) === 0x80; back--) at--;
		return at;
	}

	#step(length: number, end: number): void {
		if (length > end - this.pos) throw new WireError("a field reaches past the end of its message");
		this.pos += length;
	}

	#skipVarint(): void {
		const buf = this.#buf;
		for (let left = 10; left > 0; left--) {
			const byte = buf[this.pos++] as number;
			if (byte < 0x80) return;
			if (byte === undefined) break;
		}
		throw new WireError("a varint without an end");
	}

	#restOf32(first: number): number {
		const value = this.#restOf64(first);
		if (value > 0xffffffff) throw new WireError("a tag or length of more than 32 bits");
		return value;
	}

	/**
	 * The rest of a varint whose first byte was `first`: gives it as a double (exact up to 2^53) and leaves its bits in
	 * `words`. `first` is undefined where the input had ended.
	 */
	#restOf64(first: number | undefined): number {
		if (first === undefined) throw new WireError("the input ends within a field");
		const buf = this.#buf;
		let low = first & 0x7f;
		let high = 0;
		for (let shift = 7; shift < 70; shift += 7) {
			const byte = buf[this.pos++];
			if (byte === undefined) throw new WireError("the input ends within a varint");
			const bits = byte & 0x7f;
			if (shift < 28) low |= bits << shift;
			else if (shift === 28) {
				low |= bits << 28;
				high = bits >>> 4;
			} else high |= bits << (shift - 32);
			if (byte < 0x80) {
				words[LOW] = low;
				words[HIGH] = high;
				return (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
			}
		}
		throw new WireError("a varint without an end");
	}
}
