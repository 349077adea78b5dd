/** Maximum number of ids that are remembered while that many may still be repeated. */
export const maxRemembered = 32_768;
/** The lower decimal digits of an id fit into 30 bits; the other ten into 34, the upper two of which are kept beside them. */
const lowDigits = 9;
const smallest = 64;
/** Ids that are allocated with the first: most rooms of a quiet night say no more. */
const first = 4;
const mostDigits = 19;
const zero = 48;
/** The two numbers that the id which was split last is kept as: an array of them for each look would be garbage. */
let high = 0;
let low = 0;

/** `""` and `"0"` are no ids: the upstream sends them with messages that have none. */
export function isId(id: string): boolean {
	return id !== "" && id !== "0";
}

/**
 * The ids of a room's newest messages, each with its epoch, the number of the gap that it lies behind: to drop what the
 * upstream repeats after a reconnect, or says to several connections. It takes 16 bytes an id, and none before the first.
 * Its capacity is what is remembered at least; what may still be repeated behind that is to be retained, and is
 * remembered as well, up to {@link maxRemembered}. The position of an id is the number of those that came before it.
 */
export class DedupWindow {
	readonly #capacity: number;
	/** Three numbers an id, the two that it is split in and its epoch. Full, the oldest is at `#next`. */
	#ring = new Int32Array(0);
	#count = 0;
	#next = 0;
	/** How many were ever added, and the position from which on none may be forgotten. */
	#added = 0;
	#retainFrom = Number.POSITIVE_INFINITY;
	/**
	 * Open addressing with linear probing: the index in the ring + 1, or 0. Twice as long as the ring, and built again
	 * before more than a quarter of it is of ids that were forgotten since.
	 */
	#table = new Uint16Array(0);
	/** Epochs of ids that are no numbers of at most 19 digits, in the order in which they came. */
	#others: Map<string, number> | undefined;

	/** @param capacity how many ids are remembered at least, a power of two from 64 to {@link maxRemembered} */
	constructor(capacity = 4096) {
		if (!(capacity >= smallest && capacity <= maxRemembered && Number.isInteger(Math.log2(capacity)))) {
			throw new RangeError("capacity must be a power of two from 64 to 32,768");
		}
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#count + (this.#others?.size ?? 0);
	}

	/** The position of the next id. */
	get position(): number {
		return this.#added;
	}

	/** Whether nothing from this position on was forgotten. */
	remembersFrom(position: number): boolean {
		return position >= this.#added - this.#count;
	}

	/**
	 * Nothing from this position on is to be forgotten, nor what a frame from there may have overtaken: a quarter of the
	 * capacity. Default: anything may be.
	 */
	retain(from: number): void {
		this.#retainFrom = from - this.#capacity / 4;
	}

	/** `undefined`: the id is not remembered, or is no number. */
	positionOf(id: string): number | undefined {
		const entry = split(id) ? this.#entry() : 0;
		const ids = this.#ring.length / 3;
		return entry === 0 ? undefined : this.#added - 1 - ((this.#next - entry + ids) % ids);
	}

	/** Whether the id is remembered; `""` and `"0"` never are. */
	has(id: string): boolean {
		return this.epochOf(id) !== undefined;
	}

	/** The number of the gap that the message lies behind; `undefined`: its id is not remembered. */
	epochOf(id: string): number | undefined {
		if (!split(id)) return this.#others?.get(id);
		const entry = this.#entry();
		return entry === 0 ? undefined : this.#ring[entry * 3 - 1];
	}

	/** Whether no older id of its epoch is remembered, as far as that is known. */
	isFirst(id: string): boolean {
		if (!split(id)) return this.#others?.has(id) === true;
		const entry = this.#entry();
		const { length } = this.#ring;
		const isOldest = (entry - 1 + this.#count) % (length / 3) === this.#next;
		return entry > 0 && (isOldest || this.#ring[(entry * 3 - 4 + length) % length] !== this.#ring[entry * 3 - 1]);
	}

	/** Forgets ids of before an epoch: they belong to other messages from now on. */
	forget(before: number): void {
		for (const [id, epoch] of this.#others ?? []) if (epoch < before) this.#others?.delete(id);
		this.#keep(this.#ring.length / 3, (epoch) => epoch >= before);
	}

	/**
	 * Remembers an id.
	 * @returns whether it is new; what is no id ({@link isId}) always is.
	 */
	add(id: string, epoch: number): boolean {
		if (!isId(id)) return true;
		if (!split(id)) return this.#addOther(id, epoch);
		if (this.#entry() > 0) return false;
		if (this.#count * 3 === this.#ring.length) this.#makeRoom();
		const ids = this.#ring.length / 3;
		const at = this.#next * 3;
		this.#ring[at] = high;
		this.#ring[at + 1] = low;
		this.#ring[at + 2] = epoch;
		this.#added++;
		this.#count = Math.min(this.#count + 1, ids);
		this.#table[this.#find(high, low)] = ++this.#next;
		if (this.#next === ids) this.#next = 0;
		if (this.#count === ids && this.#next % (ids / 2) === 0) this.#index();
		return true;
	}

	/** Full: grows where nothing may be forgotten, and shrinks again later; else the next id takes the place of the oldest. */
	#makeRoom(): void {
		const ids = this.#count;
		const retained = this.#added - this.#retainFrom;
		if (ids < this.#capacity || (retained >= ids && ids < maxRemembered)) this.#keep(Math.max(first, ids * 2));
		else if (ids > this.#capacity && retained < this.#capacity) this.#keep(this.#capacity);
	}

	/** Keeps the newest ids, as many as fit. */
	#keep(size: number, isKept: (epoch: number) => boolean = () => true): void {
		const { length } = this.#ring;
		const ring = new Int32Array(size * 3);
		let kept = 0;
		for (let i = Math.max(0, this.#count - size); i < this.#count; i++) {
			const at = (this.#next * 3 + length + (i - this.#count) * 3) % length;
			if (!isKept(this.#ring[at + 2] ?? 0)) continue;
			ring.set(this.#ring.subarray(at, at + 3), kept++ * 3);
		}
		this.#ring = ring;
		this.#count = kept;
		this.#next = kept === size ? 0 : kept;
		this.#index();
	}

	#addOther(id: string, epoch: number): boolean {
		this.#others ??= new Map();
		if (this.#others.has(id)) return false;
		this.#others.set(id, epoch);
		const [oldest = ""] = this.#others.keys();
		if (this.#others.size > this.#capacity) this.#others.delete(oldest);
		return true;
	}

	#index(): void {
		this.#table = new Uint16Array((this.#ring.length / 3) * 2);
		for (let i = 0; i < this.#count; i++) {
			this.#table[this.#find(this.#ring[i * 3] ?? 0, this.#ring[i * 3 + 1] ?? 0)] = i + 1;
		}
	}

	/** Of the id that was split last the index in the ring + 1; 0: it is not remembered. */
	#entry(): number {
		return this.#table[this.#find(high, low)] ?? 0;
	}

	/** The slot of this id, or the free one where it would go. */
	#find(high: number, low: number): number {
		const mask = this.#table.length - 1;
		let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
		hash ^= hash >>> 15;
		for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
			const entry = this.#table[slot];
			if (!entry || (this.#ring[entry * 3 - 2] === low && this.#ring[entry * 3 - 3] === high)) return slot;
		}
	}
}

/** Splits an id. @returns false for one that is no number of at most 19 digits, or begins with a 0 */
function split(id: string): boolean {
	const { length } = id;
	if (length === 0 || length > mostDigits || id.charCodeAt(0) === zero) return false;
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
