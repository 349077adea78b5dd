import type { QualityPoint } from "@livekeeper/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cellMs, dayMs, dayStrip } from "./day-strip.ts";

const now = Date.UTC(2026, 0, 2, 12, 7);
const minute = 60_000;
type Parts = NonNullable<QualityPoint["quality"]>["parts"];
const faultless: Parts = { uptime: 1, silence: 1, reconnects: 1, gaps: 1, latency: 1, completeness: 1, decoding: 1 };
/** Returns the quality of the 5 minutes that ended this long ago. */
const point = (minutesAgo: number, parts: Partial<Parts> | null): QualityPoint => ({
	at: now - minutesAgo * minute,
	quality: parts && { score: 50, parts: { ...faultless, ...parts } },
});

test("rates a quarter of an hour by its worst part", () => {
	// 11:45 to 12:00 ended 7 minutes ago; these points end at 12:00, 11:55 and 11:50.
	const { cells, minutes } = dayStrip(
		[
			point(7, { uptime: 1, silence: 1, gaps: 1 }),
			point(12, { uptime: 0.2, silence: null, gaps: 1 }),
			point(17, { uptime: 1, silence: 1, gaps: 0.8 }),
		],
		now,
	);
	expect(cells.at(-2)).toBe("lost");
	expect(cells.filter((tone) => tone !== "none")).toHaveLength(1);
	expect(minutes).toEqual({ none: 1_425, ok: 5, partly: 5, lost: 5 });
});

test.each([
	[{ uptime: 1, silence: null, gaps: 1 }, "ok"],
	[{ uptime: 0.9, silence: 1, gaps: 1 }, "partly"],
	[{ uptime: 1, silence: 0.3, gaps: 1 }, "partly"],
	[{ uptime: 1, silence: 1, gaps: 0.9 }, "partly"],
	[{ uptime: 0.49, silence: 1, gaps: 1 }, "lost"],
	[null, "none"],
] as const)("rates five minutes of %j as %s", (parts, tone) => {
	expect(dayStrip([point(7, parts)], now).cells.at(-2)).toBe(tone);
});

test("ignores points older than a day or in the future", () => {
	const fine = { uptime: 1, silence: 1, gaps: 1 };
	const { cells } = dayStrip([point(1_500, fine), point(-60, fine)], now);
	expect(cells).toEqual(new Array(96).fill("none"));
});

test("has 96 cells and 1,440 minutes for any history", () => {
	const parts = fc.dictionary(fc.constantFrom("uptime", "silence", "gaps"), fc.option(fc.double({ min: 0, max: 1 })));
	const history = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 400 }), parts: fc.option(parts) }), {
		selector: ({ at }) => at,
	});
	fc.assert(
		fc.property(history, (points) => {
			const given = points.map((one) => point(one.at * 5, one.parts));
			const { cells, minutes } = dayStrip(given, now);
			expect(cells).toHaveLength(dayMs / cellMs);
			expect(minutes.none + minutes.ok + minutes.partly + minutes.lost).toBe(1_440);
		}),
	);
});
