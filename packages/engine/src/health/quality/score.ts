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

/** Parts from 0 (worst) to 1 (best); an unknown part is left out. */
export interface QualityParts {
	/** Connected time / time due for a connection. */
	uptime: number;
	/** 1 − suspiciously silent time / connected time. */
	silence?: number;
	/** 1 / (1 + reconnects per hour / 6): six per hour halve it. */
	reconnects: number;
	/** 1 − time that gaps cover / time due for a connection. */
	gaps: number;
	/** Mean heartbeat round trip: 1 up to 200 ms, falling evenly to 0 at 5 s. */
	latency?: number;
	/** 1 − 50 × share of undecodable messages: 0 from 2 % on. */
	decoding?: number;
	/** Value of the gifts received / of those given. */
	completeness?: number;
}

export interface Quality {
	/** 0 to 100. */
	score: number;
	parts: QualityParts;
}

/** Minimum time for a score, because a room that is just connecting would score 0. */
const minDueMs = 10_000;
/** Weights of the parts that don't decide alone. */
const weights = { gaps: 0.4, reconnects: 0.25, decoding: 0.2, latency: 0.15, completeness: 0.4 } as const;
const hourMs = 3_600_000;
/** Minimum time over which reconnects are projected to an hour, ms. */
const minSpanMs = 300_000;
const reconnectsThatHalve = 6;
const latency = { bestMs: 200, worstMs: 5_000 } as const;
const undecodable = 0.02;

/** Returns the quality; `undefined` if the room was due for a connection for less than 10 s. */
export function qualityOf(counts: Counts): Quality | undefined {
	if (counts.dueMs < minDueMs) return undefined;
	const parts = partsOf(counts);
	return { score: scoreOf(parts), parts };
}

/**
 * Returns 100 × uptime × silence × the weighted mean of the others (gaps 0.40, reconnects 0.25, decoding 0.20, latency
 * 0.15, completeness 0.40): a room that is down or mute scores 0, however well its frames decode. It never falls when a
 * part rises.
 */
export function scoreOf(parts: QualityParts): number {
	let sum = 0;
	let weight = 0;
	for (const [name, part] of Object.entries(weights) as [keyof typeof weights, number][]) {
		const value = parts[name];
		if (value === undefined) continue;
		sum += part * share(value);
		weight += part;
	}
	return 100 * share(parts.uptime) * share(parts.silence ?? 1) * (sum / weight);
}

function partsOf(counts: Counts): QualityParts {
	const { dueMs, connectedMs, silentMs, reconnects, gapMs, latencyMs, latencies } = counts;
	const { messages, decodeErrors, diamondsSeen, diamondsMissing } = counts;
	const given = diamondsSeen + diamondsMissing;
	const perHour = (reconnects * hourMs) / Math.max(minSpanMs, dueMs);
	const meanMs = latencyMs / latencies;
	return {
		uptime: share(connectedMs / dueMs),
		...(connectedMs > 0 && { silence: share(1 - silentMs / connectedMs) }),
		reconnects: 1 / (1 + perHour / reconnectsThatHalve),
		gaps: share(1 - gapMs / dueMs),
		...(latencies > 0 && { latency: share((latency.worstMs - meanMs) / (latency.worstMs - latency.bestMs)) }),
		...(given > 0 && { completeness: share(diamondsSeen / given) }),
		...(messages > 0 && { decoding: share(1 - decodeErrors / messages / undecodable) }),
	};
}

function share(value: number): number {
	return Math.min(1, Math.max(0, value));
}
