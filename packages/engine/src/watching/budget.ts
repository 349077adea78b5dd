/**
 * Request budget of one group of calls from one address: a token bucket, refilled at an even rate. Pure; times are ms
 * that never run backwards.
 */
export class Budget {
	readonly #depth: number;
	readonly #perMinute: number;
	#part = 1;
	#level: number;
	#at: number;

	/**
	 * @param depth number of requests that may be made at once after a pause
	 * @param perMinute number added per minute
	 */
	constructor(depth: number, perMinute: number, now: number) {
		this.#depth = depth;
		this.#perMinute = perMinute;
		this.#level = depth;
		this.#at = now;
	}

	/** Returns a copy with the same number of requests left. */
	copy(): Budget {
		const copy = new Budget(this.#depth, this.#perMinute, this.#at);
		copy.#part = this.#part;
		copy.#level = this.#level;
		return copy;
	}

	get perMinute(): number {
		return this.#perMinute * this.#part;
	}

	/** Returns the number of requests that may be made now, including a fraction. */
	left(now: number): number {
		return Math.min(this.#capacity, this.#level + (Math.max(0, now - this.#at) * this.perMinute) / 60_000);
	}

	/** Returns the time at which a request may be made that leaves `reserve` others. */
	readyAt(now: number, reserve: number): number {
		const missing = Math.min(1 + reserve, this.#capacity) - this.left(now);
		return missing <= roundingError ? now : now + Math.ceil((missing * 60_000) / this.perMinute);
	}

	/** Counts a request that is made now. */
	take(now: number): void {
		this.restore(this.left(now) - 1, now);
	}

	/** Sets the number of requests left as of `now`. */
	restore(left: number, now: number): void {
		this.#level = Math.max(0, Math.min(left, this.#capacity));
		this.#at = now;
	}

	/**
	 * Reduces the budget to this process's part; others behind the same address use the rest.
	 * @param part above 0 to 1
	 */
	share(part: number, now: number): void {
		const left = this.left(now);
		this.#part = part;
		this.restore(left, now);
	}

	get #capacity(): number {
		return Math.max(1, this.#depth * this.#part);
	}
}

const roundingError = 1e-6;
