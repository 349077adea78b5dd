import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseDelayMs, retryDelayMs, waitMs } from "./backoff.ts";
import { targetDefaults } from "./target-dispatcher.ts";

test("doubles the maximum delay from 2 s to 5 min", () => {
	const maxDelays = Array.from({ length: 12 }, (_, i) => retryDelayMs(i + 1, 1));
	expect(maxDelays).toEqual([
		2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000, 300_000,
	]);
});

test("spreads delays over the upper half, even at the cap", () => {
	expect(retryDelayMs(1, 0)).toBe(1_000);
	expect(retryDelayMs(40, 0)).toBe(150_000);
	expect(retryDelayMs(40, 0.5)).toBe(225_000);
	expect(retryDelayMs(40, 1)).toBe(300_000);
});

test("keeps a batch through ten minutes of receiver downtime", () => {
	const { maxAttempts } = targetDefaults;
	const waits = Array.from({ length: maxAttempts - 1 }, (_, i) => retryDelayMs(i + 1, 0));
	expect(waits.reduce((sum, ms) => sum + ms)).toBeGreaterThan(10 * 60_000);
});

test("keeps delays between 1 s and 5 min without Retry-After", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 5_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
			const delay = retryDelayMs(attempt, random);
			return delay >= 1_000 && delay <= 300_000;
		}),
	);
});

test("honours a longer Retry-After, ignores a shorter one", () => {
	expect(retryDelayMs(1, 0, 90_000)).toBe(90_000);
	expect(retryDelayMs(10, 1, 5_000)).toBe(300_000);
});

test("probes a paused target after 2.5 to 5 min", () => {
	expect([pauseDelayMs(0), pauseDelayMs(1)]).toEqual([150_000, 300_000]);
});

test("ends an impossibly long wait after a clock change", () => {
	const now = 1_800_000_000_000;
	expect(waitMs(now + 3_600_000, now)).toBe(3_600_000);
	expect(waitMs(now + 3_600_001, now)).toBe(0);
	expect(waitMs(now - 5, now)).toBe(-5);
});
