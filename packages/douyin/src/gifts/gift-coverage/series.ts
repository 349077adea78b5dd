import type { GiftSeen } from "./seen-gifts.ts";
import type { TotalSeen, TotalSource } from "./total-seen.ts";

/** A total that is old enough for its gifts to have arrived, if they arrive at all. */
export interface Point {
	at: number;
	value: number;
	/** Precision of the value. */
	step: number;
	/** Diamonds seen until then: the maximum that the value includes. */
	hi: number;
	/** Further diamonds that later steps of streaks report and that may have been given until then. Default 0. */
	earlier?: number;
	/** Diamonds seen until the maximum lag before then: the minimum that the value includes. */
	lo: number;
	/** A better minimum, if the totals before it grew by exactly what was seen, and so don't lag. */
	held?: number;
}

/** Part of a range that a total includes, up to some point of it. */
export interface Held {
	/** Diamonds seen that it includes even if it lags. */
	seen: number;
	/** Further diamonds that it includes unless it lags. Default 0. */
	justSeen?: number;
	/** The part of both that may have been given before the range, as later steps of streaks report. */
	earlier: number;
	growth: number;
}

/** Totals of one range of growth that is over. */
export interface GrowthRange {
	/** Growth in the total's unit. */
	growth: number;
	/** Diamonds seen that this growth includes, unless the total lags. */
	credit: number;
	/** Diamonds seen before it that it may include if the total lags. Default 0. */
	slack?: number;
	/** Further diamonds that later steps of streaks report and that it may include. Default 0. */
	earlier?: number;
	/** Diamonds seen in it. */
	seen: number;
	/** Whether messages are known to be missing in it because the connection was lost. */
	gap: boolean;
	/** Whether the next one begins where it ends. */
	continues?: boolean;
	/** Values up to its end, if less is missing at the end than at some point before. */
	toEnd?: Pick<GrowthRange, "growth" | "credit" | "earlier"> | undefined;
	/** Diamonds that it includes for certain, unless they were given before it. */
	held?: Held | undefined;
}

/** One total over time. Plain data, so that it can be stored. */
export interface Series {
	source: TotalSource;
	key: string;
	/** Beginning of the current range: growth counts from here. */
	base?: Point;
	/** Time when the first range began. */
	since?: number;
	/** Later points, oldest first, thinned out; the newest is always there. */
	points: Point[];
	/** Totals that were reported but not judged yet. */
	pending: { at: number; value: number; step: number }[];
	/** The last reported total, also while growth could not be counted. */
	before?: Point;
	/** The last point before which no gift arrived for as long as totals lag: its value is exact. */
	quiet?: Point;
	/** End of the range that a gap ended: the next total shows the gap's loss. Without it all points count. */
	beforeGap?: Point;
	/** Time until which the series waits for an exact total to begin with. */
	waitsUntil?: number;
	/** Diamonds seen that no later point needs individually. */
	seen: number;
	/** Time of the newest reported total. */
	updatedAt: number;
}

export function newSeries({ source, key, at }: TotalSeen): Series {
	return { source, key, points: [], pending: [], seen: 0, updatedAt: at };
}

/** Totals this close to each other count as one, ms. */
const sameMs = 1_000;

/** Takes a total; ignores one that is older than the last report. */
export function noteTotal(series: Series, { at, value, step }: TotalSeen): void {
	if (at < series.updatedAt) return;
	series.updatedAt = at;
	const { pending } = series;
	const before = pending.at(-1);
	// The first of them stays if another follows it: its confirmation must be later.
	if (before && pending.length > 1 && at - before.at < sameMs) pending.pop();
	pending.push({ at, value, step });
}

/** Whether none of the seen diamonds is uncertain because the total may lag. */
export const isExact = ({ hi, lo, earlier = 0 }: Point): boolean => hi === lo && earlier === 0;

/** Diamonds seen that its value may not include yet. */
export const slackOf = ({ hi, lo, held = lo }: Point): number => hi - Math.max(lo, held);

/**
 * Notes that a total that grew by exactly what was seen since the previous one includes all of it: the amount that it
 * may not include is no more than that of the previous one.
 *
 * @param unit amount of the total per diamond
 */
export function holdAsBefore(point: Point, before: Point, unit: number): void {
	const seen = point.hi - before.hi;
	if (seen < 0 || point.value - before.value !== seen * unit || point.step > 1 || before.step > 1) return;
	point.held = point.hi - slackOf(before);
}

