import { expect, test } from "vitest";
import { elapsedAt, systemClock, wallTime } from "./clock.ts";
import { ManualClock } from "./testing/manual-clock.ts";

test("elapsedAt follows the wall clock and never returns the future", () => {
	const clock = new ManualClock();
	const storedAt = clock.now() - 5_000;
	const passedMs = () => clock.elapsed() - elapsedAt(clock, storedAt);
	expect(passedMs()).toBe(5_000);
	clock.set(60_000);
	expect(passedMs()).toBe(65_000);
	clock.set(-3_600_000);
	expect(passedMs()).toBe(0);
});

test("wallTime uses the wall clock as it is now", () => {
	const clock = new ManualClock();
	const due = clock.elapsed() + 1_000;
	clock.set(-3_600_000);
	expect(wallTime(clock, due)).toBe(clock.now() + 1_000);
});

test("setting the wall clock moves neither timers nor elapsed time", async () => {
	const clock = new ManualClock();
	const [from, fired] = [clock.elapsed(), [] as number[]];
	clock.after(1_000, () => fired.push(clock.elapsed() - from));
	clock.set(3_600_000);
	await clock.advance(999);
	clock.set(-7_200_000);
	await clock.advance(1);
	expect(fired).toEqual([1_000]);
	expect([clock.elapsed() - from, clock.nextDueInMs]).toEqual([1_000, undefined]);
});

test("system elapsed time is whole milliseconds and never decreases", () => {
	const times = Array.from({ length: 1_000 }, () => systemClock.elapsed());
	expect(times).toEqual(times.toSorted((a, b) => a - b));
	expect(times.every(Number.isInteger)).toBe(true);
});

test("timers that are overdue or months ahead cause no warning", async () => {
	const warnings: Error[] = [];
	const note = (warning: Error) => warnings.push(warning);
	process.on("warning", note);
	const far = systemClock.after(2 ** 40, () => warnings.push(new Error("fired")));
	await new Promise<void>((resolve) => systemClock.after(-5, resolve));
	await new Promise((resolve) => setImmediate(resolve));
	far.cancel();
	process.off("warning", note);
	expect(warnings).toEqual([]);
});
