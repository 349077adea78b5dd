/** How the clock has run, kept across restarts. Times are ms since the epoch, by that clock. */
export interface ClockNote {
	/** The newest time that was looked at. */
	seen: number;
	/** Since when it has run evenly; 0: it was never seen to jump. */
	evenSince: number;
	/** How far it went then; below 0: back. */
	jumpedMs: number;
}

/** The clock has jumped, and is not believed yet. */
export interface ClockDoubt {
	/** How far it went, ms; below 0: back. */
	jumpedMs: number;
	/** When, ms since the epoch. */
	since: number;
	/** From when on it is believed if it runs evenly, ms since the epoch. */
	until: number;
}

const leastJumpMs = 600_000;
const mostJumpMs = 86_400_000;
const saveEveryMs = 300_000;

/**
 * Whether the clock may decide what is too old. It is believed while it goes on from where it was last seen: second by
 * second in a run, and over a restart from the time that was stored last. A step of a seventh of the retention (10
 * minutes at least, a day at most), either way, is a jump: a clock that was set, a machine that slept, a service that
 * was off for long. Which of them nobody can tell, so the clock has to run evenly for a while first.
 */
export class ClockTrust {
	readonly #confirmMs: number;
	#note: ClockNote | undefined;
	#savedAt: number | undefined;

	/**
	 * @param known what was noted in the run before
	 * @param newest when the newest event was stored: where nothing was noted, the clock was there
	 * @param confirmMs how long it has to run evenly after a jump; 0: it is always believed
	 */
	constructor(known: ClockNote | undefined, newest: number | undefined, confirmMs: number) {
		this.#confirmMs = confirmMs;
		this.#note = known ?? (newest === undefined ? undefined : { seen: newest, evenSince: 0, jumpedMs: 0 });
	}

	/** To be called every second. @returns how far the clock has jumped since, if it has, ms */
	look(now: number, maxAgeMs: number): number | undefined {
		const before = this.#note ?? { seen: now, evenSince: 0, jumpedMs: 0 };
		const stepMs = now - before.seen;
		this.#note = { ...before, seen: now };
		if (Math.abs(stepMs) <= Math.max(leastJumpMs, Math.min(mostJumpMs, maxAgeMs / 7))) return undefined;
		this.#note = { seen: now, evenSince: now, jumpedMs: stepMs };
		this.#savedAt = undefined;
		return stepMs;
	}

	/** `undefined` while the clock is believed. */
	doubt(now: number): ClockDoubt | undefined {
		const { evenSince: since, jumpedMs } = this.#note ?? { evenSince: 0, jumpedMs: 0 };
		if (since === 0 || now - since >= this.#confirmMs) return undefined;
		return { jumpedMs, since, until: since + this.#confirmMs };
	}

	/** What is to be stored now; after a jump before anything else is. */
	due(): ClockNote | undefined {
		const note = this.#note;
		return note && (this.#savedAt === undefined || note.seen - this.#savedAt >= saveEveryMs) ? note : undefined;
	}

	saved({ seen }: ClockNote): void {
		this.#savedAt = seen;
	}
}
