import { pauseDelayMs, waitMs } from "./backoff.ts";

/**
 * Leaves a receiver in peace that has failed many times in a row, in whatever rooms: one probe at a time, minutes
 * apart, until one succeeds. While it is open no batch uses up its attempts, so a long outage becomes a backlog in the
 * log and not a heap of dead letters.
 *
 * closed ──failures in a row──> open until a time ──probe fails──> open again
 *   ^                                 │
 *   └──────────any success────────────┘
 */
export class Breaker {
	#failures = 0;
	#proven = false;
	#openUntil: number | undefined;
	readonly #threshold: number;

	/** @param threshold failures in a row that open it */
	constructor(threshold: number) {
		this.#threshold = threshold;
	}

	/** Failed attempts since the last success. */
	get failures(): number {
		return this.#failures;
	}

	/** When the next probe may go, ms since the epoch; `undefined` while closed. */
	get openUntil(): number | undefined {
		return this.#openUntil;
	}

	/** The newest attempt succeeded. Until then nobody knows whether this receiver answers at all. */
	get trusted(): boolean {
		return this.#proven && this.#failures === 0;
	}

	succeeded(): void {
		this.#proven = true;
		this.#failures = 0;
		this.#openUntil = undefined;
	}

	/** @returns whether this failure opened it, and it was closed before */
	failed(now: number, random: number): boolean {
		this.#failures++;
		if (this.#failures < this.#threshold) return false;
		const wasClosed = this.#openUntil === undefined;
		this.#openUntil = now + pauseDelayMs(random);
		return wasClosed;
	}

	/** Lets the next probe go at once: someone says that the receiver works again. */
	probeNow(now: number): void {
		if (this.#openUntil !== undefined) this.#openUntil = now;
	}

	/**
	 * Whether another attempt may start.
	 * @param inFlight attempts under way
	 * @param limit how many there may be for a receiver that is trusted; another gets one at a time
	 */
	allows(now: number, inFlight: number, limit: number): boolean {
		if (this.#openUntil !== undefined && waitMs(this.#openUntil, now) > 0) return false;
		return inFlight < (this.trusted ? limit : 1);
	}
}
