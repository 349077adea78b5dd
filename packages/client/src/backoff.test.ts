import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, defaultBackoff } from "./backoff.ts";

test("doubles from the minimum wait up to the maximum", () => {
	expect([1, 2, 3, 4, 5, 6, 7, 8, 9000].map((attempt) => backoffMs(attempt, defaultBackoff, 0))).toEqual([
		500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
	]);
});

test("subtracts at most half, even at the maximum wait", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 5000 }),
			fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
			(n, random) => {
				const full = backoffMs(n, defaultBackoff, 0);
				const wait = backoffMs(n, defaultBackoff, random);
				expect(wait).toBeGreaterThan(full / 2 - 1e-6);
				expect(wait).toBeLessThanOrEqual(full);
			},
		),
	);
});
