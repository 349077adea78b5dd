import { type Counter, type Counts, CountWindow, type Quality, qualityOf, valuesOf } from "./score.ts";

/** Spans of a quality, and the number of steps in which old counts leave each. */
const spans = {
	"5m": { spanMs: 300_000, buckets: 15 },
	"1h": { spanMs: 3_600_000, buckets: 30 },
	"24h": { spanMs: 86_400_000, buckets: 48 },
} as const;

export type QualitySpan = keyof typeof spans;

const spanNames = Object.keys(spans);

/**
 * Summary of a part of the last hour. `none`: the room was not due for a connection; `lost`: it was connected for less
 * than half of the time; `partly`: it had a cut, a gap, or a suspicious silence.
 */
export const hourTones = ["none", "ok", "partly", "lost"] as const;
export type HourTone = (typeof hourTones)[number];
/** Number of those parts. */
export const hourParts = spans["1h"].buckets;

/** Minimum time for a summary, ms. */
const minToneMs = 1_000;

const toneCounters = ["dueMs", "connectedMs", "silentMs", "gapMs", "reconnects"] as const;

function toneOf(counts: Pick<Counts, (typeof toneCounters)[number]>): HourTone {
	const { dueMs, connectedMs, silentMs, gapMs, reconnects } = counts;
	if (dueMs < minToneMs) return "none";
	if (connectedMs * 2 < dueMs) return "lost";
	const isWhole = connectedMs >= dueMs * 0.99 && silentMs <= connectedMs * 0.1;
	return isWhole && gapMs === 0 && reconnects === 0 ? "ok" : "partly";
}

/** A room's state since the last look. */
export interface QualityState {
	/** Whether the room is kept and its broadcast runs as far as known, so it should be connected. */
	due: boolean;
	connected: boolean;
	/** Whether it is connected but suspiciously silent. */
	silent: boolean;
}

/** Counts between two looks; everything else follows from the states. */
export type QualityCounts = Partial<Omit<Counts, "dueMs" | "connectedMs" | "silentMs">>;

/**
 * A room's quality over 5 minutes, an hour and a day. Takes at most 4 KB, however much happens.
 *
 * Its time is the sum of the intervals between looks, so neither a changed clock nor a sleeping machine makes a room
 * look better or worse; "an hour" is an hour of watching.
 */
export class QualityScore {
	/** In the order of {@link spanNames}. */
	readonly #windows = Object.values(spans).map(({ spanMs, buckets }) => new CountWindow(spanMs, buckets));
	readonly #maxLookMs: number;
	#time = 0;
	#lookedAt: number | undefined;

	/**
	 * @param maxLookMs maximum time between two looks; a longer one was sleep or a changed clock and does not count
	 */
	constructor(maxLookMs = 30_000) {
		this.#maxLookMs = maxLookMs;
	}

	/** Call it every few seconds and at each change, with the state that lasted until `now`. */
	look(now: number, { due, connected, silent }: QualityState): void {
		const passedMs = Math.min(this.#maxLookMs, Math.max(0, now - (this.#lookedAt ?? now)));
		this.#lookedAt = now;
		this.pass(passedMs, { due, connected, silent });
	}

	/** Adds time spent in a state. */
	pass(passedMs: number, { due, connected, silent }: QualityState): void {
		this.#time += passedMs;
		if (!due || passedMs === 0) return;
		const connectedMs = connected ? passedMs : 0;
		this.#add({ dueMs: passedMs, connectedMs, silentMs: silent ? connectedMs : 0 });
	}

	/** Adds counts. Negative and invalid numbers count as 0. */
	count(counts: QualityCounts): void {
		this.#add(counts);
	}

	/** Resets counters as if they had never been counted. */
	forget(...names: Counter[]): void {
		for (const window of this.#windows) for (const name of names) window.forget(name);
	}

	/** Returns the quality; `undefined` for a span in which the room was due for a connection for less than 10 s. */
	quality(): Record<QualitySpan, Quality | undefined> {
		const entries = this.#windows.map((window, i) => [spanNames[i], qualityOf(window.totals(this.#time))]);
		return Object.fromEntries(entries) as Record<QualitySpan, Quality | undefined>;
	}

	/** Returns the summary of each 2 minutes of the last hour, oldest first; the last are still running. */
	lastHour(): HourTone[] {
		const hour = this.#windows[spanNames.indexOf("1h")];
		return hour?.buckets(this.#time, toneCounters).map(toneOf) ?? [];
	}

	#add(counts: Partial<Counts>): void {
		const values = valuesOf(counts);
		for (const window of this.#windows) window.add(this.#time, values);
	}
}
