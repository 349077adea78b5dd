import type { LookupWay } from "@livekeeper/douyin";
import { Budget } from "./budget.ts";

/*
 * Nobody has published the site's limits. People report bans at 2 to 3 pages a minute over hours (DouyinLiveRecorder
 * #1247, 2025-10), at 8 look-ups a minute over days (Gowlive #10, 2025-12), at 50 a minute within 2 minutes (StreamCap
 * #304, 2025-10); and no ban at 4 JSON calls a minute for a day (Evil0ctal #626, 2025-06), nor where rooms are asked about
 * one after the other.
 */
/** Requests that may be made at once after a pause. */
const depth = 10;
/** Look-ups a minute, if nothing else is set: one page and four JSON calls. */
export const defaultLookupsPerMinute = 5;
const pageShare = 1 / 5;
/** Least time between two requests, ms, and by how much it varies. */
export const gapMs = 3_000;
const gapSpread = 0.3;
export const longestGapMs = gapMs * (1 + gapSpread);
/** The gap shrinks only where a larger budget could not be used up otherwise. */
const gapOfRate = 0.75;

/** Calls that the site counts together. */
type Group = "page" | "json";
type PacedWay = LookupWay | "followed";
const groupOf = (way: PacedWay): Group => (way === "page" ? "page" : "json");

/**
 * How fast an exit may make the requests that the site counts by their number: a budget for pages and one for JSON calls,
 * and a gap after each. Pure; times are of `Clock.elapsed`, ms.
 */
export class Pace {
	readonly #budgets: Readonly<Record<Group, Budget>>;
	readonly #gapMs: number;
	/** When the gap after the last request is over. */
	gapUntil = 0;

	private constructor(budgets: Readonly<Record<Group, Budget>>, meanGapMs: number) {
		this.#budgets = budgets;
		this.#gapMs = meanGapMs;
	}

	/** @param perMinute look-ups of single rooms a minute; one of five is a page */
	static of(perMinute: number, now: number): Pace {
		const deep = depth * Math.max(1, perMinute / defaultLookupsPerMinute);
		const page = new Budget(deep, perMinute * pageShare, now);
		const json = new Budget(deep, perMinute * (1 - pageShare), now);
		return new Pace({ page, json }, Math.min(gapMs, (gapOfRate * 60_000) / perMinute));
	}

	/** Another that stands where this one does, to plan ahead with. */
	copy(): Pace {
		const { page, json } = this.#budgets;
		const copy = new Pace({ page: page.copy(), json: json.copy() }, this.#gapMs);
		copy.gapUntil = this.gapUntil;
		return copy;
	}

	/** When a request by this way is within the budget and leaves `reserve` others. */
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

	/** Begins the gap after a request. @param spread a number in [0, 1), by which it varies */
	pause(now: number, spread = 0.5): void {
		this.gapUntil = now + Math.floor(this.#gapMs * (1 - gapSpread + 2 * gapSpread * spread));
	}

	/** Others behind the same address use the rest. @param part above 0 to 1 */
	share(part: number, now: number): void {
		for (const budget of Object.values(this.#budgets)) budget.share(part, now);
	}

	/** Requests that were left at a time, over a restart; its last requests may have been made just before. */
	restore(left: Readonly<Record<Group, number>>, at: number): void {
		this.#budgets.page.restore(left.page, at);
		this.#budgets.json.restore(left.json, at);
		this.gapUntil = at + gapMs;
	}
}
