import type { GiftSeen } from "./seen-gifts.ts";
import type { TotalSeen, TotalSource } from "./total-seen.ts";

/** A total whose time is far enough back that the gifts in it have come, if they come at all. */
export interface Point {
	at: number;
	value: number;
	/** How exact the value is. */
	step: number;
	/** Diamonds seen until then: the value holds no more of them. */
	hi: number;
	/** Diamonds besides of which later steps of streaks tell, and that may have been given until then. Default 0. */
	earlier?: number;
	/** Diamonds seen until the longest lag before then: the value holds no fewer of them. */
	lo: number;
	/** The same by the totals before it, which grew by just what was seen, and so don't lag. */
	held?: number;
}

/** What a total holds of a stretch up to some point of it. */
export interface Held {
	/** Diamonds seen, also if the total lags. */
	seen: number;
	/** More of them, unless it lags. Default 0. */
	justSeen?: number;
	/** The part of all that may have been given before the stretch, as later steps of streaks report. */
	earlier: number;
	growth: number;
}

/** What a stretch of a total that is over adds up to. */
export interface Stretch {
	/** Growth in the total's unit. */
	growth: number;
	/** Diamonds seen that this growth holds, unless the total lags. */
	credit: number;
	/** Diamonds seen before it that it may hold where the total lags. Default 0. */
	slack?: number;
	/** Diamonds besides of which later steps of streaks tell, and that it may hold. Default 0. */
	earlier?: number;
	/** Diamonds seen in it. */
	seen: number;
	/** Messages are known to be missing in it, since the connection was lost. */
	gap: boolean;
	/** The next one begins where it ends. */
	goesOn?: boolean;
	/** Up to its end, where less is missing at the end than at some point before. */
	toEnd?: Pick<Stretch, "growth" | "credit" | "earlier"> | undefined;
	/** What it holds for certain unless it was given before it. */
	held?: Held | undefined;
}

/** One total over time. Plain data, so that it can be stored. */
export interface Series {
	source: TotalSource;
	key: string;
	/** Where the stretch began that goes on: growth counts from here. */
	base?: Point;
	/** When the first stretch began. */
	since?: number;
	/** Later ones, oldest first, thinned out; the newest is always there. */
	points: Point[];
	/** Told, and not judged yet. */
	pending: { at: number; value: number; step: number }[];
	/** The last reported total, also while growth could not be counted. */
	before?: Point;
	/** The last point before which no gift came for as long as totals lag: its value is exact. */
	quiet?: Point;
	/** Where the stretch ends that a gap ended: what was lost in it the next total tells. Without one all points count. */
	beforeGap?: Point;
	/** Until then an exact total is waited for to begin with. */
	waitsUntil?: number;
	/** Diamonds seen that no point to come needs one by one. */
	seen: number;
	/** When the newest total was reported. */
	toldAt: number;
}

export function newSeries({ source, key, at }: TotalSeen): Series {
	return { source, key, points: [], pending: [], seen: 0, toldAt: at };
}

/** Totals that come this close to each other are one, ms. */
const sameMs = 1_000;

/** Takes in a total; one that is older than the last report says nothing. */
export function tell(series: Series, { at, value, step }: TotalSeen): void {
	if (at < series.toldAt) return;
	series.toldAt = at;
	const { pending } = series;
	const before = pending.at(-1);
	// The first of them stays where another is behind it: what confirms it must be later.
	if (before && pending.length > 1 && at - before.at < sameMs) pending.pop();
	pending.push({ at, value, step });
}

/** Nothing that was seen may be in a total that lags, or not. */
export const isExact = ({ hi, lo, earlier = 0 }: Point): boolean => hi === lo && earlier === 0;

/** Diamonds seen that its value may not hold yet. */
export const slackOf = ({ hi, lo, held = lo }: Point): number => hi - Math.max(lo, held);

/**
 * A total that grew from the one before by just what was seen in between holds all of that: what it may not hold is no
 * more than what the one before may not.
 *
 * @param unit how much of it one diamond is
 */
export function holdAsBefore(point: Point, before: Point, unit: number): void {
	const seen = point.hi - before.hi;
	if (seen < 0 || point.value - before.value !== seen * unit || point.step > 1 || before.step > 1) return;
	point.held = point.hi - slackOf(before);
}

export const lastOf = (series: Series): Point | undefined => series.points.at(-1) ?? series.base;

/**
 * @param more.before diamonds of which gifts seen after the stretch tell, for certain; 0 by default
 * @param more.lags whether totals may lag behind gifts; true by default
 */
export function unexplained(
	{ growth, credit, slack = 0, earlier = 0 }: Stretch,
	unit: number,
	{ before = 0, lags = true }: { before?: number; lags?: boolean } = {},
): number {
	const missing = growth / unit - credit - (lags ? slack : 0) - Math.max(earlier, before);
	return missing > 1e-6 ? missing : 0;
}

/** Gifts that steps of streaks in a stretch report from before it: the stretch has not grown by them. */
export function givenBefore({ held }: Stretch, unit: number, lags = true): number {
	if (!held) return 0;
	const seen = held.seen + (lags ? 0 : (held.justSeen ?? 0));
	// A total that does not change although gifts come says nothing.
	return Math.max(0, Math.min(held.earlier, seen - held.growth / unit));
}

/**
 * Growth at least, where values are rounded, and gifts at most: nothing uncertain is reported. What a gap has
 * lost is known from the gap: there, totals that lag are taken to lag evenly.
 */
export function between(from: Point, to: Point, gap: boolean): Stretch {
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
 * What the stretch that goes on adds up to, where it has any length. A total that lags shows less, so what any point
 * tells to be missing is missing: the most of all.
 */
export function openStretch({ base, points }: Series, unit: number): Stretch | undefined {
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

/** Ends it. */
export function close(series: Series, unit: number): Stretch | undefined {
	const stretch = openStretch(series, unit);
	delete series.base;
	delete series.quiet;
	series.points = [];
	return stretch;
}

/** Keeps at most `most` points: of those that are not among the newest four, the one goes that lies closest to others. */
export function thin({ points }: Series, most: number): void {
	if (points.length <= most) return;
	let least = Number.POSITIVE_INFINITY;
	let index = 0;
	for (let i = 0; i < points.length - 4; i++) {
		const span = (points[i + 1]?.at ?? 0) - (points[i - 1]?.at ?? Number.NEGATIVE_INFINITY);
		if (span < least) {
			least = span;
			index = i;
		}
	}
	points.splice(index, 1);
}

/**
 * A gift came: points that were judged without it, and that may or must hold it, are told. What a step of a streak
 * says about the steps before it, any point before may hold.
 */
export function amend(series: Series, { at, diamonds, earlier = 0 }: GiftSeen, lagMs: number): void {
	const { base, before, quiet, beforeGap } = series;
	// The stretch that a gap ended is reported as it was: what comes now may be of the gap.
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
