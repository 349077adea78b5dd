const minuteMs = 60_000;
/**
 * Times in which former observations decay to 1/e, ms: the shorter scales follow a change sooner, the longer ones know
 * rare events.
 */
const scalesMs = [minuteMs, 4 * minuteMs, 15 * minuteMs, 60 * minuteMs, 360 * minuteMs] as const;
const maxScale = scalesMs.length - 1;
/** Minimum number of independent arrivals for a scale to be used. */
const enough = 10;
/** Minimum exposure of a scale, ms, because a burst at the beginning is no rhythm. */
const minExposureMs = 30_000;
/** The longest scale starts from one imagined arrival in one minute. */
const prior = { arrivals: 1, exposureMs: minuteMs } as const;
/** Memory of how arrivals cluster, in time and in arrivals. */
const burstMemoryMs = 60 * minuteMs;
const burstMemory = 1000;
/** Number of imagined unclustered arrivals from which the clustering is first judged. */
const burstPrior = 10;
/** Maximum ratio of one interval to the expected one, so a single stall is soon outweighed. */
const maxInterval = 100;

/**
 * Learns how often something arrives, in a memory of a few numbers, and returns how surprising a pause is.
 *
 * Arrivals are modelled as a Poisson process whose rate is unknown and changes: counts and watched time decay over five
 * time scales, and with `N` arrivals in `E` ms the chance of none in the next `t` ms is that of the gamma-Poisson
 * predictive, `(E / (E + t)) ^ N`. The two shortest scales with enough arrivals are used; the one to which the pause is
 * less surprising decides, so a recent burst doesn't make an ordinary pause suspicious, and a room that wakes up is
 * known after a minute or two. Real arrivals come in clusters: the ratio of the mean square of the intervals to its
 * expectation (2 for a Poisson process) gives the number of arrivals that count as one.
 *
 * It knows only intervals and no time of day, so no clock can confuse it.
 */
export class ArrivalRate {
	readonly #counts: number[] = scalesMs.map(() => 0);
	readonly #exposuresMs: number[] = scalesMs.map(() => 0);
	#squares = 2 * burstPrior;
	#intervals = burstPrior;
	#arrivals = 0;

	/** Total number of arrivals. */
	get arrivals(): number {
		return this.#arrivals;
	}

	/**
	 * Adds an arrival.
	 * @param intervalMs since the previous arrival, or since watching began, without pauses in watching
	 * @param whole whether the interval began with an arrival
	 */
	arrive(intervalMs: number, whole = true): void {
		const interval = Math.max(0, intervalMs);
		if (whole && this.#arrivals > 0) {
			const relative = Math.min(maxInterval, interval * this.perMs * this.clusterSize);
			this.#forgetBursts(1 - 1 / burstMemory);
			this.#squares += relative * relative;
			this.#intervals++;
		}
		this.expose(interval);
		for (let k = 0; k <= maxScale; k++) this.#counts[k] = (this.#counts[k] ?? 0) + 1;
		this.#arrivals++;
	}

	/** Adds watched time without an arrival, ms. */
	expose(ms: number): void {
		if (!(ms > 0)) return;
		for (let k = 0; k <= maxScale; k++) {
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

	/** Number of arrivals that count as one; 1 for single arrivals. */
	get clusterSize(): number {
		return Math.max(1, this.#squares / this.#intervals / 2);
	}

	/** Normal number of arrivals per ms, for display. */
	get normalPerMs(): number {
		const k = Math.min(maxScale, this.#shortest() + 1);
		return (this.#counts[k] ?? 0) / Math.max(minExposureMs, this.#exposuresMs[k] ?? 0);
	}

	/** Minimum number of independent arrivals to expect per ms. */
	get perMs(): number {
		const k = this.#shortest();
		const perMs = this.#shape(k) / this.#exposureMs(k);
		return k === maxScale ? perMs : Math.min(perMs, this.#shape(k + 1) / this.#exposureMs(k + 1));
	}

	/** Returns the chance that nothing arrives for `ms`, 0 to 1; it falls with the time. */
	chanceOfPause(ms: number): number {
		const t = Math.max(0, ms);
		return this.#mostPatient((shape, exposureMs) => (exposureMs / (exposureMs + t)) ** shape);
	}

	/** Returns the length of a pause whose chance is `chance` (0 to 1, exclusive), ms. */
	pauseOfChance(chance: number): number {
		return this.#mostPatient((shape, exposureMs) => exposureMs * (chance ** (-1 / shape) - 1));
	}

	/** Returns the larger answer of the two scales in use. */
	#mostPatient(answer: (shape: number, exposureMs: number) => number): number {
		const k = this.#shortest();
		const first = answer(this.#shape(k), this.#exposureMs(k));
		return k === maxScale ? first : Math.max(first, answer(this.#shape(k + 1), this.#exposureMs(k + 1)));
	}

	/**
	 * Returns the shortest scale with enough arrivals, or the longest if none has. It is used together with the next
	 * longer one.
	 */
	#shortest(): number {
		let k = 0;
		while (k < maxScale && !this.#hasEnough(k)) k++;
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
		return this.#hasEnough(k) ? Math.max(minExposureMs, exposureMs) : prior.exposureMs + exposureMs;
	}
}
