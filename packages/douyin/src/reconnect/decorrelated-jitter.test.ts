import { seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decorrelatedJitter } from "./decorrelated-jitter.ts";

const bounds = { leastMs: 30_000, mostMs: 90_000 };

test("stays within its bounds, and grows at most threefold", () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 0, max: 1e7 }),
			fc.double({ min: 0, max: 0.999999, noNaN: true }),
			(previous, random) => {
				const delay = decorrelatedJitter(previous, bounds, random);
				expect(delay).toBeGreaterThanOrEqual(bounds.leastMs);
				expect(delay).toBeLessThanOrEqual(Math.min(bounds.mostMs, Math.max(bounds.leastMs, previous * 3)));
			},
		),
	);
});

test("spreads 500 rooms that failed at the same moment: no second has more than a few", () => {
	const random = seeded(1);
	const seconds = new Map<number, number>();
	for (let room = 0; room < 500; room++) {
		const first = decorrelatedJitter(32_000, bounds, random());
		const second = Math.floor((first + decorrelatedJitter(first, bounds, random())) / 1000);
		seconds.set(second, (seconds.get(second) ?? 0) + 1);
	}
	expect(Math.max(...seconds.values())).toBeLessThan(20);
});
