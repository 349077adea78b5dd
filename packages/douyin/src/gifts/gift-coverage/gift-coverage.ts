import { joined } from "./pieces.ts";
import { addSeen, type GiftSeen, newSeenGifts, takeBefore } from "./seen-gifts.ts";
import { amend, givenBefore, lastOf, newSeries, openStretch, type Series, tell, unexplained } from "./series.ts";
import { type CoverageState, idOf, newCoverageState, type PastRange } from "./state.ts";
import { lagMs, Stretches } from "./stretches.ts";
import { type TotalSeen, type TotalSource, totalSources } from "./total-seen.ts";
import type { Unit } from "./unit.ts";
import { newTelling, noteConnected, sinceLastGift, tellWithheld, type WithheldInterval } from "./withheld.ts";

/** Gifts come later than they were given by less than this, ms. One that comes later still is put right then. */
const settleMs = 10_000;
/** Messages that come together with the first were said before we listened, ms of our own time. */
const firstPageMs = 2_000;
/** A total that nothing confirms for this long says nothing, ms. */
const forgetMs = 120_000;
const mostGaps = 8;
/** Ranges of former logins that are kept. */
const maxPast = 16;

/** How much of what was given came to one login, or several that were connected together. */
export interface RangeEstimate {
	/** Id of the logins; "" where there were none; `undefined`: not known. */
	login: string | undefined;
	/** Diamonds seen of diamonds given, 0 to 1; `undefined` where that is not known. */
	coverage: number | undefined;
	/** The total that it is judged by, and how much of it one diamond is. */
	source: TotalSource | undefined;
	unit: Unit | undefined;
	/** Of the time that could be judged: diamonds seen, those missing, and of them those that were lost in gaps. */
	seen: number;
	missing: number;
	lost: number;
	/** Since when and until when it is judged, ms of the upstream's time. */
	from: number | undefined;
	to: number | undefined;
	/** How it goes: none was seen at all; some at first, or after each connecting, and then none; some of them; or all. */
	pattern: "none" | "stopped" | "some" | "all" | undefined;
}

/** How much of what was given came to the logins that are connected now, and before that to others. */
export interface CoverageEstimate extends RangeEstimate {
	/**
	 * Why `coverage` is not known: no total was shown; none yet that can be judged; nothing was given; or the totals' unit
	 * is not known, and nothing tells "some are withheld" from "the unit is another".
	 */
	unknown: "no_totals" | "starting" | "nothing_given" | "unit" | undefined;
	/** What former logins were shown of the same broadcast, as far as it could be judged; oldest first. */
	earlier: readonly RangeEstimate[];
}

interface Sums {
	seen: number;
	missing: number;
	lost: number;
}

/** The sums of everything reported so far, by the best source. */
interface Judgement {
	source: TotalSource;
	unit: Unit;
	/** Where totals may lag: what is missing is certain, and may be more. */
	certain: Sums;
	/** As far as is known of whether they do. */
	likely: Sums;
}

/** A share that is missing up to here is as good as nothing: totals count small things that are no gifts. */
const asGoodAsAll = 0.02;

/**
 * Tells how many of a broadcast's gifts came, from what they add up to and what the site's own totals grew by.
 *
 * What is missing can only grow, once totals are credited with what later steps of streaks report, and a total that
 * lags can only show less: so the most that any total does not explain is missing. It is judged by the upstream's times,
 * some seconds late, so that a gift that comes after the total that holds it is not taken for missing. It has no clock:
 * the same events in the same order give the same answers, and `state` is all that it knows.
 *
 * Each login is judged by itself: with another one growth counts anew, and what came before is a range of its own. What
 * was learned of the totals (their unit, whether they lag) is about the room, and stays.
 *
 * A total that falls has started over, one that rises past any gift has jumped, and one that only once differs from
 * those before and after is left out: growth counts from then on. What grew while messages are known to be missing
 * (`gap`) is missing, but nobody withheld it.
 */
export class GiftCoverage {
	readonly state: CoverageState;
	readonly #stretches: Stretches;
	/** Until more is known. */
	#judged: Judgement | undefined;
	/** The values of `state.series`, cached until one comes or goes. */
	#series: readonly Series[] | undefined;

	/** @param state to go on from: of another one, or read from JSON */
	constructor(state: CoverageState = newCoverageState()) {
		this.state = state;
		this.#stretches = new Stretches(state);
	}

