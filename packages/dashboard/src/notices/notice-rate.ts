/** Notices in any minute. */
export const mostAMinute = 4;
const minuteMs = 60_000;

/** At most a few notices in any minute; the others are counted, and the count is one of those few. */
export class NoticeRate {
	/** When those of the last minute were shown, oldest first. */
	#shown: number[] = [];
	#rest = 0;

	/** @returns whether it may be shown; if not, it is counted */
	offer(now: number): boolean {
		if (this.#rest === 0 && this.#take(now)) return true;
		this.#rest++;
		return false;
	}

	/** When the count of the rest may be shown, ms; `undefined`: there is none. */
	get dueAt(): number | undefined {
		return this.#rest === 0 ? undefined : (this.#shown[0] ?? 0) + minuteMs;
	}

	/** @returns how many were not shown, to be shown now; 0: none, or not yet */
	takeRest(now: number): number {
		if (this.#rest === 0 || !this.#take(now)) return 0;
		const rest = this.#rest;
		this.#rest = 0;
		return rest;
	}

	#take(now: number): boolean {
		// A clock that was set back holds nothing up for longer than a minute.
		this.#shown = this.#shown.filter((at) => at <= now && now - at < minuteMs);
		if (this.#shown.length >= mostAMinute) return false;
		this.#shown.push(now);
		return true;
	}
}
