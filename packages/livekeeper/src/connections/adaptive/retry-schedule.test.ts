import { expect, test } from "vitest";
import { RetrySchedule } from "./retry-schedule.ts";

const start = 1e12;
const minute = 60_000;

test("a room that fails for the first time waits 1, 2, 4, … 32 s, then from 30 to 90 s", () => {
	const schedule = new RetrySchedule(() => 0.5);
	const delays = Array.from({ length: 9 }, (_, i) => schedule.next("r", i + 1, start).delayMs / 1000);
	expect(delays.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
	for (const delay of delays.slice(6)) expect(delay).toBeGreaterThanOrEqual(30);
	for (const delay of delays.slice(6)) expect(delay).toBeLessThanOrEqual(90);
});

/** The first delay after each connection that lived for so long. */
function afterLives(schedule: RetrySchedule, livesMs: number[]): number[] {
	let now = start;
	return livesMs.map((lifeMs) => {
		schedule.succeeded("r", now);
		now += lifeMs;
		return schedule.next("r", 1, now).delayMs / 1000;
	});
}

test("flapping does not begin at 1 s for ever, but at no more than 8 s", () => {
	expect(afterLives(new RetrySchedule(Math.random), Array(7).fill(20_000))).toEqual([1, 2, 4, 8, 8, 8, 8]);
});

test("says why it waits for longer", () => {
	const schedule = new RetrySchedule(Math.random);
	afterLives(schedule, Array(3).fill(20_000));
	schedule.succeeded("r", start);
	expect(schedule.next("r", 1, start).why).toBe("failed attempt 1 in a row; it broke 4 times soon after it worked");
	expect(schedule.next("other", 2, start).why).toBe("failed attempt 2 in a row");
});

test("five minutes of a working connection make up for one flap", () => {
	expect(afterLives(new RetrySchedule(Math.random), [1000, 1000, 1000, 5 * minute, 1000, 20 * minute])).toEqual([
		1, 2, 4, 2, 4, 1,
	]);
});

test("a room that is gone leaves nothing behind", () => {
	const schedule = new RetrySchedule(Math.random);
	afterLives(schedule, Array(7).fill(1000));
	schedule.forget("r");
	expect(schedule.flaps("r")).toBe(0);
});