	/** @param receivedAt ms of our own time: what comes with the first message was said before we listened */
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
	 * Takes in what one message shows of totals.
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
				this.#stretches.forgetSeries(total.source);
				this.#series = undefined;
			}
			tell(series, total);
		}
		this.#advance(newest);
	}

	/** Messages between these times, ms, are known to be missing. */
	gap(from: number, to: number): void {
		const { gaps } = this.state;
		gaps.push([from, to]);
		if (gaps.length > mostGaps) gaps.shift();
	}

	/**
	 * A connection is open: a login that is given the first gifts after connecting is given some again. Of other logins
	 * than before, nothing is known yet: from here on it is judged by itself what they are shown.
	 * @param login id of the logins that are connected; "": none
	 */
	connected(login: string): void {
		const { state } = this;
		state.login ??= login;
		if (login === state.login) noteConnected(state.telling);
		else this.#beginRange(login);
	}

	#beginRange(login: string): void {
		const { state } = this;
		this.#judged = undefined;
		for (const series of this.#all) this.#judge(series, Number.POSITIVE_INFINITY);
		this.#assess(true);
		const { source, likely } = this.#judgement() ?? {};
		this.#countAnew();
		const { judgedFrom: from, judgedTo: to, waiting } = state.telling;
		const stretches = source && state.closed[source];
		if (source && likely && stretches && from !== undefined && to !== undefined) {
			const afterLastGift = likely.missing > 0 ? sinceLastGift(state.telling) / likely.missing : 0;
			const { early, gifts, login: of = "", past = [] } = state;
			const range = { login: of, from, to, source, stretches, early, nameless: gifts.nameless, afterLastGift };
			state.past = [...past, range].slice(-maxPast);
		}
		Object.assign(state, { login, gifts: newSeenGifts(), early: 0, closed: {} });
		state.telling = { ...newTelling(), waiting };
	}

	/** The broadcast has ended: what was reported is all there is. If it continues, growth counts from there. */
	finish(): void {
		const { state } = this;
		this.#judged = undefined;
		for (const series of this.#all) this.#judge(series, Number.POSITIVE_INFINITY);
		this.#assess(true);
		this.#countAnew();
		delete state.lastReceivedAt;
	}

	/** What adds up until now is kept; growth counts from the next totals. */
	#countAnew(): void {
		const { state } = this;
		for (const source of totalSources) this.#stretches.unit(source);
		for (const series of this.#all) this.#stretches.close(series);
		state.series = {};
		this.#series = undefined;
		state.gifts.recent = [];
		delete state.listenedFrom;
		delete state.firstReceivedAt;
		this.#judged = undefined;
	}

	/**
	 * Where our clock was set back, the upstream's may have been as well: then what comes has times of before what came,
	 * and compared with that gifts would seem to be missing.
	 */
	#noteClock(receivedAt: number): void {
		const { state } = this;
		const { lastReceivedAt = receivedAt, telling } = state;
		state.lastReceivedAt = receivedAt;
		if (receivedAt >= lastReceivedAt - settleMs) return;
		this.#countAnew();
		state.now = Number.MIN_SAFE_INTEGER;
		telling.from = Math.min(telling.from, receivedAt);
		if (telling.toldAt !== undefined) telling.toldAt = Math.min(telling.toldAt, receivedAt);
	}

	/** Intervals in which gifts were withheld, until {@link confirm} says that they were reported. */
	get withheld(): readonly WithheldInterval[] {
		return this.state.telling.waiting;
	}

	/** Confirms that the interval that ended then was reported. */
	confirm(to: number): void {
		const { telling } = this.state;
		telling.waiting = telling.waiting.filter((interval) => interval.to > to);
	}

	estimate(): CoverageEstimate {
		const { state } = this;
		const judgement = this.#judgement();
		const { judgedFrom: from, judgedTo: to } = state.telling;
		const { login } = state;
		const about = { login, from, to, earlier: this.#earlier() };
		const none = { ...about, coverage: undefined, source: undefined, seen: 0, missing: 0, lost: 0, unit: undefined };
		if (!judgement) {
			const told = this.#all.some(({ pending, base }) => base || pending.length > 0);
			return { ...none, unknown: told ? "starting" : "no_totals", pattern: undefined };
		}
		const { source, unit, likely: sums } = judgement;
		const given = sums.seen + sums.missing;
		if (unit.basis === "unknown")
			return { ...none, source, seen: sums.seen, unit, unknown: "unit", pattern: undefined };
		if (given <= 0) return { ...none, source, unit, unknown: "nothing_given", pattern: undefined };
		const coverage = sums.seen / given;
		const pattern = patternOf(sums, sinceLastGift(state.telling));
		return { ...about, coverage, unknown: undefined, source, ...sums, unit, pattern };
	}

	/** What each of the former logins was shown, where that can be said. */
	#earlier(): RangeEstimate[] {
		const { past = [] } = this.state;
		return past.flatMap(({ stretches, early, nameless, afterLastGift, ...range }): RangeEstimate[] => {
			const { source } = range;
			const unit = this.#stretches.unit(source);
			const of = { source, stretches, early, nameless };
			const sums = sumsOf(of, unit.value, this.#stretches.mayLag(source));
			const given = sums.seen + sums.missing;
			if (unit.basis === "unknown" || given <= 0) return [];
			const pattern = patternOf(sums, afterLastGift * sums.missing);
			return [{ ...range, ...sums, unit, coverage: sums.seen / given, pattern }];
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

	/** Judges what was reported until `until` and is confirmed by later reports. @returns whether there was any */
	#judge(series: Series, until: number): boolean {
		const { pending } = series;
		let judged = false;
		while (pending.length > (until === Number.POSITIVE_INFINITY ? 0 : 1) && (pending[0]?.at ?? until) <= until) {
			const told = pending.shift();
			if (!told) break;
			this.#stretches.take(series, told, { next: pending[0]?.value, over: until === Number.POSITIVE_INFINITY });
			judged = true;
		}
		return judged;
	}

	get #all(): readonly Series[] {
		this.#series ??= Object.values(this.state.series);
		return this.#series;
	}

	/** The best that has shown any growth to judge by. */
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
		const unit = this.#stretches.unit(source);
		const certain = this.#sums(source, unit.value, true);
		const likely = this.#stretches.mayLag(source) ? certain : this.#sums(source, unit.value, false);
		this.#judged = { source, unit, certain, likely };
		return this.#judged;
	}

	/** @param lags whether totals may lag */
	#sums(source: TotalSource, unit: number, lags: boolean): Sums {
		const { closed, early, gifts } = this.state;
		const open = this.#all.flatMap((series) => (series.source === source ? (openStretch(series, unit) ?? []) : []));
		const stretches = [...(closed[source] ?? []), ...open];
		return sumsOf({ source, stretches, early, nameless: gifts.nameless }, unit, lags);
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
		tellWithheld(state.telling, { source, unit, ...certain, likelyMissing, early, at, from, meanGift, over });
	}
}

