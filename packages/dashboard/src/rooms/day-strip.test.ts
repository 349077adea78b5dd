import type { QualityPoint } from "@livekeeper/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cellMs, dayMs, dayStrip } from "./day-strip.ts";

const now = Date.UTC(2026, 0, 2, 12, 7);
const minute = 60_000;
type Parts = NonNullable<QualityPoint["quality"]>["parts"];
const faultless: Parts = { uptime: 1, silence: 1, reconnects: 1, gaps: 1, latency: 1, completeness: 1, decoding: 1 };
/** The quality of the 5 minutes that ended this long ago. */
const point = (minutesAgo: number, parts: Partial<Parts> | null): QualityPoint => ({
	at: now - minutesAgo * minute,
	quality: parts && { score: 50, parts: { ...faultless, ...parts } },
});

test("each quarter of an hour is as bad as its worst 5 minutes", () => {
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
] as const)("five minutes of %j are %s", (parts, tone) => {
	expect(dayStrip([point(7, parts)], now).cells.at(-2)).toBe(tone);
});

test("what is older than a day, or yet to come by a clock that runs ahead, is left out", () => {
	const fine = { uptime: 1, silence: 1, gaps: 1 };
	const { cells } = dayStrip([point(1_500, fine), point(-60, fine)], now);
	expect(cells).toEqual(new Array(96).fill("none"));
});

test("whatever the service tells, a day has 96 cells and as many minutes as a day", () => {
	const parts = fc.dictionary(fc.constantFrom("uptime", "silence", "gaps"), fc.option(fc.double({ min: 0, max: 1 })));
	const history = fc.uniqueArray(fc.record({ at: fc.integer({ min: 0, max: 400 }), parts: fc.option(parts) }), {
		selector: ({ at }) => at,
	});
	fc.assert(
		fc.property(history, (points) => {
			const told = points.map((one) => point(one.at * 5, one.parts));
			const { cells, minutes } = dayStrip(told, now);
			expect(cells).toHaveLength(dayMs / cellMs);
			expect(minutes.none + minutes.ok + minutes.partly + minutes.lost).toBe(1_440);
		}),
	);
});
