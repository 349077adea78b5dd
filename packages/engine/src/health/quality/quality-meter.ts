import { QualityHistory, type QualityPoint } from "./quality-history.ts";
import {
	type HourTone,
	type QualityCounts,
	QualityScore,
	type QualitySpan,
	type QualityState,
} from "./quality-score.ts";
import type { Quality } from "./score.ts";

export type RoomQuality = Record<QualitySpan, Quality | undefined>;

/** Counts of received and missed gifts, in diamonds. */
export interface GiftCounts {
	diamondsSeen: number;
	diamondsMissing: number;
}

/** A room's counters since it was started. */
export type QualityTotals = Omit<Required<QualityCounts>, keyof GiftCounts>;

const names = [
	"reconnects",
	"gapMs",
	"latencyMs",
	"latencies",
	"messages",
	"decodeErrors",
] as const satisfies (keyof QualityTotals)[];

/** A state that a room was in until the next. */
export interface PastState {
	/** ms since the epoch. */
	at: number;
	state: QualityState;
	/** Counts at its beginning. */
	counts: QualityCounts;
}

/** Step in which the time before this start is counted, ms: three per point of the history. */
const pastStepMs = 100_000;

/** Measures a room's quality from its states over time and the growth of its counters. */
export class QualityMeter {
	readonly #score: QualityScore;
	readonly #history = new QualityHistory();
	#totals: QualityTotals | undefined;

	/** @param maxLookMs see {@link QualityScore} */
	constructor(maxLookMs: number) {
		this.#score = new QualityScore(maxLookMs);
	}

	/** Call it every few seconds and before each change of state. @param state state until now */
	look(now: number, state: QualityState, totals: QualityTotals): void {
		this.#score.look(now, state);
		const before = this.#totals;
		const grown: QualityCounts = {};
		for (const name of names) grown[name] = totals[name] - (before?.[name] ?? 0);
		this.#score.count(grown);
		this.#totals = totals;
		if (this.#history.isDue(now)) this.#history.add(now, this.quality()["5m"]);
	}

	/** Continues from before this start of the service. Call it once. @param states oldest first */
	restore(states: readonly PastState[], now: number): void {
		for (const [i, { at: begin, state, counts }] of states.entries()) {
			this.#score.count(counts);
			const end = Math.min(now, states[i + 1]?.at ?? now);
			for (let at = begin, next = at; at < end; at = next) {
				if (this.#history.isDue(at)) this.#history.add(at, this.quality()["5m"]);
				next = Math.min(end, at + pastStepMs);
				this.#score.pass(next - at, state);
			}
		}
	}

	countGifts(counts: GiftCounts): void {
		this.#score.count(counts);
	}

	/** Resets the share of received gifts. */
	forgetGifts(): void {
		this.#score.forget("diamondsSeen", "diamondsMissing");
	}

	quality(): RoomQuality {
		return this.#score.quality();
	}

	/** See {@link QualityScore.lastHour}. */
	lastHour(): HourTone[] {
		return this.#score.lastHour();
	}

	/** Returns the last 24 hours in steps of 5 minutes, oldest first. */
	history(): QualityPoint[] {
		return this.#history.points();
	}
}
