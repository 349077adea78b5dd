import { lastOf, type Point, type Series, slackOf } from "./series.ts";

/** Amount of a total per diamond, as far as it is known. */
export interface Unit {
	value: number;
	/**
	 * `learned`: gifts that were seen, with the growth around each of them, agree on it. `assumed`: they don't contradict
	 * it. `unknown`: everything seen would also fit another unit, with nothing withheld.
	 */
	basis: "learned" | "assumed" | "unknown";
}

/** Observations about a source's unit. Plain data. */
export interface UnitVotes {
	/** Number of exact observations of each ratio, to three digits. */
	ratios: Record<string, number>;
	/** Number of ratios seen, and number of them below each of the usual units. */
	pairs: number;
	below: number[];
	/** Number of times an exact total grew, and number of times by a multiple of each of the usual units. */
	growths: number;
	multiples: number[];
}

/** Usual amounts of tickets and scores per diamond. */
const usual = [100, 10, 1] as const;
const maxRatios = 16;
/** Tolerated deviation of a ratio, as a share. */
const tolerance = 0.02;
/** Maximum delay of a total that still explains a gift, ms. */
const latestMs = 60_000;

export function newVotes(): UnitVotes {
	return { ratios: {}, pairs: 0, below: usual.map(() => 0), growths: 0, multiples: usual.map(() => 0) };
}

/**
 * Records the ratio of growth to gifts between two exact points: the unit if all gifts were seen, and more if not. So
 * the unit is the lowest ratio on which several such spans agree.
 */
export function vote(votes: UnitVotes, from: Point, to: Point): void {
	const seen = to.hi - from.hi;
	const growth = to.value - from.value;
	if (seen <= 0 || growth <= 0 || (to.step - 1 + from.step - 1) * 100 > growth) return;
	const ratio = growth / seen;
	votes.pairs++;
	for (const [i, unit] of usual.entries()) {
		if (ratio < unit * (1 - tolerance)) votes.below[i] = (votes.below[i] ?? 0) + 1;
	}
	const name = ratio.toPrecision(3);
	if (!(name in votes.ratios) && Object.keys(votes.ratios).length >= maxRatios) forgetOne(votes);
	votes.ratios[name] = (votes.ratios[name] ?? 0) + 1;
}

/** Records growth. Diamonds are whole: with a unit of ten, totals grow by tens, whatever gifts were seen. */
export function noteGrowth(votes: UnitVotes, from: Point, to: Point): void {
	const growth = to.value - from.value;
	if (growth <= 0 || to.step > 1 || from.step > 1) return;
	votes.growths++;
	for (const [i, unit] of usual.entries()) {
		if (growth % unit === 0) votes.multiples[i] = (votes.multiples[i] ?? 0) + 1;
	}
}

/**
 * Whether totals grow as with this `unit`. Some growth may come from other things than gifts. A hundred, which no
 * source has reported, needs proof; ten is assumed until it is contradicted.
 */
function isCounted({ growths, multiples }: UnitVotes, unit: number): boolean {
	const of = multiples[(usual as readonly number[]).indexOf(unit)] ?? 0;
	if (growths < 5) return unit <= 10;
	return of >= (unit > 10 ? 0.9 : 0.6) * growths;
}

/** Whether enough growth was in multiples to exclude coincidence, whatever the ratios. */
function isProven({ growths, multiples }: UnitVotes, unit: number): boolean {
	const of = multiples[(usual as readonly number[]).indexOf(unit)] ?? 0;
	return growths >= 10 && of >= 0.95 * growths;
}

/** Whether the unit was learned from ratios, or proven by growth. */
export function isSure({ basis, value }: Unit, votes: UnitVotes): boolean {
	return basis === "learned" || (basis === "assumed" && value > 1 && isProven(votes, value));
}

