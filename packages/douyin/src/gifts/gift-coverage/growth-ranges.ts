import { join } from "./pieces.ts";
import { earlierThan, recentUntil, togetherMs } from "./seen-gifts.ts";
import {
	between,
	close,
	type GrowthRange,
	holdAsBefore,
	isExact,
	lastOf,
	type Point,
	type Series,
	slackOf,
	thin,
} from "./series.ts";
import { type CoverageState, mayLag, newLagVotes, noteLag } from "./state.ts";
import type { TotalSource } from "./total-seen.ts";
import { isSure, newVotes, noteGrowth, type Unit, type UnitVotes, unitOf, vote } from "./unit.ts";

/** Maximum lag of totals behind gifts, ms. */
export const lagMs = 10_000;
/** Growth at once that counts as a jump, diamonds: more than ten of the most expensive gift. */
const jumpDiamonds = 300_000;
/** Maximum number of people whose totals are followed for each source. */
const maxSeries = 12;
const maxPoints = { room_total: 12, contributor: 6, rank: 6 } as const satisfies Record<TotalSource, number>;
const maxRanges = 16;
/** Diamonds seen before the room's first total count as well if the wait was no longer than this, ms. */
const firstTotalMs = 60_000;
/** Amount per diamond in most rooms' totals, assumed until the room's own is known. */
const usualUnit = 10;
/** Maximum distance back, and ahead, to an exact total at which a range may end or begin, ms. */
const maxLookBackMs = 60_000;
const maxWaitMs = 30_000;

/** Builds ranges from reported totals, each from where growth can be counted to where it no longer can. */
export class GrowthRanges {
	readonly #state: CoverageState;

	constructor(state: CoverageState) {
		this.#state = state;
	}

	/**
	 * @param more.next the value reported after it, if any
	 * @param more.over whether the broadcast has ended, so that there is nothing to wait for
	 */
	take(series: Series, total: Series["pending"][number], { next, over }: { next: number | undefined; over: boolean }) {
		const state = this.#state;
		const point = this.#pointAt(series, total);
		if (total.at - lagMs < (state.listenedFrom ?? 0)) return;
		const last = lastOf(series);
		const lost = state.gaps.find(([from, to]) => from <= total.at && total.at < to + lagMs);
		const crossed = last && state.gaps.some(([, to]) => last.at < to && to + lagMs <= total.at);
		if (last && (lost || crossed)) series.beforeGap ??= { ...endBeforeGap(series, last) };
		if (lost) return;
		const before = series.beforeGap ?? lastOf(series);
		// A single outlier, too high or too low, between values in line.
		const isOdd = before && next !== undefined && (total.value > next || total.value < before.value);
		if (isOdd && next >= before.value) return;
		if (over || !this.#waitsForExact(series, point)) this.#place(series, point);
	}

	#place(series: Series, point: Point): void {
		const { source } = series;
		const { value } = this.unit(source);
		this.#passGap(series, point);
		const last = lastOf(series);
		const jumped = last && point.value - last.value > value * (jumpDiamonds + 2 * (point.hi - last.lo));
		if (last && (point.value < last.value || jumped)) this.close(series);
		if (series.base) series.points.push(point);
		else this.#begin(series, point);
		thin(series, maxPoints[source]);
		if (last && series.base !== point) noteGrowth(this.#votes(source), last, point);
		if (isExact(point)) {
			if (series.quiet) vote(this.#votes(source), series.quiet, point);
			series.quiet = point;
		}
		this.#sharpen(series, point);
	}

	/** Ends the range before a gap once there is a point after it: growth in between belongs to the gap. */
	#passGap(series: Series, point: Point): void {
		const { source, beforeGap: end } = series;
		if (!end) return;
		series.points = series.points.filter(({ at }) => at < end.at);
		// If the point was thinned out, growth until then would belong to neither range.
		if (series.base && series.base.at < end.at) series.points.push(end);
		const { value } = this.unit(source);
		const isCounted = point.value >= end.value && point.value - end.value < jumpDiamonds * value;
		// Users' scores are several series, whose ranges don't follow each other.
		const continues = isCounted && source === "room_total";
		this.close(series, continues);
		if (isCounted) this.#keep(source, { ...between(end, point, true), ...(continues && { continues }) });
		delete series.beforeGap;
	}

	/**
	 * Improves the base of a room's total that began while many gifts arrived, because it is not known which of them it
	 * includes. Growth counts again from a point soon afterwards that is more certain.
	 */
	#sharpen(series: Series, point: Point): void {
		const { base, source } = series;
		if (!base || source !== "room_total" || point.at - base.at > maxLookBackMs) return;
		const [before, now] = [slackOf(base), slackOf(point)];
		// A rounded total is rounded again.
		if (2 * now >= before || (before - now) * this.unit(source).value < 2 * (point.step - 1)) return;
		// Up to this very point, whatever the unit: all growth is in one of the two ranges.
		this.#keep(source, { ...between(base, point, false), continues: true });
		series.base = point;
		series.points = [];
		if (now > 0) delete series.quiet;
	}

	/** Whether to wait: after a gap or a new start growth counts from an exact total, if one comes soon. */
	#waitsForExact(series: Series, point: Point): boolean {
		const begins = series.beforeGap || (!series.base && this.#state.closed[series.source]);
		if (!begins || slackOf(point) === 0) {
			delete series.waitsUntil;
			return false;
		}
		series.waitsUntil ??= point.at + maxWaitMs;
		return point.at < series.waitsUntil;
	}

