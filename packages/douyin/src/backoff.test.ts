import fc from "fast-check";
import { expect, it } from "vitest";
import { reconnectDelayMs } from "./backoff.ts";

it("doubles from one second to 32, then stays at 60 for ever", () => {
	const seconds = Array.from({ length: 10 }, (_, i) => reconnectDelayMs(i + 1) / 1_000);
	expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
	expect(reconnectDelayMs(1_000_000)).toBe(60_000);
});

it("never shrinks with more attempts and is always between 1 and 60 seconds", () => {
	fc.assert(
		fc.property(fc.nat(), (attempt) => {
			const delay = reconnectDelayMs(attempt);
			expect(delay).toBeGreaterThanOrEqual(1_000);
			expect(delay).toBeLessThanOrEqual(60_000);
			expect(reconnectDelayMs(attempt + 1)).toBeGreaterThanOrEqual(delay);
		}),
	);
});
