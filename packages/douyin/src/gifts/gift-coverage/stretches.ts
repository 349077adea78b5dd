import { mayLag, newLagVotes, noteLag } from "./lag.ts";
import { join } from "./pieces.ts";
import { earlierThan, recentUntil, togetherMs } from "./seen-gifts.ts";
import {
	between,
	close,
	holdAsBefore,
	isExact,
	lastOf,
	type Point,
	type Series,
	type Stretch,
	slackOf,
	thin,
} from "./series.ts";
import type { CoverageState } from "./state.ts";
import type { TotalSource } from "./total-seen.ts";
import { isSure, newVotes, noteGrowth, type Unit, type UnitVotes, unitOf, vote } from "./unit.ts";

/** Totals lag behind gifts by less than this, ms. */
export const lagMs = 10_000;
/** More than ten of the dearest gift at once is no gift: the total has jumped, diamonds. */
const jumpDiamonds = 300_000;
/** Maximum number of people whose totals are followed for each source. */
const mostSeries = 12;
const mostPoints = { room_total: 12, contributor: 6, rank: 6 } as const satisfies Record<TotalSource, number>;
const mostStretches = 16;
/** What was seen before the first total of the room counts as well where it is no more than this, ms. */
const firstTotalMs = 60_000;
/** What a diamond counts in most rooms' totals: taken until a room's own tell. */
const usualUnit = 10;
/** So far back, and so far ahead, an exact total is looked for where a stretch ends or begins, ms. */
const longestLookBackMs = 60_000;
const longestWaitMs = 30_000;

/** Makes stretches of what totals tell, each from where growth can be counted to where it can't any more. */
export class Stretches {
	readonly #state: CoverageState;

	constructor(state: CoverageState) {
		this.#state = state;
	}

	/**
	 * @param more.next what was reported after it, if anything was
	 * @param more.over the broadcast has ended: there is nothing to wait for
	 */
	take(series: Series, told: Series["pending"][number], { next, over }: { next: number | undefined; over: boolean }) {
		const state = this.#state;
		const point = this.#pointAt(series, told);
		if (told.at - lagMs < (state.listenedFrom ?? 0)) return;
		const last = lastOf(series);
		const lost = state.gaps.find(([from, to]) => from <= told.at && told.at < to + lagMs);
		const crossed = last && state.gaps.some(([, to]) => last.at < to && to + lagMs <= told.at);
		if (last && (lost || crossed)) series.beforeGap ??= { ...endBeforeGap(series, last) };
		if (lost) return;
		const before = series.beforeGap ?? lastOf(series);
		// Once too high, or once too low, and then as before.
		const isOdd = before && next !== undefined && (told.value > next || told.value < before.value);
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
		thin(series, mostPoints[source]);
		if (last && series.base !== point) noteGrowth(this.#votes(source), last, point);
		if (isExact(point)) {
			if (series.quiet) vote(this.#votes(source), series.quiet, point);
			series.quiet = point;
		}
		this.#sharpen(series, point);
	}

	/** Ends the stretch before a gap, once there is a point behind it: what grew in between is the gap's. */
	#passGap(series: Series, point: Point): void {
		const { source, beforeGap: end } = series;
		if (!end) return;
		series.points = series.points.filter(({ at }) => at < end.at);
		// Thinned out, it would leave to nobody what grew until then.
		if (series.base && series.base.at < end.at) series.points.push(end);
		const { value } = this.unit(source);
		const isCounted = point.value >= end.value && point.value - end.value < jumpDiamonds * value;
		// Of people there are several, whose stretches don't follow each other.
		const goesOn = isCounted && source === "room_total";
		this.close(series, goesOn);
		if (isCounted) this.#keep(source, { ...between(end, point, true), ...(goesOn && { goesOn }) });
		delete series.beforeGap;
	}

	/**
	 * Of a room's total that began while much was seen it is not known how much of that it holds. Growth counts again
	 * from a point, soon after, of which more is known.
	 */
	#sharpen(series: Series, point: Point): void {
		const { base, source } = series;
		if (!base || source !== "room_total" || point.at - base.at > longestLookBackMs) return;
		const [before, now] = [slackOf(base), slackOf(point)];
		// A rounded total is rounded again.
		if (2 * now >= before || (before - now) * this.unit(source).value < 2 * (point.step - 1)) return;
		// Up to this very point, whatever the unit: growth is in one of the two stretches.
		this.#keep(source, { ...between(base, point, false), goesOn: true });
		series.base = point;
		series.points = [];
		if (now > 0) delete series.quiet;
	}