	#begin(series: Series, point: Point): void {
		const state = this.#state;
		series.base = point;
		series.since ??= point.at;
		const { source } = series;
		if (source !== "room_total" || state.early > 0 || state.closed[source]) return;
		if (point.at - (state.listenedFrom ?? point.at) > firstTotalMs) return;
		state.early =
			state.gifts.diamonds - recentUntil(state.gifts, state.now, "") + recentUntil(state.gifts, point.at, "");
	}

	#pointAt(series: Series, { at, value, step }: Series["pending"][number]): Point {
		const { gaps, gifts, units } = this.#state;
		const { before, key, seen, source } = series;
		const until = (time: number) => seen + recentUntil(gifts, time, key);
		const point: Point = {
			at,
			value,
			step,
			hi: until(at),
			lo: until(at - lagMs),
			earlier: earlierThan(gifts, at, key),
		};
		const isGap = before && gaps.some(([from, to]) => before.at < to && from <= at);
		if (before && !isGap) {
			holdAsBefore(point, before, units[source]?.value ?? usualUnit);
			this.#noteLag(series, before, point);
		}
		series.before = { ...point };
		return point;
	}

	#noteLag({ key, source, seen }: Series, before: Point, point: Point): void {
		const { gifts, lags = {}, units } = this.#state;
		const unit = units[source];
		if (!unit || !isSure(unit, this.#votes(source))) return;
		const votes = lags[source] ?? newLagVotes();
		// An observed lag is never forgotten.
		if (votes.lagged > 0) return;
		this.#state.lags = { ...lags, [source]: votes };
		const untilThen = (at: number) => seen + recentUntil(gifts, at, key) + earlierThan(gifts, at, key);
		const justBefore = Math.max(before.at, point.at - togetherMs);
		const now = untilThen(point.at);
		const grown = point.value - before.value;
		const rounding = point.step - 1 + (before.step - 1);
		noteLag(votes, {
			min: (grown - rounding) / unit.value,
			max: (grown + rounding) / unit.value,
			seen: now - (before.hi + (before.earlier ?? 0)),
			justSeen: now - untilThen(justBefore),
		});
	}

	/** Whether a source's totals may lag behind gifts, as far as they have shown. */
	mayLag(source: TotalSource): boolean {
		return mayLag(this.#state.lags?.[source] ?? newLagVotes());
	}

	/** Ends the current range of a total. @param continues whether the next range begins where it ends */
	close(series: Series, continues = false): void {
		const { value, basis } = this.unit(series.source);
		// If the unit turned out to be lower, growth would count as explained by gifts.
		const range = close(series, basis === "learned" ? value : 1);
		const before = this.#state.closed[series.source]?.at(-1);
		if (range) this.#keep(series.source, { ...range, ...(continues && { continues }) });
		else if (before && !continues) delete before.continues;
	}

	/** Keeps a range; beyond the maximum the two oldest of a kind are joined. */
	#keep(source: TotalSource, range: GrowthRange): void {
		const all = this.#state.closed[source] ?? [];
		this.#state.closed[source] = all;
		all.push(range);
		if (all.length <= maxRanges) return;
		const first = all.findIndex(({ gap }, i) => all.slice(i + 1).some((other) => other.gap === gap));
		const kept = all[first];
		const second = all.findIndex(({ gap }, i) => i > first && gap === kept?.gap);
		const [merged] = all.splice(second, 1);
		if (!kept || !merged) return;
		// Other ranges may lie between the two: the sum is as certain as each.
		const sum = {
			slack: (kept.slack ?? 0) + (merged.slack ?? 0),
			earlier: (kept.earlier ?? 0) + (merged.earlier ?? 0),
		};
		Object.assign(kept, join(kept, merged), sum);
		if (second !== first + 1) delete kept.continues;
	}

	/** Beyond the maximum, forgets the least recently reported series. */
	forgetSeries(source: TotalSource): void {
		const all = Object.entries(this.#state.series).filter(([, series]) => series.source === source);
		if (all.length <= maxSeries) return;
		const [oldest] = all.sort(([, a], [, b]) => a.updatedAt - b.updatedAt);
		if (!oldest) return;
		this.close(oldest[1]);
		delete this.#state.series[oldest[0]];
	}

	#votes(source: TotalSource): UnitVotes {
		const votes = this.#state.votes[source] ?? newVotes();
		this.#state.votes[source] = votes;
		return votes;
	}

	/** Returns the unit as far as it is known now. */
	unit(source: TotalSource): Unit {
		const state = this.#state;
		const all = Object.values(state.series).filter((series) => series.source === source);
		const before = state.units[source];
		const continues = all.some(({ points }) => points.length > 0);
		const now = continues || !before ? unitOf(this.#votes(source), all) : before;
		// A range that has just begun is weaker evidence than the ones before it.
		const unit = now.basis === "unknown" && before && state.closed[source] ? before : now;
		state.units[source] = unit;
		return unit;
	}
}

/** Returns an exact total shortly before the gap, if any: the amount missing in a later one is unknown. */
function endBeforeGap({ quiet }: Series, last: Point): Point {
	return quiet && last.at - quiet.at < maxLookBackMs ? quiet : last;
}
