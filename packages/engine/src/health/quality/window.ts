/** Counters; all are additive. */
export const counters = [
	/** Time in which the room was live and due for a connection, ms. */
	"dueMs",
	/** Connected part of `dueMs`, ms. */
	"connectedMs",
	/** Suspiciously silent part of `connectedMs`, ms. */
	"silentMs",
	/** Number of lost connections. */
	"reconnects",
	/** Upstream time that gaps cover, ms. */
	"gapMs",
	/** Sum and number of measured heartbeat round trips. */
	"latencyMs",
	"latencies",
	/** Number of messages, including undecodable ones. */
	"messages",
	"decodeErrors",
	/** Value of gifts received and of gifts missed, as far as the upstream's totals show. */
	"diamondsSeen",
	"diamondsMissing",
] as const;

export type Counter = (typeof counters)[number];
export type Counts = Record<Counter, number>;

/** Returns the counts as numbers in the order of {@link counters}. Negative and invalid numbers count as 0. */
export function valuesOf(counts: Partial<Counts>): number[] {
	return counters.map((counter) => {
		const count = counts[counter] ?? 0;
		return count > 0 && count < Number.POSITIVE_INFINITY ? count : 0;
	});
}

/**
 * Totals over the last `spanMs` in a fixed number of buckets: memory is bounded, and old counts leave bucket by bucket.
 * Buckets are allocated when first needed, because most rooms are watched for less than a day.
 */
export class CountWindow {
	readonly spanMs: number;
	readonly #bucketMs: number;
	readonly #size: number;
	/** Exact up to 16 million in each bucket, and to seven digits beyond. */
	#cells = new Float32Array();
	/** Number of the newest bucket since time 0. */
	#newest = 0;

	constructor(spanMs: number, buckets: number) {
		this.spanMs = spanMs;
		this.#bucketMs = spanMs / buckets;
		// One more than fits: the newest is still filling, so at least `spanMs` are always covered.
		this.#size = buckets + 1;
	}

	/** @param at ms on a clock that never goes back. @param values of {@link valuesOf} */
	add(at: number, values: readonly number[]): void {
		this.#advance(at);
		const offset = (this.#newest % this.#size) * counters.length;
		if (offset >= this.#cells.length) this.#grow(offset);
		for (let i = 0; i < counters.length; i++) {
			const count = values[i] ?? 0;
			if (count > 0) this.#cells[offset + i] = (this.#cells[offset + i] ?? 0) + count;
		}
	}

	/** Resets a counter as if it had never been counted. */
	forget(counter: Counter): void {
		for (let cell = counters.indexOf(counter); cell < this.#cells.length; cell += counters.length)
			this.#cells[cell] = 0;
	}

	totals(at: number): Counts {
		this.#advance(at);
		const totals = {} as Counts;
		for (const [i, counter] of counters.entries()) {
			let sum = 0;
			for (let cell = i; cell < this.#cells.length; cell += counters.length) sum += this.#cells[cell] ?? 0;
			totals[counter] = sum;
		}
		return totals;
	}

	/** Returns these counters of each bucket of the span, oldest first; the last one is still filling. */
	buckets<C extends Counter>(at: number, names: readonly C[]): Record<C, number>[] {
		this.#advance(at);
		const places = names.map((name) => counters.indexOf(name));
		const buckets: Record<C, number>[] = [];
		for (let i = 2; i <= this.#size; i++) {
			const offset = ((this.#newest + i) % this.#size) * counters.length;
			const bucket = {} as Record<C, number>;
			for (const [k, name] of names.entries()) bucket[name] = this.#cells[offset + (places[k] ?? 0)] ?? 0;
			buckets.push(bucket);
		}
		return buckets;
	}

	/** Grows to twice the required size, and at most to all buckets. */
	#grow(offset: number): void {
		const cells = new Float32Array(Math.min(this.#size * counters.length, 2 * (offset + counters.length)));
		cells.set(this.#cells);
		this.#cells = cells;
	}

	#advance(at: number): void {
		const bucket = Math.floor(at / this.#bucketMs);
		const stale = Math.min(this.#size, bucket - this.#newest);
		for (let i = 1; i <= stale; i++) {
			const offset = ((this.#newest + i) % this.#size) * counters.length;
			this.#cells.fill(0, offset, offset + counters.length);
		}
		this.#newest = Math.max(this.#newest, bucket);
	}
}
