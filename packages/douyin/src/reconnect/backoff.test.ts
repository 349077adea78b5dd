import fc from "fast-check";
import { expect, it } from "vitest";
import { reconnectDelayMs } from "./backoff.ts";

it("doubles from 1 to 32 seconds, then stays at 60", () => {
	const seconds = Array.from({ length: 12 }, (_, i) => reconnectDelayMs(i + 1) / 1_000);
	expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]);
	expect(reconnectDelayMs(1_000_000)).toBe(60_000);
});

it("never shrinks, at most doubles, stays within 1–60 s", () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (attempt) => {
			const [delayMs, nextMs] = [reconnectDelayMs(attempt), reconnectDelayMs(attempt + 1)];
			expect(delayMs).toBeGreaterThanOrEqual(1_000);
			expect(nextMs).toBeLessThanOrEqual(60_000);
			expect(nextMs).toBeGreaterThanOrEqual(delayMs);
			expect(nextMs).toBeLessThanOrEqual(2 * delayMs);
			expect(Number.isInteger(delayMs)).toBe(true);
		}),
	);
});

it("treats attempts below 1 as the first", () => {
	for (const attempt of [0, -1]) expect(reconnectDelayMs(attempt)).toBe(1_000);
});
