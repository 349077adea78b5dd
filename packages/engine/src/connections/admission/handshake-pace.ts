export interface HandshakeLimits {
	/** Maximum number of handshakes in progress. Default 50. */
	inProgress: number;
	/** Maximum number of handshakes started per second, evenly spread. Default 20. */
	startsPerSecond: number;
}

export const defaultHandshakeLimits = { inProgress: 50, startsPerSecond: 20 } as const satisfies HandshakeLimits;

/**
 * Decides when the next handshake may begin. It is also the budget of all attempts: because starts are evenly spread,
 * there is no burst.
 */
export class HandshakePace {
	readonly #limits: HandshakeLimits;
	#max = 1;
	#spacingMs = 0;
	#inProgress = 0;
	#nextStartAt = 0;

	/** @throws RangeError for limits that admit no connection */
	constructor(limits: Partial<HandshakeLimits> = {}) {
		this.#limits = { ...defaultHandshakeLimits, ...limits };
		const { inProgress, startsPerSecond } = this.#limits;
		if (!(inProgress >= 1)) throw new RangeError("inProgress must be at least 1");
		if (!(startsPerSecond > 0)) throw new RangeError("startsPerSecond must be more than 0");
		this.share(1);
	}

	/** @param part this node's part of the limits, above 0 to 1 */
	share(part: number): void {
		this.#max = Math.max(1, Math.ceil(this.#limits.inProgress * part));
		this.#spacingMs = 1000 / (this.#limits.startsPerSecond * part);
	}

	get inProgress(): number {
		return this.#inProgress;
	}

	/** Returns the time until the next handshake may begin, ms; `undefined` if it must wait for another to finish. */
	waitMs(now: number): number | undefined {
		if (this.#inProgress >= this.#max) return undefined;
		return Math.max(0, Math.ceil(this.#nextStartAt - now));
	}

	/** @returns a function to call when the handshake is done; a second call does nothing */
	begin(now: number): () => void {
		this.#inProgress++;
		this.#nextStartAt = now + this.#spacingMs;
		let done = false;
		return () => {
			if (!done) this.#inProgress--;
			done = true;
		};
	}
}
