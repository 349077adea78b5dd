import type { QualityPoint } from "@livekeeper/client";

/** How a part of the day went: `none`: the room was not wanted, or the service did not run. */
export type DayTone = "none" | "ok" | "partly" | "lost";

const minuteMs = 60_000;
export const dayMs = 1_440 * minuteMs;
const pointMs = 5 * minuteMs;
/** A cell covers this much time, ms. */
export const cellMs = 15 * minuteMs;
const cells = dayMs / cellMs;
const worst: readonly DayTone[] = ["none", "ok", "partly", "lost"];

export interface DayStrip {
	/** Oldest first; the last one holds the present. */
	cells: DayTone[];
	/** Minutes of each tone. */
	minutes: Record<DayTone, number>;
}

/**
 * The last 24 hours of a room, each cell as bad as its worst 5 minutes.
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

/** Fewer than half of the 5 minutes connected is a loss; a cut, a gap or a silence that should not be makes them partial. */
function toneOf(quality: QualityPoint["quality"]): DayTone {
	if (!quality) return "none";
	const { uptime = 1, silence, gaps } = quality.parts;
	if ((uptime ?? 1) < 0.5) return "lost";
	const whole = (uptime ?? 1) >= 0.99 && (silence ?? 1) >= 0.9 && (gaps ?? 1) >= 0.99;
	return whole ? "ok" : "partly";
}
