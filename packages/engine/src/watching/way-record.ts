import type { RefusalSign, WayStatus } from "./watch-status.ts";

const minute = 60_000;
/** Time after recovery within which a refusal counts as a relapse, ms. */
const relapseMs = 10 * minute;

/** Record of one way of asking at one exit. Pure; times are of `Clock.elapsed`, ms. */
export class WayRecord {
	/** Returns the lengths of consecutive cooldowns after refusals, ms. */
	readonly #cooldownsMs: () => readonly number[];
	state: WayStatus["state"] = "untried";
	since = 0;
	/** Time at which one request tries it again, during a cooldown. */
	until = 0;
	sign: RefusalSign | undefined;
	/** Number of consecutive refusals, which determines the next cooldown. */
	times = 0;

	constructor(cooldownsMs: () => readonly number[]) {
		this.#cooldownsMs = cooldownsMs;
	}

	/** Returns when it may be used: at once, or after its cooldown. */
	openAt(now: number): number {
		return this.state === "rests" ? Math.max(now, this.until) : now;
	}

	/** Returns whether it is in cooldown. */
	isClosed(now: number): boolean {
		return this.state === "rests" && now < this.until;
	}

	works(now: number): void {
		if (this.state === "works") return;
		this.#enter("works", now);
		this.sign = undefined;
	}

	/**
	 * @param spread a number in [0, 1), so several ways are not tried again at the same time
	 * @param askedMs wait that the site asked for
	 * @param again whether a person has asked for this attempt, whose failure does not prolong the cooldown
	 */
	refused(
		sign: RefusalSign,
		now: number,
		spread: number,
		{ askedMs = 0, again = false }: { askedMs?: number | undefined; again?: boolean } = {},
	): void {
		const isRelapse = this.state === "rests" || (this.state === "works" && now - this.since < relapseMs);
		if (!isRelapse) this.times = 1;
		else if (!again || this.times === 0) this.times++;
		const cooldownsMs = this.#cooldownsMs();
		const pauseMs = cooldownsMs[Math.min(this.times, cooldownsMs.length) - 1] ?? 5 * minute;
		if (this.state !== "rests") this.#enter("rests", now);
		this.until = now + Math.max(askedMs, Math.round(pauseMs * (1 + spread / 10)));
		this.sign = sign;
	}

	/** Resets the record. */
	free(now: number): void {
		if (this.state !== "rests") return;
		this.#enter("untried", now);
		this.sign = undefined;
		this.times = 0;
	}

	#enter(state: WayStatus["state"], now: number): void {
		this.state = state;
		this.since = now;
	}
}
