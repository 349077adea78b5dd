import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RetrySchedule } from "./retry-schedule.ts";

const start = 1e12;
const second = 1000;
const promised = [1, 2, 4, 8, 16, 32, 60, 60, 60];

const failures = (schedule: RetrySchedule, count: number) =>
	Array.from({ length: count }, (_, i) => schedule.next(i + 1, start).delayMs / second);

test("one that can't connect waits 1, 2, 4, … 32, then 60 s for ever", () => {
	expect(failures(new RetrySchedule(), 9)).toEqual(promised);
});

/** The first delay, s, after each connection that stood for so long, ms. */
function afterLives(schedule: RetrySchedule, livesMs: number[], flap = true): number[] {
	let now = start;
	return livesMs.map((lifeMs) => {
		schedule.works(now);
		now += lifeMs;
		return schedule.next(1, now, flap).delayMs / second;
	});
}

describe("connections that break soon after they worked", () => {
	test("are made anew later each time, in the end after 60 s, when they break at once", () => {
		expect(afterLives(new RetrySchedule(), Array(11).fill(200))).toEqual([1, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
	});

	test("are made anew after 4 s at most when they stand for a few seconds", () => {
		expect(afterLives(new RetrySchedule(), Array(7).fill(20 * second))).toEqual([1, 1, 2, 4, 4, 4, 4]);
	});

	test("make an attempt that fails before the first frame wait for longer too", () => {
		const schedule = new RetrySchedule();
		expect(afterLives(schedule, Array(4).fill(20 * second)).at(-1)).toBe(4);
		expect(schedule.next(2, start + 100 * second).delayMs).toBe(8 * second);
	});

	test("are forgotten as soon as one stands for a minute", () => {
		const lives = [200, 200, 200, 200, 59_999, 60_000, 200, 200, 200];
		expect(afterLives(new RetrySchedule(), lives)).toEqual([1, 1, 2, 4, 4, 1, 1, 1, 2]);
	});

	test("don't count when something else has ended them", () => {
		expect(afterLives(new RetrySchedule(), Array(5).fill(200), false)).toEqual([1, 1, 1, 1, 1]);
	});

	test("are told of", () => {
		const schedule = new RetrySchedule();
		afterLives(schedule, Array(3).fill(200));
		schedule.works(start);
		expect(schedule.next(1, start).flaps).toBe(4);
		expect(new RetrySchedule().next(2, start).flaps).toBe(0);
	});
});

test("standing for five seconds makes a connection worth having, and no shorter", () => {
	expect(afterLives(new RetrySchedule(), Array(6).fill(5 * second))).toEqual([1, 1, 2, 4, 4, 4]);
	expect(afterLives(new RetrySchedule(), Array(6).fill(5 * second - 1))).toEqual([1, 1, 2, 4, 8, 16]);
});

describe("one that others call back", () => {
	/** It flaps: the fifth connection in a row has just broken. */
	function flapping(lives = 5) {
		const schedule = new RetrySchedule();
		afterLives(schedule, Array(lives).fill(200));
		return { schedule, now: start + lives * 200 };
	}

	test("may come at once while its connections hold", () => {
		const { schedule, now } = flapping(2);
		expect(schedule.flaps).toBe(2);
		expect(schedule.restMs(now)).toBe(0);
	});

	test("stays away for the first delay of its schedule when they don't", () => {
		const { schedule, now } = flapping();
		expect(schedule.flaps).toBe(5);
		expect(schedule.restMs(now)).toBe(8 * second);
		expect(schedule.restMs(now + 8 * second - 1)).toBe(1);
		expect(schedule.restMs(now + 8 * second)).toBe(0);
		expect(schedule.restMs(now + 60 * second)).toBe(0);
	});

	test("may come again after that, whatever attempts have failed meanwhile", () => {
		const { schedule, now } = flapping();
		schedule.next(2, now + second);
		expect(schedule.restMs(now + second)).toBe(7 * second);
	});

	test("stays away for the longest delay as a whole", () => {
		const { schedule, now } = flapping(12);
		expect(schedule.restMs(now)).toBe(60 * second);
	});
});

test("whatever happens, a delay is never shorter than 1 s nor longer than 60, nor is a rest", () => {
	const event = fc.record({ works: fc.boolean(), passMs: fc.nat(200_000) });
	fc.assert(
		fc.property(fc.array(event, { maxLength: 60 }), (events) => {
			const schedule = new RetrySchedule();
			let now = start;
			let attempt = 0;
			for (const { works, passMs } of events) {
				now += passMs;
				if (works) schedule.works(now);
				attempt = works ? 1 : attempt + 1;
				const { delayMs } = schedule.next(attempt, now);
				expect(delayMs).toBeGreaterThanOrEqual(second);
				expect(delayMs).toBeLessThanOrEqual(60 * second);
				expect(schedule.restMs(now)).toBeLessThanOrEqual(60 * second);
			}
		}),
	);
});
