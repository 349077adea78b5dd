import { expect, test } from "vitest";
import { atPaceOf, Pace } from "./pace.ts";

/** Events at a steady pace from `from` on. @returns the time of the last one */
function steady(pace: Pace, from: number, everyMs: number, forMs: number): number {
	let at = from;
	for (; at <= from + forMs; at += everyMs) pace.count(1, at);
	return at - everyMs;
}

test.each([1000, 5000, 30_000, 600_000])("a steady pace is known after %i ms", (forMs) => {
	const pace = new Pace();
	steady(pace, 1e12, 100, forMs);
	expect(pace.expected(10_000)).toBeGreaterThan(90);
	expect(pace.expected(10_000)).toBeLessThan(115);
});

test("nothing is expected before there is a pace, and after it was reset", () => {
	const pace = new Pace();
	expect(pace.expected(60_000)).toBe(0);
	pace.count(100, 1e12);
	pace.count(100, 1e12 + 999);
	expect(pace.expected(60_000)).toBe(0);
	steady(pace, 1e12, 100, 5000);
	pace.reset();
	expect(pace.expected(60_000)).toBe(0);
});

test("it follows a room that grows quiet", () => {
	const pace = new Pace();
	const last = steady(pace, 1e12, 100, 60_000);
	steady(pace, last, 10_000, 120_000);
	expect(pace.expected(10_000)).toBeLessThan(5);
});

test("a span that is skipped does not slow the pace down", () => {
	const [skipping, counting] = [new Pace(), new Pace()];
	for (const pace of [skipping, counting]) {
		const last = steady(pace, 1e12, 100, 60_000);
		if (pace === skipping) pace.skipTo(last + 60_000);
		pace.count(1, last + 60_000);
	}
	expect(skipping.expected(10_000)).toBeGreaterThan(80);
	expect(counting.expected(10_000)).toBeLessThan(30);
});

test("skipping before anything was counted begins nothing", () => {
	const pace = new Pace();
	pace.skipTo(1e12);
	expect(pace.expected(1000)).toBe(0);
});

test("the pace of a few events is that of a second where they were said in less", () => {
	const saidEvery = (ms: number) => Array.from({ length: 15 }, (_, i) => ({ at: 1e12 + i * ms }));
	expect(atPaceOf(saidEvery(0), 2_000)).toBe(30);
	expect(atPaceOf(saidEvery(30), 2_000)).toBe(30);
	expect(atPaceOf(saidEvery(500).reverse(), 7_000)).toBe(15);
	expect(atPaceOf(saidEvery(30).slice(0, 9), 2_000)).toBe(0);
});

test("a clock that steps back does no harm", () => {
	const pace = new Pace();
	const last = steady(pace, 1e12, 100, 10_000);
	pace.count(1, last - 5000);
	expect(pace.expected(10_000)).toBeGreaterThan(80);
	expect(pace.expected(-1)).toBe(0);
});

test.each([2000, 60_000, 3_600_000])("a pace that was seen for %i ms before a restart goes on", (forMs) => {
	const pace = new Pace();
	pace.restore(forMs / 100, 1e12, 1e12 + forMs);
	expect(pace.expected(10_000)).toBeCloseTo(100);
	steady(pace, 1e12 + forMs + 100, 100, 60_000);
	expect(pace.expected(10_000)).toBeCloseTo(100, -1);
});

test.each([
	["few events say nothing about pace", 4, 0],
	["many are at least as many a second", 15, 15],
])("in less than a second %s", (_, events, perSecond) => {
	for (const spanMs of [0, 400, 999]) {
		const pace = new Pace();
		pace.restore(events, 1e12, 1e12 + spanMs);
		expect(pace.expected(1_000)).toBeCloseTo(perSecond);
	}
});
