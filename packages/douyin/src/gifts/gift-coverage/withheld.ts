import type { TotalSource } from "./total-seen.ts";
import type { Unit } from "./unit.ts";

/** An interval with gifts that were given but that the site did not show us. Times are ms of the upstream's time. */
export interface WithheldInterval {
	/** Time of the last total before it that gifts explained, or the last interval's end. */
	from: number;
	/** Time of the total that shows it. */
	to: number;
	/** Worth of the gifts that did not arrive, diamonds. */
	diamondsMissing: number;
	/** Worth of the gifts that did arrive, diamonds. */
	diamondsSeen: number;
	/** The total that it is judged by, and its amount per diamond. */
	source: TotalSource;
	unit: number;
	/** Whether the unit was learned from gifts, or is the usual one. */
	unitLearned: boolean;
}

/** State of the reports so far. Plain data. */
export interface ReportState {
	source?: TotalSource;
	/** Diamonds missing, and seen, at the last report, or when gifts last explained everything. */
	missing: number;
	seen: number;
	/** Time of that. */
	from: number;
	reportedAt?: number;
	/** Diamonds withheld by the last judgement, and at the time of the last gift, or of a later connection. */
	missingNow?: number;
	missingAtGift: number;
	seenAtGift: number;
	/** Diamonds withheld in earlier connections after the last gift of each. */
	missingBefore?: number;
	judgedFrom?: number;
	judgedTo?: number;
	/** Intervals whose report is not confirmed. */
	waiting: WithheldInterval[];
}

export interface Judged {
	source: TotalSource;
	unit: Unit;
	seen: number;
	/** Diamonds that are missing for certain, including gaps. */
	missing: number;
	/** Without gaps, assuming only the lag that totals have shown. */
	likelyMissing: number;
	/** The part of `seen` before the first total. */
	early: number;
	/** The part of `missing` in gaps, which have events of their own. */
	lost: number;
	/** Times of the newest total, and of the first. */
	at: number;
	from: number;
	/** Mean worth of the gifts seen, diamonds. */
	meanGift: number;
	/** Whether the broadcast has ended. */
	over: boolean;
}

/** Minimum time between two reports, ms. The first comes as soon as it is certain. */
const minMs = 300_000;
/** Minimum shares of missing diamonds for a report: of those given in the interval, and of all. */
const shareOfInterval = 0.05;
const shareOfAll = 0.02;

export function newReportState(): ReportState {
	return { missing: 0, seen: 0, from: 0, missingAtGift: 0, seenAtGift: 0, waiting: [] };
}

/** Records a new connection: the pattern of arrival starts over. */
export function noteConnected(state: ReportState): void {
	state.missingBefore = sinceLastGift(state);
	state.missingAtGift = state.missingNow ?? 0;
}

/** Returns the diamonds withheld after the last gift of the connection, and of each one before it. */
export function sinceLastGift({ missingBefore = 0, missingNow = 0, missingAtGift }: ReportState): number {
	return missingBefore + Math.max(0, missingNow - missingAtGift);
}

/** Takes a judgement, and queues an interval if one must be reported. */
export function reportWithheld(state: ReportState, judged: Judged): void {
	const { source, unit, seen, likelyMissing, early, at, from, over } = judged;
	const missing = judged.missing - judged.lost;
	// Another total counts from another time: the previous one has reported what was missing before.
	if (state.source !== source) {
		Object.assign(state, { judgedFrom: from, judgedTo: at });
		Object.assign(state, { missing: state.source ? missing : 0, seen: 0, from });
		Object.assign(state, { missingAtGift: 0, missingBefore: 0, seenAtGift: early });
	}
	state.judgedFrom = Math.min(state.judgedFrom ?? from, from);
	state.judgedTo = Math.max(state.judgedTo ?? at, at);
	state.source = source;
	state.missingNow = likelyMissing;
	if (seen > state.seenAtGift) Object.assign(state, { missingAtGift: likelyMissing, seenAtGift: seen });
	const more = missing - state.missing;
	if (more <= 0) {
		Object.assign(state, { seen, from: Math.max(state.from, at) });
		return;
	}
	if (unit.basis === "unknown" || !isCertain(state, judged, more)) return;
	if (!over && state.reportedAt !== undefined && at - state.reportedAt < minMs) return;
	const interval = { from: state.from, to: at, diamondsMissing: Math.round(more), diamondsSeen: seen - state.seen };
	state.waiting.push({ ...interval, source, unit: unit.value, unitLearned: unit.basis === "learned" });
	Object.assign(state, { missing, seen, from: at, reportedAt: at });
}

function isCertain(state: ReportState, { seen, missing, meanGift }: Judged, more: number): boolean {
	const ofInterval = more + seen - state.seen;
	const min = Math.max(shareOfInterval * ofInterval, Math.min(shareOfAll * (seen + missing), meanGift));
	return more >= 0.5 && more > min;
}
