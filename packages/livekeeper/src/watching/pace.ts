import type { LookupWay } from "@livekeeper/douyin";
import { Budget } from "./budget.ts";

/*
 * The site's limits are not published. Users report bans at 2 to 3 pages a minute over hours (DouyinLiveRecorder #1247,
 * 2025-10), at 8 look-ups a minute over days (Gowlive #10, 2025-12), at 50 a minute within 2 minutes (StreamCap #304,
 * 2025-10); and no ban at 4 JSON calls a minute for a day (Evil0ctal #626, 2025-06), nor for looking rooms up one after
 * the other.
 */
/** Maximum number of requests at once after a pause. */
const depth = 10;
/** Default number of look-ups per minute: one page and four JSON calls. */
export const defaultLookupsPerMinute = 5;
const pageShare = 1 / 5;
/** Gap between two requests, ms, and the share by which it varies. */
export const gapMs = 3_000;
const gapSpread = 0.3;
export const maxGapMs = gapMs * (1 + gapSpread);
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
	readonly #gapMs: number;
	/** Time at which the gap after the last request ends. */
	gapUntil = 0;

	private constructor(budgets: Readonly<Record<Group, Budget>>, meanGapMs: number) {
		this.#budgets = budgets;
		this.#gapMs = meanGapMs;
	}

	/** @param perMinute look-ups of single rooms per minute; one of five is a page */
	static of(perMinute: number, now: number): Pace {
		const deep = depth * Math.max(1, perMinute / defaultLookupsPerMinute);
		const page = new Budget(deep, perMinute * pageShare, now);
		const json = new Budget(deep, perMinute * (1 - pageShare), now);
		return new Pace({ page, json }, Math.min(gapMs, (gapOfRate * 60_000) / perMinute));
	}

	/** Returns a copy in the same state, for planning ahead. */
	copy(): Pace {
		const { page, json } = this.#budgets;
		const copy = new Pace({ page: page.copy(), json: json.copy() }, this.#gapMs);
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
		this.gapUntil = now + Math.floor(this.#gapMs * (1 - gapSpread + 2 * gapSpread * spread));
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
		this.gapUntil = at + gapMs;
	}
}
