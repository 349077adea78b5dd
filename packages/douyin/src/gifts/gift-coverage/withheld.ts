import type { TotalSource } from "./total-seen.ts";
import type { Unit } from "./unit.ts";

/** Gifts that were given and that the site did not show us. Times are ms of the upstream's time. */
export interface WithheldInterval {
	/** The last total before it that gifts explained, or the last interval's end. */
	from: number;
	/** The total that tells it. */
	to: number;
	/** Worth of the gifts that did not come. */
	diamondsMissing: number;
	/** Worth of those that did. */
	diamondsSeen: number;
	/** The total that it is judged by, and how much of it one diamond is. */
	source: TotalSource;
	unit: number;
	/** Whether the unit was learned from gifts, or is the usual one. */
	unitLearned: boolean;
}

/** What was reported so far. Plain data. */
export interface Telling {
	source?: TotalSource;
	/** What was missing, and seen, when it was last told, or when gifts last explained all. */
	missing: number;
	seen: number;
	/** The time of that. */
	from: number;
	toldAt?: number;
	/** What was withheld by the last judgement, and when the last gift was seen, or a connection began since. */
	missingNow?: number;
	missingAtGift: number;
	seenAtGift: number;
	/** What was withheld in earlier connections after the last gift that each of them brought. */
	missingBefore?: number;
	judgedFrom?: number;
	judgedTo?: number;
	/** Intervals that are not known to be reported. */
	waiting: WithheldInterval[];
}

export interface Judged {
	source: TotalSource;
	unit: Unit;
	seen: number;
	/** For certain. */
	missing: number;
	/** But for gaps, where totals are taken to lag no more than they have shown. */
	likelyMissing: number;
	/** The part of `seen` before the first total. */
	early: number;
	/** The part of `missing` in gaps, which have events of their own. */
	lost: number;
	/** The newest total, and the first. */
	at: number;
	from: number;
	/** Diamonds of a gift as they were seen. */
	meanGift: number;
	/** The broadcast has ended. */
	over: boolean;
}

/** Minimum time between two reports, ms. The first comes as soon as it is certain. */
const shortestMs = 300_000;
/** Shares of what was given in the interval, and in all, that must be missing. */
const shareOfInterval = 0.05;
const shareOfAll = 0.02;

export function newTelling(): Telling {
	return { missing: 0, seen: 0, from: 0, missingAtGift: 0, seenAtGift: 0, waiting: [] };
}

/** A connection is open: what it brings starts over. */
export function noteConnected(telling: Telling): void {
	telling.missingBefore = sinceLastGift(telling);
	telling.missingAtGift = telling.missingNow ?? 0;
}

/** What was withheld after the last gift of the connection, and of each one before it. */
export function sinceLastGift({ missingBefore = 0, missingNow = 0, missingAtGift }: Telling): number {
	return missingBefore + Math.max(0, missingNow - missingAtGift);
}

/** Takes in a judgement, and queues an interval if one has to be reported. */
export function tellWithheld(telling: Telling, judged: Judged): void {
	const { source, unit, seen, likelyMissing, early, at, from, over } = judged;
	const missing = judged.missing - judged.lost;
	// Another total counts from another time: the one before has reported what was missing before.
	if (telling.source !== source) {
		Object.assign(telling, { judgedFrom: from, judgedTo: at });
		Object.assign(telling, { missing: telling.source ? missing : 0, seen: 0, from });
		Object.assign(telling, { missingAtGift: 0, missingBefore: 0, seenAtGift: early });
	}
	telling.judgedFrom = Math.min(telling.judgedFrom ?? from, from);
	telling.judgedTo = Math.max(telling.judgedTo ?? at, at);
	telling.source = source;
	telling.missingNow = likelyMissing;
	if (seen > telling.seenAtGift) Object.assign(telling, { missingAtGift: likelyMissing, seenAtGift: seen });
	const more = missing - telling.missing;
	if (more <= 0) {
		Object.assign(telling, { seen, from: Math.max(telling.from, at) });
		return;
	}
	if (unit.basis === "unknown" || !isCertain(telling, judged, more)) return;
	if (!over && telling.toldAt !== undefined && at - telling.toldAt < shortestMs) return;
	const interval = { from: telling.from, to: at, diamondsMissing: Math.round(more), diamondsSeen: seen - telling.seen };
	telling.waiting.push({ ...interval, source, unit: unit.value, unitLearned: unit.basis === "learned" });
	Object.assign(telling, { missing, seen, from: at, toldAt: at });
}

function isCertain(telling: Telling, { seen, missing, meanGift }: Judged, more: number): boolean {
	const ofInterval = more + seen - telling.seen;
	const least = Math.max(shareOfInterval * ofInterval, Math.min(shareOfAll * (seen + missing), meanGift));
	return more >= 0.5 && more > least;
}
