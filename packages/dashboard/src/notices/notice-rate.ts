/** Maximum number of notices in any minute. */
export const maxPerMinute = 4;
const minuteMs = 60_000;

/** Allows a few notices in any minute and counts the others; showing the count uses one of those few. */
export class NoticeRate {
	/** Times of the notices shown in the last minute, oldest first. */
	#shown: number[] = [];
	#rest = 0;

	/** @returns whether the notice may be shown; if not, it is counted */
	offer(now: number): boolean {
		if (this.#rest === 0 && this.#take(now)) return true;
		this.#rest++;
		return false;
	}

	/** Time when the suppressed count may be shown, ms since the epoch; `undefined` if there is none. */
	get dueAt(): number | undefined {
		return this.#rest === 0 ? undefined : (this.#shown[0] ?? 0) + minuteMs;
	}

	/** @returns number of suppressed notices, to be shown now; 0 if there are none or it is too early */
	takeRest(now: number): number {
		if (this.#rest === 0 || !this.#take(now)) return 0;
		const rest = this.#rest;
		this.#rest = 0;
		return rest;
	}

	#take(now: number): boolean {
		// A clock that was set back delays notices by a minute at most.
		this.#shown = this.#shown.filter((at) => at <= now && now - at < minuteMs);
		if (this.#shown.length >= maxPerMinute) return false;
		this.#shown.push(now);
		return true;
	}
}
