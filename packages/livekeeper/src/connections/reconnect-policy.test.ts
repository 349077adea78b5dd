import fc from "fast-check";
import { expect, test } from "vitest";
import { reconnectDelayMs } from "./reconnect-policy.ts";

test("the delays are 1, 2, 4, 8, 16, 32, then 60 s for ever", () => {
	const first = Array.from({ length: 12 }, (_, index) => reconnectDelayMs(index + 1) / 1000);
	expect(first).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]);
	expect(reconnectDelayMs(1_000_000)).toBe(60_000);
});

test("a delay is never shorter than the one before, at most doubles, and stays between 1 and 60 s", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (attempt) => {
			const [delayMs, nextMs] = [reconnectDelayMs(attempt), reconnectDelayMs(attempt + 1)];
			expect(delayMs).toBeGreaterThanOrEqual(1000);
			expect(nextMs).toBeLessThanOrEqual(60_000);
			expect(nextMs).toBeGreaterThanOrEqual(delayMs);
			expect(nextMs).toBeLessThanOrEqual(2 * delayMs);
			expect(Number.isInteger(delayMs)).toBe(true);
		}),
	);
});

test("no attempt at all waits as the first one does", () => {
	for (const attempt of [0, -1]) expect(reconnectDelayMs(attempt)).toBe(1000);
});
