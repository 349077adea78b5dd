/** Number of slots, and maximum size of a text, bytes: caching longer ones gains nothing. */
const slots = 512;
const slotBytes = 64;

/**
 * Caches texts that recur, such as the names of kinds: recognizing one by its bytes costs a third of decoding it, and
 * every copy is the same string. If two texts share a slot, the later one keeps it.
 */
export class RecurringTexts {
	readonly #bytes = new Uint8Array(slots * slotBytes);
	readonly #lengths = new Uint8Array(slots);
	readonly #texts: string[] = new Array<string>(slots).fill("");

	readonly #read: (bytes: Buffer, start: number, end: number) => string;

	/** @param read decodes a text */
	constructor(read: (bytes: Buffer, start: number, end: number) => string) {
		this.#read = read;
	}

	/** Returns the text of these bytes. */
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

/** Chooses the slot by length and four of the bytes. */
function slotOf(bytes: Buffer, start: number, length: number): number {
	const quarter = length >> 2;
	let hash = length;
	for (let at = start + length - 1; at >= start; at -= quarter + 1) hash = hash * 31 + (bytes[at] as number);
	return (hash ^ (hash >> 8)) & (slots - 1);
}