export const lastOf = (series: Series): Point | undefined => series.points.at(-1) ?? series.base;

/**
 * Returns the diamonds of a range's growth that no gift explains.
 * @param more.before diamonds that gifts seen after the range report for certain; default 0
 * @param more.lags whether totals may lag behind gifts; default true
 */
export function unexplained(
	{ growth, credit, slack = 0, earlier = 0 }: GrowthRange,
	unit: number,
	{ before = 0, lags = true }: { before?: number; lags?: boolean } = {},
): number {
	const missing = growth / unit - credit - (lags ? slack : 0) - Math.max(earlier, before);
	return missing > 1e-6 ? missing : 0;
}

/** Returns the diamonds that steps of streaks report from before a range: the range has not grown by them. */
export function givenBefore({ held }: GrowthRange, unit: number, lags = true): number {
	if (!held) return 0;
	const seen = held.seen + (lags ? 0 : (held.justSeen ?? 0));
	// A total that does not change although gifts arrive proves nothing.
	return Math.max(0, Math.min(held.earlier, seen - held.growth / unit));
}

/**
 * Returns the minimum growth, if values are rounded, and the maximum of gifts: nothing uncertain is reported. A gap's
 * loss is known from the gap: in it, lagging totals are assumed to lag evenly.
 */
export function between(from: Point, to: Point, gap: boolean): GrowthRange {
	const grown = to.value - from.value;
	const rounding = from.step - 1 + (to.step - 1);
	const growth = Math.max(0, grown - rounding);
	const seen = to.hi - from.hi;
	const earlier = to.earlier ?? 0;
	const held: Held = {
		seen: to.lo - from.hi,
		justSeen: to.hi - to.lo,
		earlier: (from.earlier ?? 0) - earlier,
		growth: grown + rounding,
	};
	if (gap) return { growth, credit: seen, seen, gap, held };
	return { growth, credit: seen, slack: slackOf(from), earlier, seen, gap, held };
}

/**
 * Returns the totals of the current range, if it has any length. A lagging total shows less, so the amount that any
 * point shows as missing is missing: their maximum counts.
 */
export function openRange({ base, points }: Series, unit: number): GrowthRange | undefined {
	const last = points.at(-1);
	if (!base || !last) return undefined;
	const all = points.map((point) => between(base, point, false));
	const best = all.reduce((a, b) => (unexplained(b, unit) >= unexplained(a, unit) ? b : a));
	const end = all.at(-1);
	const toEnd = end === best ? undefined : end;
	const { held } = all.reduce((a, b) => (givenBefore(b, unit) >= givenBefore(a, unit) ? b : a));
	return {
		...best,
		...(toEnd && { toEnd: { growth: toEnd.growth, credit: toEnd.credit, earlier: toEnd.earlier ?? 0 } }),
		seen: last.hi - base.hi,
		held,
	};
}

/** Ends the current range and returns it. */
export function close(series: Series, unit: number): GrowthRange | undefined {
	const range = openRange(series, unit);
	delete series.base;
	delete series.quiet;
	series.points = [];
	return range;
}

/** Keeps at most `max` points: drops the one closest to others, except among the newest four. */
export function thin({ points }: Series, max: number): void {
	if (points.length <= max) return;
	let min = Number.POSITIVE_INFINITY;
	let index = 0;
	for (let i = 0; i < points.length - 4; i++) {
		const span = (points[i + 1]?.at ?? 0) - (points[i - 1]?.at ?? Number.NEGATIVE_INFINITY);
		if (span < min) {
			min = span;
			index = i;
		}
	}
	points.splice(index, 1);
}

/**
 * Adds a late gift to points that were judged without it and that may or must include it. Any point before a step of a
 * streak may include the earlier steps that it reports.
 */
export function amend(series: Series, { at, diamonds, earlier = 0 }: GiftSeen, lagMs: number): void {
	const { base, before, quiet, beforeGap } = series;
	// The range that a gap ended is reported as it was: what arrives now may belong to the gap.
	for (const point of beforeGap ? [before, beforeGap] : new Set([before, base, quiet, ...series.points])) {
		if (!point) continue;
		if (at > point.at) {
			point.earlier = (point.earlier ?? 0) + earlier;
			continue;
		}
		point.hi += diamonds;
		if (at > point.at - lagMs) continue;
		point.lo += diamonds;
		if (point.held !== undefined) point.held += diamonds;
	}
}
