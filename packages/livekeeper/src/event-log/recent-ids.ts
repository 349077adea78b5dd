import { hash53 } from "../hash.ts";

/** How many of a room's newest events are recognised when they come again. */
export const defaultKnownEvents = 2_000;

const leastCapacity = 8;
const free = 0;

/**
 * The dedup window of a room's log: what tells its newest events from others. That is their id and their time: an
 * upstream that was started over says new messages under ids that it has used. Kept as a hash of 53 bits, some 14 bytes
 * each: a service has one of these for each of its rooms.
 */
export class RecentIds {
	readonly #most: number;
	/** The oldest first. */
	#hashes = new Float64Array(leastCapacity);
	#count = 0;
	/** Where a hash lies, plus 1, by open addressing; of a hash that came twice, the newer. */
	#slots = new Uint32Array(2 * leastCapacity);

	/** @param most maximum number of the newest events that are known; older ones are forgotten. @param hashes of {@link hashOf} */
	constructor(most: number, hashes: Iterable<number> = []) {
		this.#most = most;
		for (const hash of hashes) this.#push(hash);
	}

	/** @param at of the event, ms since the epoch. @returns false where it is known already */
	add(id: string, at: number): boolean {
		const hash = hashOf(id, at);
		const index = (this.#slots[this.#slotOf(hash)] ?? free) - 1;
		// What is older than the window is dropped now and then only.
		if (index >= 0 && index >= this.#count - this.#most) return false;
		this.#push(hash);
		return true;
	}

	#push(hash: number): void {
		if (this.#count === this.#hashes.length) this.#makeRoom();
		this.#hashes[this.#count++] = hash;
		this.#slots[this.#slotOf(hash)] = this.#count;
	}

	#makeRoom(): void {
		const kept = this.#hashes.subarray(Math.max(0, this.#count - this.#most), this.#count);
		const capacity = Math.min(2 * this.#hashes.length, this.#most + Math.ceil(this.#most / 4));
		this.#hashes = new Float64Array(Math.max(capacity, kept.length + 1));
		this.#hashes.set(kept);
		this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * this.#hashes.length)));
		this.#count = kept.length;
		for (const [index, hash] of kept.entries()) this.#slots[this.#slotOf(hash)] = index + 1;
	}

	/** Where the hash lies, or else the free slot where it belongs. */
	#slotOf(hash: number): number {
		const mask = this.#slots.length - 1;
		let slot = (hash % 0x7fffffff) & mask;
		for (;;) {
			const index = (this.#slots[slot] ?? free) - 1;
			if (index < 0 || this.#hashes[index] === hash) return slot;
			slot = (slot + 1) & mask;
		}
	}
}

/** What an event is recognised by. @param at ms since the epoch */
export function hashOf(id: string, at: number): number {
	return hash53(id, (at % 0x1_0000_0000) | 0);
}
