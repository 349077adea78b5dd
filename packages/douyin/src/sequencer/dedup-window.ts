import { isId, type MessageIds } from "./message-ids.ts";

/** Maximum number of messages that are remembered because they may still be repeated. */
export const maxRemembered = 32_768;
/**
 * Number of lower decimal digits of an id, which fit into 30 bits. The other ten fit into 34, and the upper two of
 * those are stored beside them.
 */
const lowDigits = 9;
const smallest = 64;
/** Number of messages for which memory is allocated first: most quiet rooms never have more. */
const first = 4;
const maxDigits = 19;
const zero = 48;
/** Numbers in the ring for each message: two for each of its ids, and its epoch. */
const width = 5;
const epochAt = 4;
/** The two numbers of the id that was split last: returning an array for each lookup would be garbage. */
let high = 0;
let low = 0;

/**
 * The newest messages of a room, each with its epoch, the number of the gap before it. Used to drop messages that the
 * upstream repeats after a reconnect, or sends to several connections. A message is found by either of its ids, see
 * {@link MessageIds}. It takes 28 bytes per message, and none before the first. Its capacity is the minimum that it
 * remembers; older messages that may still be repeated must be retained, and are remembered as well, up to {@link
 * maxRemembered}. The position of a message is the number of messages before it.
 */
export class DedupWindow {
	readonly #capacity: number;
	/** {@link width} numbers per message; one with a single id has that twice. When full, the oldest is at `#next`. */
	#ring = new Int32Array(0);
	#count = 0;
	#next = 0;
	/** Number of messages ever added, and the position from which on none may be forgotten. */
	#added = 0;
	#retainFrom = Number.POSITIVE_INFINITY;
	/**
	 * Open addressing with linear probing: the index in the ring + 1, or 0, for each id. Four times as long as the ring,
	 * and rebuilt before forgotten messages take more than a quarter of it.
	 */
	#table = new Uint16Array(0);

	/** @param capacity minimum number of remembered messages, a power of two from 64 to {@link maxRemembered} */
	constructor(capacity = 4096) {
		if (!(capacity >= smallest && capacity <= maxRemembered && Number.isInteger(Math.log2(capacity)))) {
			throw new RangeError("capacity must be a power of two from 64 to 32,768");
		}
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#count;
	}

	/** Position of the next message. */
	get position(): number {
		return this.#added;
	}

	/** Whether nothing from this position on was forgotten. */
	remembersFrom(position: number): boolean {
		return position >= this.#added - this.#count;
	}

	/**
	 * Keeps everything from this position on, and messages that a frame from there may have overtaken: a quarter of the
	 * capacity. Default: anything may be forgotten.
	 */
	retain(from: number): void {
		this.#retainFrom = from - this.#capacity / 4;
	}

	/** Returns the position of a message; `undefined` if it is not remembered. */
	positionOf(message: MessageIds): number | undefined {
		const entry = this.#entryOf(message);
		const size = this.#ring.length / width;
		return entry === 0 ? undefined : this.#added - 1 - ((this.#next - entry + size) % size);
	}

	/** Whether the message is remembered, under either of its ids; one without an id never is. */
	has(message: MessageIds): boolean {
		return this.#entryOf(message) > 0;
	}

	/** Returns the number of the gap before the message; `undefined` if it is not remembered. */
	epochOf(message: MessageIds): number | undefined {
		const entry = this.#entryOf(message);
		return entry === 0 ? undefined : this.#epochAt(entry - 1);
	}

