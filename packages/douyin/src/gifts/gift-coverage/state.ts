import type { LagVotes } from "./lag.ts";
import { newSeenGifts, type SeenGifts } from "./seen-gifts.ts";
import type { Series, Stretch } from "./series.ts";
import type { TotalSource } from "./total-seen.ts";
import type { Unit, UnitVotes } from "./unit.ts";
import { newTelling, type Telling } from "./withheld.ts";

/** A range of a broadcast that other logins were shown. What it adds up to follows from the unit as it is known now. */
export interface PastRange {
	/** Id of the logins; "" where there were none. */
	login: string;
	/** The time that could be judged, ms of the upstream's time. */
	from: number;
	to: number;
	source: TotalSource;
	stretches: Stretch[];
	/** {@link CoverageState.early} and {@link SeenGifts.nameless} of the range. */
	early: number;
	nameless: number;
	/** The part of what was missing that was withheld after the last gift of each connection, 0 to 1. */
	afterLastGift: number;
}

/** Everything that is known of one broadcast's gifts and totals. Plain data: JSON keeps it as it is. */
export interface CoverageState {
	/** Id of the logins that all below is about, but for `now`, `gaps`, `votes`, `lags` and `units`; absent: not known. */
	login?: string;
	/** What former logins were shown, oldest first. */
	past?: PastRange[];
	/** When we began to listen, ms of the upstream's time. */
	listenedFrom?: number;
	firstReceivedAt?: number;
	/** When the last message about gifts came, ms of our own time. */
	lastReceivedAt?: number;
	/** The newest time that was reported. */
	now: number;
	/** Times of which messages are known to be missing, `[from, to]`, oldest first. */
	gaps: [number, number][];
	gifts: SeenGifts;
	/** Series by source and key. */
	series: Record<string, Series>;
	/** Diamonds that were seen before the room's first total, while we waited for it. */
	early: number;
	/** Stretches that are over, by source. */
	closed: Partial<Record<TotalSource, Stretch[]>>;
	votes: Partial<Record<TotalSource, UnitVotes>>;
	/** Absent in what was stored before it was looked at. */
	lags?: Partial<Record<TotalSource, LagVotes>>;
	/** The last that was taken for it, for when nothing goes on that tells. */
	units: Partial<Record<TotalSource, Unit>>;
	telling: Telling;
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
		telling: newTelling(),
	};
}

export function idOf(source: TotalSource, key: string): string {
	return `${source}:${key}`;
}
