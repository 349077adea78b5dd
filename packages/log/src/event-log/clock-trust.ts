/** History of the clock, kept across restarts. Times are ms since the epoch, by that clock. */
export interface ClockNote {
	/** The newest time seen. */
	seen: number;
	/** Start of the current period without a jump; 0: no jump was ever seen. */
	evenSince: number;
	/** Size of that jump, ms; negative: backwards. */
	jumpedMs: number;
}

/** The clock has jumped and is not trusted yet. */
export interface ClockDoubt {
	/** Size of the jump, ms; negative: backwards. */
	jumpedMs: number;
	/** Time of the jump, ms since the epoch. */
	since: number;
	/** When it is trusted again if it runs evenly, ms since the epoch. */
	until: number;
}

const minJumpMs = 600_000;
const maxJumpMs = 86_400_000;
const saveEveryMs = 300_000;

/**
 * Decides whether the clock may determine what is too old. It is trusted while it continues from the time last seen:
 * second by second during a run, and across a restart from the last stored time. A step of a seventh of the retention
 * (at least 10 minutes, at most a day), either way, is a jump: the clock was set, the machine slept, or the service was
 * off for long. These cases can't be distinguished, so the clock must run evenly for a while first.
 */
export class ClockTrust {
	readonly #confirmMs: number;
	#note: ClockNote | undefined;
	#savedAt: number | undefined;

	/**
	 * @param known note of the previous run
	 * @param newest when the newest event was stored; stands in for a missing note
	 * @param confirmMs how long the clock must run evenly after a jump; 0: it is always trusted
	 */
	constructor(known: ClockNote | undefined, newest: number | undefined, confirmMs: number) {
		this.#confirmMs = confirmMs;
		this.#note = known ?? (newest === undefined ? undefined : { seen: newest, evenSince: 0, jumpedMs: 0 });
	}

	/** Must be called every second. @returns the size of the jump since the last call, ms; `undefined` if there was none */
	look(now: number, maxAgeMs: number): number | undefined {
		const before = this.#note ?? { seen: now, evenSince: 0, jumpedMs: 0 };
		const stepMs = now - before.seen;
		this.#note = { ...before, seen: now };
		if (Math.abs(stepMs) <= Math.max(minJumpMs, Math.min(maxJumpMs, maxAgeMs / 7))) return undefined;
		this.#note = { seen: now, evenSince: now, jumpedMs: stepMs };
		this.#savedAt = undefined;
		return stepMs;
	}

	/** Returns `undefined` while the clock is trusted. */
	doubt(now: number): ClockDoubt | undefined {
		const { evenSince: since, jumpedMs } = this.#note ?? { evenSince: 0, jumpedMs: 0 };
		if (since === 0 || now - since >= this.#confirmMs) return undefined;
		return { jumpedMs, since, until: since + this.#confirmMs };
	}

	/** Returns the note to store now. After a jump, store it before anything else. */
	due(): ClockNote | undefined {
		const note = this.#note;
		return note && (this.#savedAt === undefined || note.seen - this.#savedAt >= saveEveryMs) ? note : undefined;
	}

	saved({ seen }: ClockNote): void {
		this.#savedAt = seen;
	}
}
