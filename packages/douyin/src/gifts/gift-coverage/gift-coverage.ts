import { GrowthRanges, lagMs } from "./growth-ranges.ts";
import { joined } from "./pieces.ts";
import { addSeen, type GiftSeen, newSeenGifts, takeBefore } from "./seen-gifts.ts";
import { amend, givenBefore, lastOf, newSeries, noteTotal, openRange, type Series, unexplained } from "./series.ts";
import { type CoverageState, idOf, newCoverageState, type PastRange } from "./state.ts";
import { type TotalSeen, type TotalSource, totalSources } from "./total-seen.ts";
import type { Unit } from "./unit.ts";
import { newReportState, noteConnected, reportWithheld, sinceLastGift, type WithheldInterval } from "./withheld.ts";

/** Maximum delay of a gift's arrival, ms. An estimate is corrected if one arrives later still. */
const settleMs = 10_000;
/** Messages that arrive together with the first were sent before we listened, ms of our own time. */
const firstPageMs = 2_000;
/** Time after which a total that nothing confirms is dropped, ms. */
const forgetMs = 120_000;
const maxGaps = 8;
/** Maximum number of earlier logins' periods that are kept. */
const maxPast = 16;

/** Coverage of the gifts shown to one login, or to several that were connected together. */
export interface RangeEstimate {
	/** Id of the logins; "" if there were none; `undefined` if not known. */
	login: string | undefined;
	/** Diamonds seen divided by diamonds given, 0 to 1; `undefined` if not known. */
	coverage: number | undefined;
	/** The total that it is judged by, and its amount per diamond. */
	source: TotalSource | undefined;
	unit: Unit | undefined;
	/**
	 * Over the time that could be judged: diamonds seen, diamonds missing, and the part of those that was lost in gaps.
	 */
	seen: number;
	missing: number;
	lost: number;
	/** Beginning and end of the judged time, ms of the upstream's time. */
	from: number | undefined;
	to: number | undefined;
	/** Pattern of arrival: none at all; some at first, or after each connect, and then none; some of them; or all. */
	pattern: "none" | "stopped" | "some" | "all" | undefined;
}

/** Coverage for the logins that are connected now, and for earlier ones. */
export interface CoverageEstimate extends RangeEstimate {
	/**
	 * Why `coverage` is not known: no total was shown; none yet that can be judged; nothing was given; or the totals'
	 * unit is not known, and nothing distinguishes "some are withheld" from "the unit is another".
	 */
	unknown: "no_totals" | "starting" | "nothing_given" | "unit" | undefined;
	/** Estimates for earlier logins in the same broadcast, as far as they could be judged; oldest first. */
	earlier: readonly RangeEstimate[];
}

interface Totals {
	seen: number;
	missing: number;
	lost: number;
}

/** Totals over everything reported so far, by the best source. */
interface Judgement {
	source: TotalSource;
	unit: Unit;
	/** Assuming that totals lag: this much is certainly missing, maybe more. */
	certain: Totals;
	/** Assuming only the lag that is known. */
	likely: Totals;
}

/** Share of missing diamonds up to which coverage counts as complete: totals include small things that are no gifts. */
const asGoodAsAll = 0.02;

/**
 * Estimates how many of a broadcast's gifts arrived, by comparing their sum with the growth of the site's own totals.
 *
 * Once totals are credited with later steps of streaks, the missing amount can only grow, and a lagging total can only
 * understate it: so the maximum that any total leaves unexplained is missing. Totals are judged by the upstream's
 * times, some seconds late, so that a gift that arrives after its total is not counted as missing. There is no clock:
 * the same events in the same order give the same answers, and `state` is the whole memory.
 *
 * Each login is judged separately: when it changes, growth counts from there, and the time before becomes a period of
 * its own. Facts about the totals (their unit, whether they lag) belong to the room, and stay.
 *
 * A total that falls has started over, one that rises beyond any gift has jumped, and a single outlier is ignored:
 * growth counts from then on. Growth while messages are known to be missing (`gap`) is missing, but was not withheld.
 * @example
 * ```ts
 * import { GiftCoverage } from "@livekeeper/douyin/gift-coverage";
 * const coverage = new GiftCoverage();
 * const start = Date.now();
 * for (let at = start; at < start + 100_000; at += 5_000) {
 * 	// The room's total grows by 100 tickets, which are 10 diamonds, although no gift has arrived.
 * 	const value = at < start + 50_000 ? 500 : 600;
 * 	coverage.totals([{ source: "room_total", key: "", value, step: 1, at }], at);
 * }
 * console.log(coverage.estimate().coverage); // → 0
 * console.log(coverage.estimate().missing); // → 10
 * ```
 */