/** Whether ratios are too low for it. A few may be: a late step of a streak covers gifts that were counted before. */
function isContradicted(votes: UnitVotes, index: number): boolean {
	const below = votes.below[index] ?? 0;
	const unit = usual[index] ?? 1;
	return below >= 3 && below * 5 > votes.pairs && !(unit > 1 && isProven(votes, unit));
}

/** Drops the highest of the least frequent ratios, because wrong ratios are too high. */
function forgetOne({ ratios }: UnitVotes): void {
	const [first] = Object.entries(ratios).sort(([a, n], [b, m]) => n - m || Number(b) - Number(a));
	if (first) delete ratios[first[0]];
}

function learned(votes: UnitVotes): number | undefined {
	const { ratios } = votes;
	const max = Math.max(0, ...Object.values(ratios));
	const agreed = Object.entries(ratios)
		.map(([ratio, count]) => ({ ratio: Number(ratio), count }))
		.filter(({ ratio, count }) => count >= (isUsual(votes, ratio) ? 1 : 3) && count * 10 >= max);
	return agreed.length > 0 ? Math.min(...agreed.map(({ ratio }) => ratio)) : undefined;
}

function isUsual(votes: UnitVotes, ratio: number): boolean {
	return usual.some((unit) => unit === ratio) && isCounted(votes, ratio);
}

/** @param all the current totals of one source */
export function unitOf(votes: UnitVotes, all: readonly Series[]): Unit {
	const known = learned(votes);
	if (known !== undefined) return { value: known, basis: "learned" };
	const { growth, rounding, seen, early } = totals(all);
	if (seen <= 0) return { value: usual.find((unit) => isCounted(votes, unit)) ?? 1, basis: "assumed" };
	// Even if totals were late, a unit can't be more than growth over the gifts that it includes for certain.
	const fits = usual.find(
		(unit, i) =>
			growth + rounding >= early * unit * (1 - tolerance) && !isContradicted(votes, i) && isCounted(votes, unit),
	);
	if (fits === undefined) return { value: 1, basis: "unknown" };
	if (growth === 0) return { value: fits, basis: "unknown" };
	if (Math.abs(growth - seen * fits) < 0.1 * seen * fits + rounding) return { value: fits, basis: "assumed" };
	const { min, max } = boundsIfAllSeen(all);
	return { value: fits, basis: min <= max ? "unknown" : "assumed" };
}

function totals(all: readonly Series[]): { growth: number; rounding: number; seen: number; early: number } {
	const sum = { growth: 0, rounding: 0, seen: 0, early: 0 };
	for (const series of all) {
		const { base } = series;
		const last = lastOf(series);
		if (!base || !last) continue;
		sum.growth += last.value - base.value;
		sum.rounding += last.step + base.step - 2;
		sum.seen += last.hi - base.hi;
		const old = series.points.findLast(({ at }) => at <= last.at - latestMs);
		if (old) sum.early += old.hi - base.hi - reportedLater(base, old);
	}
	return sum;
}

/** Returns bounds of the unit if every gift was seen; impossible if `min` is more than `max`. */
function boundsIfAllSeen(all: readonly Series[]): { min: number; max: number } {
	const bounds = { min: 0, max: Number.POSITIVE_INFINITY };
	for (const { base, points } of all) {
		const whole = base ? [base, ...points] : [];
		for (const [i, from] of whole.entries()) {
			for (const to of whole.slice(i + 1)) narrow(bounds, from, to);
		}
	}
	return bounds;
}

function narrow(bounds: { min: number; max: number }, from: Point, to: Point): void {
	const growth = to.value - from.value;
	const slack = to.step + from.step - 2;
	if (growth > slack) bounds.min = Math.max(bounds.min, (growth - slack) / (to.hi - from.hi + slackOf(from)));
	if (to.lo > from.hi) bounds.max = Math.min(bounds.max, (growth + slack) / (to.lo - from.hi));
}

/** Returns the diamonds that steps of streaks between the two report and that may have been given before both. */
function reportedLater(from: Point, to: Point): number {
	return Math.max(0, (from.earlier ?? 0) - (to.earlier ?? 0));
}
