/** A failure and its occurrences. Times are ms, of one clock that never goes back. */
interface Recurring {
	reportedAt: number;
	lastAt: number;
	/** Time for which it is not reported again, ms. */
	silenceMs: number;
	/** Number of occurrences since its last report. */
	unreported: number;
}

const firstSilenceMs = 60_000;
/** A failure that has not occurred for this long is over: the next one is reported at once, ms. */
const maxSilenceMs = 60 * 60_000;
const maxKnown = 100;

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
			this.#known.set(key, { reportedAt: now, lastAt: now, silenceMs: firstSilenceMs, unreported: 0 });
			const [oldest] = this.#known.keys();
			if (this.#known.size > maxKnown && oldest !== undefined) this.#known.delete(oldest);
			return 1;
		}
		this.#known.set(key, failure);
		failure.lastAt = now;
		const { reportedAt, silenceMs, unreported } = failure;
		if (now - reportedAt < silenceMs) {
			failure.unreported++;
			return undefined;
		}
		Object.assign(failure, { reportedAt: now, silenceMs: Math.min(maxSilenceMs, silenceMs * 2), unreported: 0 });
		return unreported + 1;
	}

	#ongoing(key: string, now: number): Recurring | undefined {
		const known = this.#known.get(key);
		return known && now - known.lastAt <= maxSilenceMs ? known : undefined;
	}
}
