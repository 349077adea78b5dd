import { pauseDelayMs } from "./backoff.ts";

/**
 * Circuit breaker for a receiver that has failed many times in a row, in any rooms: it allows one probe at a time,
 * minutes apart, until one succeeds. While it is open no batch uses up its attempts, so a long outage becomes a backlog
 * in the log instead of many dead letters. Times are of `Clock.elapsed`, ms.
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

	/** Time of the next probe; `undefined` while closed. */
	get openUntil(): number | undefined {
		return this.#openUntil;
	}

	/** Whether the newest attempt succeeded. Until then it is unknown whether this receiver answers at all. */
	get trusted(): boolean {
		return this.#proven && this.#failures === 0;
	}

	succeeded(): void {
		this.#proven = true;
		this.#failures = 0;
		this.#openUntil = undefined;
	}

	/** @returns whether this failure opened the breaker, which was closed before */
	failed(now: number, random: number): boolean {
		this.#failures++;
		if (this.#failures < this.#threshold) return false;
		const wasClosed = this.#openUntil === undefined;
		this.#openUntil = now + pauseDelayMs(random);
		return wasClosed;
	}

	/** Allows the next probe at once, because a user says that the receiver works again. */
	probeNow(now: number): void {
		if (this.#openUntil !== undefined) this.#openUntil = now;
	}

	/**
	 * Whether another attempt may start.
	 * @param inFlight number of pending attempts
	 * @param limit maximum number of attempts for a trusted receiver; any other gets one at a time
	 */
	allows(now: number, inFlight: number, limit: number): boolean {
		if (this.#openUntil !== undefined && this.#openUntil > now) return false;
		return inFlight < (this.trusted ? limit : 1);
	}
}
