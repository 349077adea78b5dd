import {
	type HourTone,
	type QualityCounts,
	QualityScore,
	type QualitySpan,
	type QualityState,
} from "./quality-score.ts";
import type { Quality, QualityParts } from "./score.ts";

/** Quality over the 5 minutes before `at`. */
export interface QualityPoint {
	/** ms since the epoch, to the second. */
	at: number;
	/** `undefined` if the room was due for a connection for less than 10 s of it. */
	quality: Quality | undefined;
}

const stepMs = 300_000;
const points = 288;
const parts = [
	"uptime",
	"silence",
	"reconnects",
	"gaps",
	"latency",
	"decoding",
	"completeness",
] as const satisfies (keyof QualityParts)[];
const width = 1 + parts.length;
/** Marks an unknown percentage. */
const unknown = 255;

/** Number of points allocated with the first one: an hour. */
const firstPoints = 12;

/** Shared by all histories without a point, because an own array takes 200 bytes even if empty. */
const noTimes = new Uint32Array();
const noPercents = new Uint8Array();

/** A day of a room's quality in 3.5 KB, less at first: whole percents in a ring. */
class QualityHistory {
	/** s since the epoch. */
	#at = noTimes;
	#percents = noPercents;
	#count = 0;
	#lastAt: number | undefined;

	/** Returns whether the next point is due. The first is due after one step; a changed clock starts a new one. */
	isDue(now: number): boolean {
		if (this.#lastAt === undefined || now < this.#lastAt) this.#lastAt = now;
		return now - this.#lastAt >= stepMs;
	}

	add(now: number, quality: Quality | undefined): void {
		if (this.#count >= this.#at.length) this.#grow();
		const i = this.#count++ % points;
		this.#lastAt = now;
		this.#at[i] = Math.round(now / 1000);
		const values = quality ? [quality.score / 100, ...parts.map((part) => quality.parts[part])] : [];
		for (let k = 0; k < width; k++) {
			const value = values[k];
			this.#percents[i * width + k] = value === undefined ? unknown : Math.round(value * 100);
		}
	}

	/** Returns the points, oldest first. */
	points(): QualityPoint[] {
		const kept = Math.min(this.#count, points);
		return Array.from({ length: kept }, (_, k) => this.#point((this.#count - kept + k) % points));
	}

	/** Doubles the capacity, up to a day. */
	#grow(): void {
		const size = Math.min(points, Math.max(firstPoints, 2 * this.#at.length));
		const [at, percents] = [this.#at, this.#percents];
		if (at.length === size) return;
		this.#at = new Uint32Array(size);
		this.#at.set(at);
		this.#percents = new Uint8Array(size * width);
		this.#percents.set(percents);
	}

	#point(i: number): QualityPoint {
		const [score = unknown, ...rest] = this.#percents.subarray(i * width, (i + 1) * width);
		const known = parts.flatMap((part, k) => {
			const percent = rest[k] ?? unknown;
			return percent === unknown ? [] : [[part, percent / 100] as const];
		});
		const quality =
			score === unknown ? undefined : { score, parts: Object.fromEntries(known) as unknown as QualityParts };
		return { at: (this.#at[i] ?? 0) * 1000, quality };
	}
}

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
