/** A failure and its occurrences. Times are ms, of one clock that never goes back. */
interface Recurring {
	toldAt: number;
	lastAt: number;
	/** Time for which it is not reported again, ms. */
	silenceMs: number;
	/** Number of occurrences since its last report. */
	untold: number;
}

const firstSilenceMs = 60_000;
/** A failure that has not occurred for this long is over: the next one is reported at once, ms. */
const longestSilenceMs = 60 * 60_000;
const mostKnown = 100;

/**
 * Decides which failures are reported: each once, and then at growing intervals while it continues. A retry may fail
 * for thousands of rooms, twice a second.
 */
export class RecurringFailures {
	/** In order of their last occurrence. */
	readonly #known = new Map<string, Recurring>();

	/**
	 * @param key the same for failures with the same meaning
	 * @returns the number of occurrences since the last report, including this one; `undefined`: do not report now
	 */
	came(key: string, now: number): number | undefined {
		const failure = this.#ongoing(key, now);
		this.#known.delete(key);
		if (!failure) {
			this.#known.set(key, { toldAt: now, lastAt: now, silenceMs: firstSilenceMs, untold: 0 });
			const [oldest] = this.#known.keys();
			if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
			return 1;
		}
		this.#known.set(key, failure);
		failure.lastAt = now;
		const { toldAt, silenceMs, untold } = failure;
		if (now - toldAt < silenceMs) {
			failure.untold++;
			return undefined;
		}
		Object.assign(failure, { toldAt: now, silenceMs: Math.min(longestSilenceMs, silenceMs * 2), untold: 0 });
		return untold + 1;
	}

	#ongoing(key: string, now: number): Recurring | undefined {
		const known = this.#known.get(key);
		return known && now - known.lastAt <= longestSilenceMs ? known : undefined;
	}
}