export class GiftCoverage {
	readonly state: CoverageState;
	readonly #ranges: GrowthRanges;
	/** Cached judgement; cleared by new input. */
	#judged: Judgement | undefined;
	/** The values of `state.series`, cached until one is added or removed. */
	#series: readonly Series[] | undefined;

	/** @param state state to continue from: of another instance, or read from JSON */
	constructor(state: CoverageState = newCoverageState()) {
		this.state = state;
		this.#ranges = new GrowthRanges(state);
	}

	/**
	 * Takes a gift.
	 * @param receivedAt ms of our own time: messages that arrive with the first one were sent before we listened
	 */
	gift(gift: GiftSeen, receivedAt: number): void {
		const { state } = this;
		this.#judged = undefined;
		this.#noteClock(receivedAt);
		this.#listen(gift.at, receivedAt);
		if (gift.diamonds > 0) {
			addSeen(state.gifts, gift);
			for (const series of this.#all) if (isOf(series, gift)) amend(series, gift, lagMs);
		}
		this.#advance(gift.at);
	}

	/**
	 * Takes the totals of one message.
	 * @param receivedAt ms of our own time
	 */
	totals(totals: readonly TotalSeen[], receivedAt: number): void {
		const { state } = this;
		this.#judged = undefined;
		this.#noteClock(receivedAt);
		let newest = state.now;
		for (const total of totals) {
			newest = Math.max(newest, total.at);
			this.#listen(total.at, receivedAt);
			const id = idOf(total.source, total.key);
			let series = state.series[id];
			if (!series) {
				series = newSeries(total);
				state.series[id] = series;
				this.#ranges.forgetSeries(total.source);
				this.#series = undefined;
			}
			noteTotal(series, total);
		}
		this.#advance(newest);
	}

	/** Records that messages between these times, ms, are missing. */
	gap(from: number, to: number): void {
		const { gaps } = this.state;
		gaps.push([from, to]);
		if (gaps.length > maxGaps) gaps.shift();
	}

	/**
	 * Records an open connection: a login that receives only the first gifts after connecting receives some again. For a
	 * new login nothing is known yet: its gifts are judged separately from here on.
	 * @param login id of the connected logins; "": none
	 */
	connected(login: string): void {
		const { state } = this;
		state.login ??= login;
		if (login === state.login) noteConnected(state.report);
		else this.#beginRange(login);
	}

	#beginRange(login: string): void {
		const { state } = this;
		this.#judged = undefined;
		for (const series of this.#all) this.#judge(series, Number.POSITIVE_INFINITY);
		this.#assess(true);
		const { source, likely } = this.#judgement() ?? {};
		this.#restartCount();
		const { judgedFrom: from, judgedTo: to, waiting } = state.report;
		const ranges = source && state.closed[source];
		if (source && likely && ranges && from !== undefined && to !== undefined) {
			const afterLastGift = likely.missing > 0 ? sinceLastGift(state.report) / likely.missing : 0;
			const { early, gifts, login: of = "", past = [] } = state;
			const range = { login: of, from, to, source, ranges, early, nameless: gifts.nameless, afterLastGift };
			state.past = [...past, range].slice(-maxPast);
		}
		Object.assign(state, { login, gifts: newSeenGifts(), early: 0, closed: {} });
		state.report = { ...newReportState(), waiting };
	}

	/** Ends the broadcast: judges everything reported so far. If the broadcast continues, growth counts from there. */
	finish(): void {
		const { state } = this;
		this.#judged = undefined;
		for (const series of this.#all) this.#judge(series, Number.POSITIVE_INFINITY);
		this.#assess(true);
		this.#restartCount();
		delete state.lastReceivedAt;
	}

	/** Keeps the results so far; growth counts from the next totals. */
	#restartCount(): void {
		const { state } = this;
		for (const source of totalSources) this.#ranges.unit(source);
		for (const series of this.#all) this.#ranges.close(series);
		state.series = {};
		this.#series = undefined;
		state.gifts.recent = [];
		delete state.listenedFrom;
		delete state.firstReceivedAt;
		this.#judged = undefined;
	}

	/**
	 * Handles our clock being set back. The upstream's may have been as well: new messages then have times before earlier
	 * ones, and comparing them would make gifts seem to be missing.
	 */
	#noteClock(receivedAt: number): void {
		const { state } = this;
		const { lastReceivedAt = receivedAt, report } = state;
		state.lastReceivedAt = receivedAt;
		if (receivedAt >= lastReceivedAt - settleMs) return;
		this.#restartCount();
		state.now = Number.MIN_SAFE_INTEGER;
		report.from = Math.min(report.from, receivedAt);
		if (report.reportedAt !== undefined) report.reportedAt = Math.min(report.reportedAt, receivedAt);
	}

	/** Intervals in which gifts were withheld, until {@link confirm} acknowledges their report. */
	get withheld(): readonly WithheldInterval[] {
		return this.state.report.waiting;
	}

	/** Confirms that the intervals up to `to` were reported. */
	confirm(to: number): void {
		const { report } = this.state;
		report.waiting = report.waiting.filter((interval) => interval.to > to);
	}

	estimate(): CoverageEstimate {
		const { state } = this;
		const judgement = this.#judgement();
		const { judgedFrom: from, judgedTo: to } = state.report;
		const { login } = state;
		const about = { login, from, to, earlier: this.#earlier() };
		const none = { ...about, coverage: undefined, source: undefined, seen: 0, missing: 0, lost: 0, unit: undefined };
		if (!judgement) {
			const hasTotals = this.#all.some(({ pending, base }) => base || pending.length > 0);
			return { ...none, unknown: hasTotals ? "starting" : "no_totals", pattern: undefined };
		}
		const { source, unit, likely: totals } = judgement;
		const given = totals.seen + totals.missing;
		if (unit.basis === "unknown")
			return { ...none, source, seen: totals.seen, unit, unknown: "unit", pattern: undefined };
		if (given <= 0) return { ...none, source, unit, unknown: "nothing_given", pattern: undefined };
		const coverage = totals.seen / given;
		const pattern = patternOf(totals, sinceLastGift(state.report));
		return { ...about, coverage, unknown: undefined, source, ...totals, unit, pattern };
	}

	/** Returns the estimates for earlier logins, as far as they are known. */
	#earlier(): RangeEstimate[] {
		const { past = [] } = this.state;
		return past.flatMap(({ ranges, early, nameless, afterLastGift, ...range }): RangeEstimate[] => {
			const { source } = range;
			const unit = this.#ranges.unit(source);
			const of = { source, ranges, early, nameless };
			const totals = totalsOf(of, unit.value, this.#ranges.mayLag(source));
			const given = totals.seen + totals.missing;
			if (unit.basis === "unknown" || given <= 0) return [];
			const pattern = patternOf(totals, afterLastGift * totals.missing);
			return [{ ...range, ...totals, unit, coverage: totals.seen / given, pattern }];
		});
	}

	#listen(at: number, receivedAt: number): void {
		const { state } = this;
		state.firstReceivedAt ??= receivedAt;
		if (receivedAt - state.firstReceivedAt > firstPageMs && state.listenedFrom !== undefined) return;
		state.listenedFrom = Math.max(state.listenedFrom ?? at, at);
	}

	#advance(at: number): void {
		const { state } = this;
		state.now = Math.max(state.now, at);
		let judged = false;
		let oldest = state.now - settleMs;
		for (const series of this.#all) {
			judged = this.#judge(series, state.now - settleMs) || judged;
			while ((series.pending[0]?.at ?? state.now) < state.now - forgetMs) series.pending.shift();
			oldest = Math.min(oldest, series.pending[0]?.at ?? oldest);
		}
		if (judged) this.#assess(false);
		for (const gift of takeBefore(state.gifts, oldest - lagMs)) {
			for (const series of this.#all) if (isOf(series, gift)) series.seen += gift.diamonds;
		}
	}

	/** Judges totals reported until `until` that later reports confirm. @returns whether there was any */
	#judge(series: Series, until: number): boolean {
		const { pending } = series;
		let judged = false;
		while (pending.length > (until === Number.POSITIVE_INFINITY ? 0 : 1) && (pending[0]?.at ?? until) <= until) {
			const total = pending.shift();
			if (!total) break;
			this.#ranges.take(series, total, { next: pending[0]?.value, over: until === Number.POSITIVE_INFINITY });
			judged = true;
		}
		return judged;
	}

