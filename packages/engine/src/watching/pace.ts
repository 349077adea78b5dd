import type { LookupWay, SiteProfile } from "@livekeeper/douyin";

/** The gap shrinks only if a larger budget could not be used up otherwise. */
const gapOfRate = 0.75;

/** Groups of calls that the site counts together. */
type Group = "page" | "json";
type PacedWay = LookupWay | "followed";
const groupOf = (way: PacedWay): Group => (way === "page" ? "page" : "json");

/**
 * Pace of the requests that the site limits by number: a budget for pages and one for JSON calls, and a gap after each.
 * Pure; times are of `Clock.elapsed`, ms.
 */
export class Pace {
	readonly #budgets: Readonly<Record<Group, Budget>>;
	/** Mean gap after a request, ms, and the share by which it varies. */
	readonly #gapMs: number;
	readonly #gapSpread: number;
	/** Time at which the gap after the last request ends. */
	gapUntil = 0;

	private constructor(budgets: Readonly<Record<Group, Budget>>, meanGapMs: number, gapSpread: number) {
		this.#budgets = budgets;
		this.#gapMs = meanGapMs;
		this.#gapSpread = gapSpread;
	}

	/** @param perMinute look-ups of single rooms per minute, divided as the limits are; default as they say */
	static of(limits: SiteProfile["budgets"], perMinute: number | undefined, now: number): Pace {
		const usual = limits.pages_per_minute + limits.calls_per_minute;
		const rate = perMinute ?? usual;
		const deep = limits.depth * Math.max(1, rate / usual);
		const page = new Budget(deep, (rate * limits.pages_per_minute) / usual, now);
		const json = new Budget(deep, (rate * limits.calls_per_minute) / usual, now);
		return new Pace({ page, json }, Math.min(limits.gap_ms, (gapOfRate * 60_000) / rate), limits.gap_spread);
	}

	/** Returns a copy in the same state, for planning ahead. */
	copy(): Pace {
		const { page, json } = this.#budgets;
		const copy = new Pace({ page: page.copy(), json: json.copy() }, this.#gapMs, this.#gapSpread);
		copy.gapUntil = this.gapUntil;
		return copy;
	}

	/** Returns when a request by this way is within the budget and leaves `reserve` others. */
	paidAt(way: PacedWay, now: number, reserve: number): number {
		return this.#budgets[groupOf(way)].readyAt(now, reserve);
	}

	left(way: PacedWay, now: number): number {
		return this.#budgets[groupOf(way)].left(now);
	}

	perMinute(way: PacedWay): number {
		return this.#budgets[groupOf(way)].perMinute;
	}

	/** Counts a request that is made now. */
	take(way: PacedWay, now: number): void {
		this.#budgets[groupOf(way)].take(now);
	}

	/** Starts the gap after a request. @param spread a number in [0, 1), by which it varies */
	pause(now: number, spread = 0.5): void {
		this.gapUntil = now + Math.floor(this.#gapMs * (1 - this.#gapSpread + 2 * this.#gapSpread * spread));
	}

	/**
	 * Reduces the budgets to this process's part; others behind the same address use the rest.
	 * @param part above 0 to 1
	 */
	share(part: number, now: number): void {
		for (const budget of Object.values(this.#budgets)) budget.share(part, now);
	}

	/** Restores the requests left at a time before a restart; its last requests may have been made just before. */
	restore(left: Readonly<Record<Group, number>>, at: number): void {
		this.#budgets.page.restore(left.page, at);
		this.#budgets.json.restore(left.json, at);
		this.gapUntil = at + this.#gapMs;
	}

	/** Takes the requests left over from another pace whose limits have been replaced. */
	succeed(former: Pace, now: number): void {
		this.#budgets.page.restore(former.left("page", now), now);
		this.#budgets.json.restore(former.left("enter", now), now);
		this.gapUntil = former.gapUntil;
	}
}

/**
 * Request budget of one group of calls from one address: a token bucket, refilled at an even rate. Pure; times are ms
 * that never run backwards.
 */
class Budget {
	readonly #depth: number;
	readonly #perMinute: number;
	#part = 1;
	#level: number;
	#at: number;

	/**
	 * @param depth number of requests that may be made at once after a pause
	 * @param perMinute number added per minute
	 */
	constructor(depth: number, perMinute: number, now: number) {
		this.#depth = depth;
		this.#perMinute = perMinute;
		this.#level = depth;
		this.#at = now;
	}

	/** Returns a copy with the same number of requests left. */
	copy(): Budget {
		const copy = new Budget(this.#depth, this.#perMinute, this.#at);
		copy.#part = this.#part;
		copy.#level = this.#level;
		return copy;
	}

	get perMinute(): number {
		return this.#perMinute * this.#part;
	}

	/** Returns the number of requests that may be made now, including a fraction. */
	left(now: number): number {
		return Math.min(this.#capacity, this.#level + (Math.max(0, now - this.#at) * this.perMinute) / 60_000);
	}

	/** Returns the time at which a request may be made that leaves `reserve` others. */
	readyAt(now: number, reserve: number): number {
		const missing = Math.min(1 + reserve, this.#capacity) - this.left(now);
		return missing <= roundingError ? now : now + Math.ceil((missing * 60_000) / this.perMinute);
	}

	/** Counts a request that is made now. */
	take(now: number): void {
		this.restore(this.left(now) - 1, now);
	}

	/** Sets the number of requests left as of `now`. */
	restore(left: number, now: number): void {
		this.#level = Math.max(0, Math.min(left, this.#capacity));
		this.#at = now;
	}

	/**
	 * Reduces the budget to this process's part; others behind the same address use the rest.
	 * @param part above 0 to 1
	 */
	share(part: number, now: number): void {
		const left = this.left(now);
		this.#part = part;
		this.restore(left, now);
	}

	get #capacity(): number {
		return Math.max(1, this.#depth * this.#part);
	}
}

const roundingError = 1e-6;
