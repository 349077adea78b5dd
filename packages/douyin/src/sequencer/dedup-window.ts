/** Nine decimal digits fit into 32 bits; the rest of a uint64 (at most eleven) is exact in a double. */
const lowDigits = 9;
const smallest = 64;
const plainUint64 = /^[1-9][0-9]{0,19}$/;

/** `""` and `"0"` are no ids: the upstream sends them with messages that have none. */
export function isId(id: string): boolean {
	return id !== "" && id !== "0";
}

/**
 * The ids of a room's newest messages, to drop what the upstream repeats after a reconnect, or says to several
 * connections. Takes 16 bytes an id, and nothing before the first one; ids are compared exactly.
 */
export class DedupWindow {
	readonly #capacity: number;
	/** A ring of ids, split in two numbers, the oldest at `#next` once it is full. */
	#high = new Float64Array(0);
	#low = new Uint32Array(0);
	#count = 0;
	#next = 0;
	/** Open addressing with linear probing: the index in the ring + 1, or 0. Twice as long as the ring. */
	#table = new Uint16Array(0);
	/** How many of the ring's ids were added since the last gap. */
	#sinceGap = Number.POSITIVE_INFINITY;
	/** Ids that are not plain uint64 numbers, in the order of their arrival. */
	readonly #others = new Set<string>();

	/** @param capacity how many ids are remembered, a power of two from 64 to 32,768 */
	constructor(capacity = 4096) {
		if (!(capacity >= smallest && capacity <= 32_768 && Number.isInteger(Math.log2(capacity)))) {
			throw new RangeError("capacity must be a power of two from 64 to 32,768");
		}
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#count + this.#others.size;
	}

	/** Whether the id is remembered; `""` and `"0"` never are. */
	has(id: string): boolean {
		if (!plainUint64.test(id)) return this.#others.has(id);
		return this.#count > 0 && this.#table[this.#find(...split(id))] !== 0;
	}

	/** Whether the id is remembered, and was added since the last gap; ids that are no uint64 count as such. */
	joins(id: string): boolean {
		if (!plainUint64.test(id)) return this.#others.has(id);
		const entry = this.#count > 0 ? this.#table[this.#find(...split(id))] : 0;
		if (!entry) return false;
		const { length } = this.#high;
		return (this.#next - entry + length) % length < this.#sinceGap;
	}

	/** Whether an older id than this one was added since the last gap as well. */
	hasBefore(id: string): boolean {
		if (!plainUint64.test(id) || !this.joins(id)) return false;
		const { length } = this.#high;
		const age = (this.#next - (this.#table[this.#find(...split(id))] ?? 0) + length) % length;
		return age + 1 < Math.min(this.#sinceGap, this.#count);
	}

	/** A gap follows. */
	part(): void {
		this.#sinceGap = 0;
	}

	/** Forgets ids: they stand for other messages from now on. @param what where no id is from before a gap, all */
	forget(what: "all" | "before_gap"): void {
		const kept = what === "all" || this.#sinceGap >= this.#count ? 0 : this.#sinceGap;
		const { length } = this.#high;
		const ids = Array.from({ length: kept }, (_, i) => {
			const index = (this.#next - kept + i + length) % length;
			return [this.#high[index] ?? 0, this.#low[index] ?? 0] as const;
		});
		this.#others.clear();
		this.#table.fill(0);
		this.#count = 0;
		this.#next = 0;
		for (const [high, low] of ids) this.#put(high, low);
		this.#sinceGap = Number.POSITIVE_INFINITY;
	}

	/**
	 * Remembers an id.
	 * @returns whether it is new; what is no id ({@link isId}) always is.
	 */
	add(id: string): boolean {
		if (!isId(id)) return true;
		if (!plainUint64.test(id)) return this.#addOther(id);
		const [high, low] = split(id);
		if (this.#count > 0 && this.#table[this.#find(high, low)] !== 0) return false;
		this.#put(high, low);
		return true;
	}

	#put(high: number, low: number): void {
		if (this.#count === this.#high.length && this.#count < this.#capacity) this.#grow();
		if (this.#count === this.#capacity) this.#forget(this.#next);
		else this.#count++;
		this.#high[this.#next] = high;
		this.#low[this.#next] = low;
		this.#table[this.#find(high, low)] = this.#next + 1;
		this.#next = (this.#next + 1) % this.#high.length;
		this.#sinceGap++;
	}

	#addOther(id: string): boolean {
		if (this.#others.has(id)) return false;
		this.#others.add(id);
		if (this.#others.size > this.#capacity) {
			for (const oldest of this.#others) {
				this.#others.delete(oldest);
				break;
			}
		}
		return true;
	}

	/** The slot of this id, or the free one where it would go. The table is at most half full, so there is one. */
	#find(high: number, low: number): number {
		const mask = this.#table.length - 1;
		let slot = this.#hash(high, low);
		for (let entry = this.#table[slot]; entry; entry = this.#table[slot]) {
			if (this.#low[entry - 1] === low && this.#high[entry - 1] === high) break;
			slot = (slot + 1) & mask;
		}
		return slot;
	}

	#hash(high: number, low: number): number {
		let hash = Math.imul(low ^ Math.imul(high | 0, 0x9e3779b1), 0x85ebca6b);
		hash ^= hash >>> 15;
		return hash & (this.#table.length - 1);
	}

	/** Takes an id out of the table; ids that it had displaced move up, so no probe ends too early. */
	#forget(index: number): void {
		const mask = this.#table.length - 1;
		let free = this.#find(this.#high[index] ?? 0, this.#low[index] ?? 0);
		this.#table[free] = 0;
		for (let slot = (free + 1) & mask; this.#table[slot]; slot = (slot + 1) & mask) {
			const entry = this.#table[slot] ?? 0;
			const home = this.#hash(this.#high[entry - 1] ?? 0, this.#low[entry - 1] ?? 0);
			if (((slot - home) & mask) < ((slot - free) & mask)) continue;
			this.#table[free] = entry;
			this.#table[slot] = 0;
			free = slot;
		}
	}

	#grow(): void {
		const length = Math.max(smallest, this.#high.length * 2);
		const [high, low] = [this.#high, this.#low];
		this.#high = new Float64Array(length);
		this.#low = new Uint32Array(length);
		this.#high.set(high);
		this.#low.set(low);
		this.#table = new Uint16Array(length * 2);
		this.#next = this.#count;
		for (let i = 0; i < this.#count; i++) {
			this.#table[this.#find(this.#high[i] ?? 0, this.#low[i] ?? 0)] = i + 1;
		}
	}
}

function split(id: string): [high: number, low: number] {
	const high = id.length > lowDigits ? Number(id.slice(0, -lowDigits)) : 0;
	return [high, Number(id.slice(-lowDigits))];
}