	get #all(): readonly Series[] {
		this.#series ??= Object.values(this.state.series);
		return this.#series;
	}

	/** Returns the best source with any growth to judge by. */
	#source(): TotalSource | undefined {
		const { closed } = this.state;
		const judged = new Set<TotalSource>();
		for (const one of this.#all) if (one.points.length > 0) judged.add(one.source);
		return totalSources.find((source) => judged.has(source) || closed[source]);
	}

	/** `undefined` while no source has shown any growth. */
	#judgement(): Judgement | undefined {
		const source = this.#judged ? undefined : this.#source();
		if (!source) return this.#judged;
		const unit = this.#ranges.unit(source);
		const certain = this.#totals(source, unit.value, true);
		const likely = this.#ranges.mayLag(source) ? certain : this.#totals(source, unit.value, false);
		this.#judged = { source, unit, certain, likely };
		return this.#judged;
	}

	/** @param lags whether totals may lag */
	#totals(source: TotalSource, unit: number, lags: boolean): Totals {
		const { closed, early, gifts } = this.state;
		const open = this.#all.flatMap((series) => (series.source === source ? (openRange(series, unit) ?? []) : []));
		const ranges = [...(closed[source] ?? []), ...open];
		return totalsOf({ source, ranges, early, nameless: gifts.nameless }, unit, lags);
	}

	#assess(over: boolean): void {
		const { state } = this;
		const judgement = this.#judgement();
		if (!judgement) return;
		const { source, unit, certain, likely } = judgement;
		let at = Number.NEGATIVE_INFINITY;
		let from = Number.POSITIVE_INFINITY;
		for (const series of this.#all) {
			if (series.source !== source || !series.base) continue;
			at = Math.max(at, lastOf(series)?.at ?? at);
			from = Math.min(from, series.since ?? series.base.at);
		}
		if (at === Number.NEGATIVE_INFINITY) return;
		const { count, diamonds } = state.gifts;
		const meanGift = count > 0 ? diamonds / count : 0;
		const early = source === "room_total" ? state.early : 0;
		const likelyMissing = likely.missing - likely.lost;
		reportWithheld(state.report, { source, unit, ...certain, likelyMissing, early, at, from, meanGift, over });
	}
}

