import type { QualityPoint } from "@livekeeper/client";

/** Rating of a part of the day. `none`: the room was stopped, or the service did not run. */
export type DayTone = "none" | "ok" | "partly" | "lost";

const minuteMs = 60_000;
export const dayMs = 1_440 * minuteMs;
const pointMs = 5 * minuteMs;
/** Time that a cell covers, ms. */
export const cellMs = 15 * minuteMs;
const cells = dayMs / cellMs;
const worst: readonly DayTone[] = ["none", "ok", "partly", "lost"];

export interface DayStrip {
	/** Oldest first; the last one contains the present. */
	cells: DayTone[];
	/** Number of minutes per rating. */
	minutes: Record<DayTone, number>;
}

/**
 * Returns the last 24 hours of a room; each cell is rated by its worst 5 minutes.
 * @param history points of 5 minutes, oldest first
 * @param now ms since the epoch
 */
export function dayStrip(history: readonly QualityPoint[], now: number): DayStrip {
	const end = (Math.floor(now / cellMs) + 1) * cellMs;
	const begin = end - dayMs;
	const strip: DayStrip = {
		cells: new Array<DayTone>(cells).fill("none"),
		minutes: { none: dayMs / minuteMs, ok: 0, partly: 0, lost: 0 },
	};
	for (const { at, quality } of history) {
		// A point describes the time before it.
		const i = Math.floor((at - pointMs - begin) / cellMs);
		const former = strip.cells[i];
		if (former === undefined) continue;
		const tone = toneOf(quality);
		if (worst.indexOf(tone) > worst.indexOf(former)) strip.cells[i] = tone;
		if (tone === "none") continue;
		strip.minutes[tone] += pointMs / minuteMs;
		strip.minutes.none -= pointMs / minuteMs;
	}
	return strip;
}

/**
 * Rates 5 minutes: lost if connected for less than half, partial after a disconnect, a gap or an unexpected silence.
 */
function toneOf(quality: QualityPoint["quality"]): DayTone {
	if (!quality) return "none";
	const { uptime = 1, silence, gaps } = quality.parts;
	if ((uptime ?? 1) < 0.5) return "lost";
	const whole = (uptime ?? 1) >= 0.99 && (silence ?? 1) >= 0.9 && (gaps ?? 1) >= 0.99;
	return whole ? "ok" : "partly";
}
