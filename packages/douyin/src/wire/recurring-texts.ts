/** How many are known, and the most bytes that one has: longer ones are of no use, and read every time. */
const slots = 512;
const slotBytes = 64;

/**
 * Texts that come again and again, such as the names of kinds: to know one by its bytes costs a third of reading it, and
 * every copy is the same string. Where two want the same slot, the later one has it.
 */
export class RecurringTexts {
	readonly #bytes = new Uint8Array(slots * slotBytes);
	readonly #lengths = new Uint8Array(slots);
	readonly #texts: string[] = new Array<string>(slots).fill("");

	readonly #read: (bytes: Buffer, start: number, end: number) => string;

	/** @param read makes a text of bytes */
	constructor(read: (bytes: Buffer, start: number, end: number) => string) {
		this.#read = read;
	}

	/** The text of these bytes. */
	of(bytes: Buffer, start: number, end: number): string {
		const length = end - start;
		if (length > slotBytes) return this.#read(bytes, start, end);
		const slot = slotOf(bytes, start, length);
		const at = slot * slotBytes;
		const known = this.#bytes;
		if (this.#lengths[slot] === length) {
			let same = 0;
			while (same < length && known[at + same] === bytes[start + same]) same++;
			if (same === length) return this.#texts[slot] as string;
		}
		const text = this.#read(bytes, start, end);
		for (let i = 0; i < length; i++) known[at + i] = bytes[start + i] as number;
		this.#lengths[slot] = length;
		this.#texts[slot] = text;
		return text;
	}
}

/** By its length and four of its bytes. */
function slotOf(bytes: Buffer, start: number, length: number): number {
	const quarter = length >> 2;
	let hash = length;
	for (let at = start + length - 1; at >= start; at -= quarter + 1) hash = hash * 31 + (bytes[at] as number);
	return (hash ^ (hash >> 8)) & (slots - 1);
}
