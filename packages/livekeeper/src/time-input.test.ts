import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTimeInput, type TimeEdge } from "./time-input.ts";

const now = Date.UTC(2026, 0, 31, 12);
const ms = (input: string, edge: TimeEdge = "from") => {
	const parsed = parseTimeInput(input, edge, now);
	return parsed.ok ? parsed.ms : undefined;
};

test("reads how long ago", () => {
	expect([ms("90s"), ms("30m"), ms("2h"), ms("1d"), ms("1.5h"), ms("1w"), ms("0s")]).toEqual(
		[90, 1800, 7200, 86_400, 5400, 604_800, 0].map((seconds) => now - seconds * 1000),
	);
});

test("reads local dates; an end date includes its day", () => {
	expect(ms("2026-01-31")).toBe(new Date(2026, 0, 31).getTime());
	expect(ms("2026-01-31", "to")).toBe(new Date(2026, 1, 1).getTime());
	expect(ms("2026-01-31T20:15")).toBe(new Date(2026, 0, 31, 20, 15).getTime());
	expect(ms("2026-01-31 20:15:09", "to")).toBe(new Date(2026, 0, 31, 20, 15, 9).getTime());
});

test("reads a named zone", () => {
	expect(ms("2026-01-31T20:15:09.25Z")).toBe(Date.UTC(2026, 0, 31, 20, 15, 9, 250));
	expect(ms("2026-01-31T20:15:09+08:00")).toBe(Date.UTC(2026, 0, 31, 12, 15, 9));
	expect(ms("2026-01-31T20:15-0330")).toBe(Date.UTC(2026, 0, 31, 23, 45));
});

test("reads epoch milliseconds and any ISO time of JavaScript", () => {
	expect(ms(" 1767225600000 ")).toBe(1_767_225_600_000);
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (time) => {
			expect(ms(new Date(time).toISOString())).toBe(time);
		}),
	);
});

test.each([
	"",
	"yesterday",
	"2026",
	"2026-02-30",
	"2026-13-01",
	"2026-01-31T25:00",
	"-2h",
	"2y",
	"1e12",
	"h",
	"99999999h",
	"2026-01-31T20:15+8",
])("rejects %j and lists the accepted forms", (input) => {
	const parsed = parseTimeInput(input, "from", now);
	expect(parsed).toMatchObject({ ok: false, text: { en: expect.stringContaining("2026-01-31T20:00:00Z") } });
});

test("distinguishes seconds from milliseconds", () => {
	expect(parseTimeInput("1767225600", "from", now)).toMatchObject({
		text: { en: expect.stringContaining("1767225600000") },
	});
});

test("never throws", () => {
	fc.assert(fc.property(fc.string(), (input) => void parseTimeInput(input, "to", now)));
});
