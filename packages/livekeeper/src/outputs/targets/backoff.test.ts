import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseDelayMs, retryDelayMs, waitMs } from "./backoff.ts";
import { targetDefaults } from "./options.ts";

test("the bound of the delay doubles from 2 s and stays at 5 min", () => {
	const longest = Array.from({ length: 12 }, (_, i) => retryDelayMs(i + 1, 1));
	expect(longest).toEqual([
		2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000, 300_000,
	]);
});

test("the jitter covers the upper half of the range also after the cap", () => {
	expect(retryDelayMs(1, 0)).toBe(1_000);
	expect(retryDelayMs(40, 0)).toBe(150_000);
	expect(retryDelayMs(40, 0.5)).toBe(225_000);
	expect(retryDelayMs(40, 1)).toBe(300_000);
});

test("a batch is not given up while its receiver is down for ten minutes, whatever the jitter", () => {
	const { maxAttempts } = targetDefaults;
	const waits = Array.from({ length: maxAttempts - 1 }, (_, i) => retryDelayMs(i + 1, 0));
	expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(10 * 60_000);
});

test("a delay is never under 1 s nor over 5 min without a Retry-After", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
			const delay = retryDelayMs(attempt, random);
			return delay >= 1_000 && delay <= 300_000;
		}),
	);
});

test("a longer Retry-After is honoured, a shorter one doesn't hurry", () => {
	expect(retryDelayMs(1, 0, 90_000)).toBe(90_000);
	expect(retryDelayMs(10, 1, 5_000)).toBe(300_000);
});

test("a paused target is probed after 2.5 to 5 min", () => {
	expect([pauseDelayMs(0), pauseDelayMs(1)]).toEqual([150_000, 300_000]);
});

test("a wait that is longer than any can be was set by another clock, and is over", () => {
	const now = 1_800_000_000_000;
	expect(waitMs(now + 3_600_000, now)).toBe(3_600_000);
	expect(waitMs(now + 3_600_001, now)).toBe(0);
	expect(waitMs(now - 5, now)).toBe(-5);
});
