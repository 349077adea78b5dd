import { hash53 } from "@livekeeper/base/hash";
import type { MessageIds } from "@livekeeper/douyin";

/** Default number of a room's newest events that are recognised when they come again. */
export const defaultKnownEvents = 2_000;

const minCapacity = 8;
const free = 0;

/** Identifies an event in its room's log: its ids and its time, `at`, ms since the epoch. */
export interface EventKey extends MessageIds {
	at: number;
}

/**
 * The dedup window of a room's log, which recognises its newest events. An event is identified by either of its ids,
 * together with its kind and its time, because an upstream that was restarted reuses ids for new messages. Each id is
 * kept as a hash of 53 bits, some 28 bytes per event: a service has one window for each of its rooms.
 */
export class RecentIds {
	readonly #max: number;
	/** Two hashes per event, {@link hashesOf}; the oldest first. */
	#hashes = new Float64Array(2 * minCapacity);
	/** Number of events. */
	#count = 0;
	/** Index plus 1 of the event with a hash, by open addressing; the newer one for a hash that occurs twice. */
	#slots = new Uint32Array(4 * minCapacity);

	/**
	 * @param max maximum number of events kept; older ones are forgotten
	 * @param hashes two per event, the oldest first: {@link hashesOf}
	 */
	constructor(max: number, hashes: Float64Array = new Float64Array(0)) {
		this.#max = max;
		for (let i = 0; i < hashes.length; i += 2) this.#push(hashes[i] ?? 0, hashes[i + 1] ?? 0);
	}

	/** @returns false if the event is already known, under either of its ids */
	add(key: EventKey): boolean {
		const hash = hashOf(key, key.id);
		const other = otherHashOf(key, hash);
		if (this.#has(hash) || (other !== hash && this.#has(other))) return false;
		this.#push(hash, other);
		return true;
	}

	#has(hash: number): boolean {
		const index = (this.#slots[this.#slotOf(hash)] ?? free) - 1;
		// Events older than the window are removed only from time to time.
		return index >= 0 && index >= this.#count - this.#max;
	}

	#push(hash: number, other: number): void {
		if (this.#count * 2 === this.#hashes.length) this.#makeRoom();
		this.#hashes[this.#count * 2] = hash;
		this.#hashes[this.#count * 2 + 1] = other;
		this.#count++;
		this.#slots[this.#slotOf(hash)] = this.#count;
		if (other !== hash) this.#slots[this.#slotOf(other)] = this.#count;
	}

	#makeRoom(): void {
		const kept = this.#hashes.subarray(Math.max(0, this.#count - this.#max) * 2, this.#count * 2);
		const capacity = Math.min(2 * this.#count, this.#max + Math.ceil(this.#max / 4));
		this.#count = kept.length / 2;
		this.#hashes = new Float64Array(2 * Math.max(capacity, this.#count + 1));
		this.#hashes.set(kept);
		this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * this.#hashes.length)));
		for (const [index, hash] of kept.entries()) this.#slots[this.#slotOf(hash)] = (index >> 1) + 1;
	}

	/** Returns the slot of the hash, or the free slot where it belongs. */
	#slotOf(hash: number): number {
		const mask = this.#slots.length - 1;
		let slot = (hash % 0x7fffffff) & mask;
		for (;;) {
			const index = (this.#slots[slot] ?? free) - 1;
			if (index < 0 || this.#hashes[index * 2] === hash || this.#hashes[index * 2 + 1] === hash) return slot;
			slot = (slot + 1) & mask;
		}
	}
}

/** Returns two numbers per event that identify it; they are equal for an event with a single id. */
export function hashesOf(keys: readonly EventKey[]): Float64Array {
	const hashes = new Float64Array(keys.length * 2);
	for (const [index, key] of keys.entries()) {
		const hash = hashOf(key, key.id);
		hashes[index * 2] = hash;
		hashes[index * 2 + 1] = otherHashOf(key, hash);
	}
	return hashes;
}

function otherHashOf(key: EventKey, hash: number): number {
	return key.envelopeId === undefined ? hash : hashOf(key, key.envelopeId);
}

/** Most recently hashed kind. The next event mostly has the same one. */
let hashedMethod = "";
let methodHash = 0;

function hashOf({ method, at }: EventKey, id: string): number {
	if (method !== hashedMethod) {
		methodHash = hash53(method) | 0;
		hashedMethod = method;
	}
	return hash53(id, ((at % 0x1_0000_0000) | 0) ^ methodHash);
}