/** Whether a total counts a gift: the room's counts all of them. */
function isOf({ key }: Series, { giver }: GiftSeen): boolean {
	return key === "" || key === giver;
}

/** Sums of the intervals of a range. @param lags whether totals may lag */
function sumsOf(
	{ source, stretches, early, nameless }: Pick<PastRange, "source" | "stretches" | "early" | "nameless">,
	unit: number,
	lags: boolean,
): Sums {
	const sums = { seen: source === "room_total" ? early : 0, missing: 0, lost: 0 };
	// Gifts that steps of streaks report from before their stretch are not missing in the ones before, newest first.
	let before = 0;
	for (const { stretch, lost } of joined(stretches, (one) => unexplained(one, unit, { lags }), lags).toReversed()) {
		const missing = unexplained(stretch, unit, { before, lags });
		sums.seen += stretch.seen;
		sums.missing += missing;
		sums.lost += Math.min(lost, missing);
		before = Math.max(0, before - unexplained({ ...stretch, earlier: 0 }, unit, { lags }));
		if (source === "room_total") before += givenBefore(stretch, unit, lags);
	}
	// What somebody gave whose name was withheld may be what is missing of those whose scores are shown.
	const explained = source === "room_total" ? 0 : Math.min(sums.missing - sums.lost, nameless);
	return { ...sums, missing: sums.missing - explained, seen: sums.seen + explained };
}

/** @param afterLastGift what was withheld after the last gift of each connection */
function patternOf({ seen, missing }: Sums, afterLastGift: number): RangeEstimate["pattern"] {
	if (missing <= asGoodAsAll * (seen + missing)) return "all";
	if (seen <= 0) return "none";
	return afterLastGift >= 0.8 * missing ? "stopped" : "some";
}