/** Whether a total includes a gift: the room's includes all of them. */
function isOf({ key }: Series, { giver }: GiftSeen): boolean {
	return key === "" || key === giver;
}

/** Aggregates the ranges of growth. @param lags whether totals may lag */
function totalsOf(
	{ source, ranges, early, nameless }: Pick<PastRange, "source" | "ranges" | "early" | "nameless">,
	unit: number,
	lags: boolean,
): Totals {
	const totals = { seen: source === "room_total" ? early : 0, missing: 0, lost: 0 };
	// Gifts that steps of streaks report from before their range are not missing in the earlier ones, newest first.
	let before = 0;
	for (const { range, lost } of joined(ranges, (one) => unexplained(one, unit, { lags }), lags).toReversed()) {
		const missing = unexplained(range, unit, { before, lags });
		totals.seen += range.seen;
		totals.missing += missing;
		totals.lost += Math.min(lost, missing);
		before = Math.max(0, before - unexplained({ ...range, earlier: 0 }, unit, { lags }));
		if (source === "room_total") before += givenBefore(range, unit, lags);
	}
	// Gifts of an anonymous giver may explain growth that is missing for the givers with scores.
	const explained = source === "room_total" ? 0 : Math.min(totals.missing - totals.lost, nameless);
	return { ...totals, missing: totals.missing - explained, seen: totals.seen + explained };
}

/** @param afterLastGift diamonds withheld after the last gift of each connection */
function patternOf({ seen, missing }: Totals, afterLastGift: number): RangeEstimate["pattern"] {
	if (missing <= asGoodAsAll * (seen + missing)) return "all";
	if (seen <= 0) return "none";
	return afterLastGift >= 0.8 * missing ? "stopped" : "some";
}
