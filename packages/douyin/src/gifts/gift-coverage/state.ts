import { newSeenGifts, type SeenGifts } from "./seen-gifts.ts";
import type { GrowthRange, Series } from "./series.ts";
import type { TotalSource } from "./total-seen.ts";
import type { Unit, UnitVotes } from "./unit.ts";
import { newReportState, type ReportState } from "./withheld.ts";

/** A period of a broadcast with earlier logins. Its estimate follows from the unit as it is known now. */
export interface PastRange {
	/** Id of the logins; "" if there were none. */
	login: string;
	/** The time that could be judged, ms of the upstream's time. */
	from: number;
	to: number;
	source: TotalSource;
	ranges: GrowthRange[];
	/** {@link CoverageState.early} and {@link SeenGifts.nameless} of the period. */
	early: number;
	nameless: number;
	/** The part of the missing diamonds that was withheld after the last gift of each connection, 0 to 1. */
	afterLastGift: number;
}

/** Everything that is known of one broadcast's gifts and totals. Plain data: JSON keeps it as it is. */
export interface CoverageState {
	/** Id of the logins for the fields below, except `now`, `gaps`, `votes`, `lags` and `units`; absent if not known. */
	login?: string;
	/** Periods of earlier logins, oldest first. */
	past?: PastRange[];
	/** Time from which we listened, ms of the upstream's time. */
	listenedFrom?: number;
	firstReceivedAt?: number;
	/** Arrival of the last message about gifts, ms of our own time. */
	lastReceivedAt?: number;
	/** The newest time that was reported. */
	now: number;
	/** Times for which messages are known to be missing, `[from, to]`, oldest first. */
	gaps: [number, number][];
	gifts: SeenGifts;
	/** Series by source and key. */
	series: Record<string, Series>;
	/** Diamonds seen before the room's first total, while waiting for it. */
	early: number;
	/** Completed ranges, by source. */
	closed: Partial<Record<TotalSource, GrowthRange[]>>;
	votes: Partial<Record<TotalSource, UnitVotes>>;
	/** Absent in state that was stored before lag was tracked. */
	lags?: Partial<Record<TotalSource, LagVotes>>;
	/** The last known units, for when no current range shows one. */
	units: Partial<Record<TotalSource, Unit>>;
	report: ReportState;
}

export function newCoverageState(): CoverageState {
	const now = Number.MIN_SAFE_INTEGER;
	return {
		now,
		gaps: [],
		gifts: newSeenGifts(),
		series: {},
		early: 0,
		closed: {},
		votes: {},
		units: {},
		report: newReportState(),
	};
}

export function idOf(source: TotalSource, key: string): string {
	return `${source}:${key}`;
}

/** Whether a source's totals lag behind gifts, as far as observed. Plain data. */
interface LagVotes {
	/** Number of totals that included a gift of the last second. */
	held: number;
	/** Number of totals that grew by less than the gifts seen since the previous total. */
	lagged: number;
}

/** Growth between two consecutive totals, in diamonds. */
interface Growth {
	/** Minimum and maximum, if totals are rounded. */
	min: number;
	max: number;
	/** Diamonds seen between the two, without earlier steps that steps of streaks report. */
	seen: number;
	/** The part of `seen` that arrived in the last second. */
	justSeen: number;
}

/** Number of gifts included at once, with none delayed, that is no coincidence. */
const enough = 5;

export function newLagVotes(): LagVotes {
	return { held: 0, lagged: 0 };
}

export function noteLag(votes: LagVotes, { min, max, seen, justSeen }: Growth): void {
	if (max < seen) votes.lagged++;
	else if (justSeen > 0 && min >= seen) votes.held++;
}

/** Whether totals may lag: yes, until a room has shown that they don't. */
export function mayLag({ held, lagged }: LagVotes): boolean {
	return lagged > 0 || held < enough;
}
