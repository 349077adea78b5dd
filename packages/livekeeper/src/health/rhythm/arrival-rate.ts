const minuteMs = 60_000;
/** What was seen falls to 1/e in these times, ms: the shorter follow a change sooner, the longer know rare events. */
const scalesMs = [minuteMs, 4 * minuteMs, 15 * minuteMs, 60 * minuteMs, 360 * minuteMs] as const;
const longest = scalesMs.length - 1;
/** A scale with fewer (independent) arrivals than this is not asked. */
const enough = 10;
/** No scale claims to have watched for less than this, ms: a burst at the beginning is no rhythm. */
const leastExposureMs = 30_000;
/** The longest scale starts from one imagined arrival in one minute. */
const prior = { arrivals: 1, exposureMs: minuteMs } as const;
/** How long it is remembered that arrivals come in clusters, in time and in arrivals. */
const burstMemoryMs = 60 * minuteMs;
const burstMemory = 1000;
/** With this many imagined evenly mixed arrivals the clustering is judged at first. */
const burstPrior = 10;
/** One interval counts as at most this many times the expected one, so that a single stall is soon outweighed. */
const longestInterval = 100;

/**
 * Learns how often something arrives, in a memory of a few numbers, and answers how surprising a pause is.
 *
 * Arrivals are taken as a Poisson process whose rate is not known and changes: counts and watched time fall off over
 * five time scales, and with `N` arrivals in `E` ms the chance of none in the next `t` ms is that of the
 * gamma-Poisson predictive, `(E / (E + t)) ^ N`. Asked are the two shortest scales that have seen enough; the one to
 * which the pause is less surprising decides, so a burst a moment ago doesn't make an ordinary pause suspicious, and
 * a room that wakes up is known after a minute or two. Real arrivals come in clusters: the mean square of the intervals
 * over what was expected (2 for a Poisson process) tells how many arrivals count as one.
 *
 * It knows intervals only, no time of day, so that no clock can confuse it.
 */
export class ArrivalRate {
	readonly #counts: number[] = scalesMs.map(() => 0);
	readonly #exposuresMs: number[] = scalesMs.map(() => 0);
	#squares = 2 * burstPrior;
	#intervals = burstPrior;
	#arrivals = 0;

	/** How many have arrived in all. */
	get arrivals(): number {
		return this.#arrivals;
	}

	/**
	 * One arrived.
	 * @param intervalMs since the one before, or since watching began; pauses in watching are not in it
	 * @param whole whether the interval began with an arrival
	 */
	arrive(intervalMs: number, whole = true): void {
		const interval = Math.max(0, intervalMs);
		if (whole && this.#arrivals > 0) {
			const relative = Math.min(longestInterval, interval * this.perMs * this.clusterSize);
			this.#forgetBursts(1 - 1 / burstMemory);
			this.#squares += relative * relative;
			this.#intervals++;
		}
		this.expose(interval);
		for (let k = 0; k <= longest; k++) this.#counts[k] = (this.#counts[k] ?? 0) + 1;
		this.#arrivals++;
	}

	/** Watched for this long, and none arrived, ms. */
	expose(ms: number): void {
		if (!(ms > 0)) return;
		for (let k = 0; k <= longest; k++) {
			const scaleMs = scalesMs[k] ?? minuteMs;
			const kept = Math.exp(-ms / scaleMs);
			this.#counts[k] = (this.#counts[k] ?? 0) * kept;
			this.#exposuresMs[k] = (this.#exposuresMs[k] ?? 0) * kept + scaleMs * (1 - kept);
		}
		this.#forgetBursts(Math.exp(-ms / burstMemoryMs));
	}

	#forgetBursts(kept: number): void {
		this.#squares = 2 * burstPrior + (this.#squares - 2 * burstPrior) * kept;
		this.#intervals = burstPrior + (this.#intervals - burstPrior) * kept;
	}

	/** How many arrivals count as one; 1 where they come singly. */
	get clusterSize(): number {
		return Math.max(1, this.#squares / this.#intervals / 2);
	}

	/** The normal number of arrivals per ms, as shown to people. */
	get normalPerMs(): number {
		const k = Math.min(longest, this.#shortest() + 1);
		return (this.#counts[k] ?? 0) / Math.max(leastExposureMs, this.#exposuresMs[k] ?? 0);
	}

	/** The number of independent arrivals to expect per ms, at the least. */
	get perMs(): number {
		const k = this.#shortest();
		const perMs = this.#shape(k) / this.#exposureMs(k);
		return k === longest ? perMs : Math.min(perMs, this.#shape(k + 1) / this.#exposureMs(k + 1));
	}

	/** The chance that nothing arrives for `ms`, 0 to 1; the longer, the smaller. */
	chanceOfPause(ms: number): number {
		const t = Math.max(0, ms);
		return this.#mostPatient((shape, exposureMs) => (exposureMs / (exposureMs + t)) ** shape);
	}

	/** How long a pause has to be for its chance to be `chance` (0 to 1, exclusive), ms. */
	pauseOfChance(chance: number): number {
		return this.#mostPatient((shape, exposureMs) => exposureMs * (chance ** (-1 / shape) - 1));
	}

	/** The larger answer of the two scales that are asked. */
	#mostPatient(answer: (shape: number, exposureMs: number) => number): number {
		const k = this.#shortest();
		const first = answer(this.#shape(k), this.#exposureMs(k));
		return k === longest ? first : Math.max(first, answer(this.#shape(k + 1), this.#exposureMs(k + 1)));
	}

	/** The shortest scale with enough arrivals, the longest when none has. It is asked, and so is the next longer one. */
	#shortest(): number {
		let k = 0;
		while (k < longest && !this.#hasEnough(k)) k++;
		return k;
	}

	#hasEnough(k: number): boolean {
		return (this.#counts[k] ?? 0) / this.clusterSize >= enough;
	}

	/* One scale's belief about the rate is a gamma distribution: a number of independent arrivals in a time. */

	#shape(k: number): number {
		const arrivals = (this.#counts[k] ?? 0) / this.clusterSize;
		return this.#hasEnough(k) ? arrivals : prior.arrivals + arrivals;
	}

	#exposureMs(k: number): number {
		const exposureMs = this.#exposuresMs[k] ?? 0;
		return this.#hasEnough(k) ? Math.max(leastExposureMs, exposureMs) : prior.exposureMs + exposureMs;
	}
}