	/** After a gap or a new start growth counts from an exact total, where one comes soon. */
	#waitsForExact(series: Series, point: Point): boolean {
		const begins = series.beforeGap || (!series.base && this.#state.closed[series.source]);
		if (!begins || slackOf(point) === 0) {
			delete series.waitsUntil;
			return false;
		}
		series.waitsUntil ??= point.at + longestWaitMs;
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
		// What was seen once is not forgotten.
		if (votes.lagged > 0) return;
		this.#state.lags = { ...lags, [source]: votes };
		const untilThen = (at: number) => seen + recentUntil(gifts, at, key) + earlierThan(gifts, at, key);
		const justBefore = Math.max(before.at, point.at - togetherMs);
		const now = untilThen(point.at);
		const grown = point.value - before.value;
		const rounding = point.step - 1 + (before.step - 1);
		noteLag(votes, {
			least: (grown - rounding) / unit.value,
			most: (grown + rounding) / unit.value,
			seen: now - (before.hi + (before.earlier ?? 0)),
			justSeen: now - untilThen(justBefore),
		});
	}

	/** Whether a source's totals may lag behind gifts, as far as they have shown. */
	mayLag(source: TotalSource): boolean {
		return mayLag(this.#state.lags?.[source] ?? newLagVotes());
	}

	/** Ends what goes on of a total. @param goesOn the next stretch begins where it ends */
	close(series: Series, goesOn = false): void {
		const { value, basis } = this.unit(series.source);
		// A unit that turns out to be lower would have been taken for growth that gifts explain.
		const stretch = close(series, basis === "learned" ? value : 1);
		const before = this.#state.closed[series.source]?.at(-1);
		if (stretch) this.#keep(series.source, { ...stretch, ...(goesOn && { goesOn }) });
		else if (before && !goesOn) delete before.goesOn;
	}

	/** Past the bound the two oldest of a kind go together. */
	#keep(source: TotalSource, stretch: Stretch): void {
		const all = this.#state.closed[source] ?? [];
		this.#state.closed[source] = all;
		all.push(stretch);
		if (all.length <= mostStretches) return;
		const first = all.findIndex(({ gap }, i) => all.slice(i + 1).some((other) => other.gap === gap));
		const kept = all[first];
		const second = all.findIndex(({ gap }, i) => i > first && gap === kept?.gap);
		const [merged] = all.splice(second, 1);
		if (!kept || !merged) return;
		// Between the two there may be others: the sum is as sure as each.
		const sum = {
			slack: (kept.slack ?? 0) + (merged.slack ?? 0),
			earlier: (kept.earlier ?? 0) + (merged.earlier ?? 0),
		};
		Object.assign(kept, join(kept, merged), sum);
		if (second !== first + 1) delete kept.goesOn;
	}

	/** Past the bound, the least recently reported one is forgotten. */
	forgetSeries(source: TotalSource): void {
		const all = Object.entries(this.#state.series).filter(([, series]) => series.source === source);
		if (all.length <= mostSeries) return;
		const [oldest] = all.sort(([, a], [, b]) => a.toldAt - b.toldAt);
		if (!oldest) return;
		this.close(oldest[1]);
		delete this.#state.series[oldest[0]];
	}

	#votes(source: TotalSource): UnitVotes {
		const votes = this.#state.votes[source] ?? newVotes();
		this.#state.votes[source] = votes;
		return votes;
	}

	/** As far as it is known now. */
	unit(source: TotalSource): Unit {
		const state = this.#state;
		const all = Object.values(state.series).filter((series) => series.source === source);
		const before = state.units[source];
		const goesOn = all.some(({ points }) => points.length > 0);
		const now = goesOn || !before ? unitOf(this.#votes(source), all) : before;
		// A stretch that has just begun says less than those before it did.
		const unit = now.basis === "unknown" && before && state.closed[source] ? before : now;
		state.units[source] = unit;
		return unit;
	}
}

/** At an exact total where there is one not long before: what a later one may not hold yet is not known. */
function endBeforeGap({ quiet }: Series, last: Point): Point {
	return quiet && last.at - quiet.at < longestLookBackMs ? quiet : last;
}
