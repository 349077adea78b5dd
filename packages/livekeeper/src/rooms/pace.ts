/** How far back the pace looks, ms: the weight of an event falls to 1/e in this time. */
const memoryMs = 30_000;
/** Below this the pace of a room is not known. */
const minSpanMs = 1_000;

/** So many at once tell a pace even so: had they been said over a whole second. */
const fewestAtOnce = 5;

/** Fewer events by themselves may be a whim of the room. */
const fewestOfAPace = 10;

/** How many events a room has per second, as a moving average that takes no memory. */
export class Pace {
	#startedAt: number | undefined;
	#at = 0;
	#perMs = 0;

	/** Counts `events` that came at `at`, ms. */
	count(events: number, at: number): void {
		if (this.#startedAt === undefined) {
			// What comes first says nothing about pace: it ends a time of unknown length.
			this.#startedAt = at;
			this.#at = at;
			return;
		}
		const passed = Math.max(0, at - this.#at);
		this.#perMs = this.#perMs * Math.exp(-passed / memoryMs) + events / memoryMs;
		this.#at = Math.max(this.#at, at);
	}

	/** Begins with what was seen before: `events` that came from the one time to the other, ms. */
	restore(events: number, from: number, to: number): void {
		const startedAt = events < fewestAtOnce ? from : Math.min(from, to - minSpanMs);
		const spanMs = to - startedAt;
		if (spanMs <= 0) return;
		this.#startedAt = startedAt;
		this.#at = to;
		this.#perMs = (events / spanMs) * (1 - Math.exp(-spanMs / memoryMs));
	}

	/** How many events are to be expected in a span of `spanMs`; 0 while the pace is not known. */
	expected(spanMs: number): number {
		if (this.#startedAt === undefined) return 0;
		const seenMs = this.#at - this.#startedAt;
		if (seenMs < minSpanMs) return 0;
		// A young average has not reached its height yet.
		return (this.#perMs / (1 - Math.exp(-seenMs / memoryMs))) * Math.max(0, spanMs);
	}

	/** Goes on from `at` as if nothing had been before: what was said in between is not known. */
	skipTo(at: number): void {
		if (this.#startedAt === undefined) return;
		this.#startedAt += Math.max(0, at - this.#at);
		this.#at = Math.max(this.#at, at);
	}

	reset(): void {
		this.#startedAt = undefined;
		this.#perMs = 0;
	}
}

/**
 * How many events a span of `spanMs` would hold at the pace of these, had they been said over a second at least. Less than
 * ten have no pace: 0.
 */
export function atPaceOf(events: readonly { readonly at: number }[], spanMs: number): number {
	if (events.length < fewestOfAPace) return 0;
	let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const { at } of events) {
		oldest = Math.min(oldest, at);
		newest = Math.max(newest, at);
	}
	return (events.length / Math.max(minSpanMs, newest - oldest)) * spanMs;
}
