import type { RefusalSign, WayStatus } from "./watch-status.ts";

const minute = 60_000;
/** How long a way is left alone after a refusal, each time in a row. */
const restsMs = [5 * minute, 15 * minute, 60 * minute] as const;
/** A way that is refused this soon after it worked again has not recovered, ms. */
const relapseMs = 10 * minute;

/** What one way of asking has met at one exit. Pure; times are of `Clock.elapsed`, ms. */
export class WayRecord {
	state: WayStatus["state"] = "untried";
	since = 0;
	/** While it rests: when one request tries it again. */
	until = 0;
	sign: RefusalSign | undefined;
	/** How often it was refused in a row: the length of the next rest follows from it. */
	times = 0;

	/** When it may be used: at once, or once its rest is over. */
	openAt(now: number): number {
		return this.state === "rests" ? Math.max(now, this.until) : now;
	}

	/** It rests, and its time has not come. */
	isClosed(now: number): boolean {
		return this.state === "rests" && now < this.until;
	}

	works(now: number): void {
		if (this.state === "works") return;
		this.#enter("works", now);
		this.sign = undefined;
	}

	/**
	 * @param spread a number in [0, 1): several ways are not tried again at one moment
	 * @param askedMs how long the site asked to wait
	 * @param again a person has asked for this attempt: its failure does not make the rest longer
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
		const restMs = restsMs[Math.min(this.times, restsMs.length) - 1] ?? restsMs[0];
		if (this.state !== "rests") this.#enter("rests", now);
		this.until = now + Math.max(askedMs, Math.round(restMs * (1 + spread / 10)));
		this.sign = sign;
	}

	/** Nothing is known of it any more. */
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
