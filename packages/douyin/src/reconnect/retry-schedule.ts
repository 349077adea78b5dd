import { reconnectDelayMs } from "./backoff.ts";

/** From this step on the delays are 60 s for ever. */
const lastStep = 7;
/** A connection that stood for so long after its first frame has proven that it holds, ms. */
const stableMs = 60_000;
/** So many breaks in a row are forgiven: they happen. */
const forgiven = 2;
/** A connection that stands for so long is worth having: the first wait after it is then at most this, ms. */
const worth = { stoodMs: 5_000, waitMs: 4_000 } as const;

/**
 * How long one that keeps a connection waits by itself: 1, 2, 4, … 32, then 60 s for ever. It begins anew with the first
 * frame of a connection, but not for ever at 1 s: from the third connection in a row on that breaks within a minute, each
 * begins the schedule one step further.
 */
export class RetrySchedule {
	/** Since when the connection works. */
	#provenAt: number | undefined;
	#flaps = 0;
	/** How long the last connection stood, ms. */
	#stoodMs = 0;
	/** One that flaps is not to come back before, whatever calls it, ms. */
	#notBefore = 0;

	/** Connections in a row that broke before they had stood for a minute after their first frame. */
	get flaps(): number {
		return this.#flaps;
	}

	/**
	 * A connection was lost, or an attempt failed. Times are ms, of one clock that never goes back.
	 * @param attempt failed attempts since the last frame, this one included: from 1
	 * @param flap whether the failure tells that the connection did not hold
	 * @returns `flaps`: so many connections in a row that broke within a minute have made the wait longer; else 0
	 */
	next(attempt: number, now: number, flap = true): { delayMs: number; flaps: number } {
		if (this.#provenAt !== undefined) this.#broke(now - this.#provenAt, flap);
		// So many steps of the schedule are left out.
		const head = Math.max(0, this.#flaps - forgiven);
		const scheduledMs = reconnectDelayMs(Math.max(1, attempt) + head);
		const isWorth = attempt <= 1 && this.#stoodMs >= worth.stoodMs;
		const delayMs = isWorth ? Math.min(scheduledMs, worth.waitMs) : scheduledMs;
		if (attempt <= 1) this.#notBefore = head > 0 ? now + delayMs : 0;
		return { delayMs, flaps: head > 0 ? this.#flaps : 0 };
	}

	/** A connection has brought its first frame. */
	works(now: number): void {
		this.#provenAt = now;
	}

	/** How long one that flaps has to stay away even when others call it back, ms. */
	restMs(now: number): number {
		return Math.max(0, this.#notBefore - now);
	}

	#broke(stoodMs: number, flap: boolean): void {
		this.#stoodMs = stoodMs;
		this.#provenAt = undefined;
		if (this.#stoodMs >= stableMs) this.#flaps = 0;
		else if (flap) this.#flaps = Math.min(this.#flaps + 1, forgiven + lastStep);
	}
}