	/** Whether no older message of its epoch is remembered. */
	isFirst(message: MessageIds): boolean {
		const entry = this.#entryOf(message);
		if (entry === 0) return false;
		const size = this.#ring.length / width;
		const isOldest = (entry - 1 + this.#count) % size === this.#next;
		return isOldest || this.#epochAt((entry - 2 + size) % size) !== this.#epochAt(entry - 1);
	}

	/** Forgets messages from before an epoch: their ids belong to other messages from now on. */
	forget(before: number): void {
		this.#keep(this.#ring.length / width, (epoch) => epoch >= before);
	}

	/**
	 * Remembers a message.
	 * @returns whether it is new; one without an id ({@link isId}) always is
	 */
	add(message: MessageIds, epoch: number): boolean {
		const { method, id, envelopeId } = message;
		if (!isId(id)) return true;
		if (envelopeId !== undefined && this.#find(method, envelopeId) > 0) return false;
		if (this.#find(method, id) > 0) return false;
		if (this.#count * width === this.#ring.length) this.#makeRoom();
		const at = this.#next * width;
		const ring = this.#ring;
		ring[at] = ring[at + 2] = high;
		ring[at + 1] = ring[at + 3] = low;
		ring[at + epochAt] = epoch;
		const entry = ++this.#next;
		this.#table[this.#slot(high, low)] = entry;
		if (envelopeId !== undefined) {
			split(method, envelopeId);
			ring[at + 2] = high;
			ring[at + 3] = low;
			this.#table[this.#slot(high, low)] = entry;
		}
		const size = ring.length / width;
		this.#added++;
		this.#count = Math.min(this.#count + 1, size);
		if (entry === size) this.#next = 0;
		if (this.#count === size && this.#next % (size / 2) === 0) this.#index();
		return true;
	}

	/**
	 * Makes room when full: grows if nothing may be forgotten, and shrinks again later; otherwise replaces the oldest.
	 */
	#makeRoom(): void {
		const count = this.#count;
		const retained = this.#added - this.#retainFrom;
		if (count < this.#capacity || (retained >= count && count < maxRemembered)) this.#keep(Math.max(first, count * 2));
		else if (count > this.#capacity && retained < this.#capacity) this.#keep(this.#capacity);
	}

	/** Keeps the newest messages, as many as fit. */
	#keep(size: number, isKept: (epoch: number) => boolean = () => true): void {
		const { length } = this.#ring;
		const ring = new Int32Array(size * width);
		let kept = 0;
		for (let i = Math.max(0, this.#count - size); i < this.#count; i++) {
			const at = (this.#next * width + length + (i - this.#count) * width) % length;
			if (!isKept(this.#ring[at + epochAt] ?? 0)) continue;
			ring.set(this.#ring.subarray(at, at + width), kept++ * width);
		}
		this.#ring = ring;
		this.#count = kept;
		this.#next = kept === size ? 0 : kept;
		this.#index();
	}

	#index(): void {
		const ring = this.#ring;
		this.#table = new Uint16Array((ring.length / width) * 4);
		for (let i = 0; i < this.#count; i++) {
			const at = i * width;
			this.#table[this.#slot(ring[at] ?? 0, ring[at + 1] ?? 0)] = i + 1;
			this.#table[this.#slot(ring[at + 2] ?? 0, ring[at + 3] ?? 0)] = i + 1;
		}
	}

	#epochAt(index: number): number | undefined {
		return this.#ring[index * width + epochAt];
	}

	/** Returns the index in the ring + 1; 0 if the message is not remembered. */
	#entryOf({ method, id, envelopeId }: MessageIds): number {
		if (this.#count === 0 || !isId(id)) return 0;
		return this.#find(method, id) || (envelopeId === undefined ? 0 : this.#find(method, envelopeId));
	}

	#find(method: string, id: string): number {
		split(method, id);
		return this.#table[this.#slot(high, low)] ?? 0;
	}

	/** Returns the slot of this id, or the free one for it. */
	#slot(high: number, low: number): number {
		const mask = this.#table.length - 1;
		const ring = this.#ring;
		let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
		hash ^= hash >>> 15;
		for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
			const entry = this.#table[slot];
			if (!entry) return slot;
			const at = (entry - 1) * width;
			if (ring[at + 1] === low && ring[at] === high) return slot;
			if (ring[at + 3] === low && ring[at + 2] === high) return slot;
		}
	}
}

/**
 * Splits an id into 64 bits, distinct for each kind. An id that is not a number of at most 19 digits, or begins with a
 * 0, is hashed; no real one is.
 */
function split(method: string, id: string): void {
	if (!splitNumber(id)) {
		high = hashOf(id, 0x811c9dc5);
		low = hashOf(id, 0x2f0b4c47);
	}
	low ^= hashOfMethod(method);
}

function splitNumber(id: string): boolean {
	const { length } = id;
	if (length > maxDigits || id.charCodeAt(0) === zero) return false;
	let upper = 0;
	let lower = 0;
	for (let i = 0; i < length; i++) {
		const digit = id.charCodeAt(i) - zero;
		if (digit < 0 || digit > 9) return false;
		if (i < length - lowDigits) upper = upper * 10 + digit;
		else lower = lower * 10 + digit;
	}
	high = upper | 0;
	low = (lower + Math.floor(upper / 2 ** 32) * 2 ** 30) | 0;
	return true;
}

/** The kind that was hashed last: messages of a kind often come together, and are looked up more than once. */
let hashedMethod = "";
let methodHash = hashOf(hashedMethod, 0);

function hashOfMethod(method: string): number {
	if (method !== hashedMethod) {
		methodHash = hashOf(method, 0x811c9dc5);
		hashedMethod = method;
	}
	return methodHash;
}

function hashOf(text: string, seed: number): number {
	let hash = seed;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return hash ^ (hash >>> 15);
}
