import { seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { interval, trendOf } from "./trend.ts";

/** Returns points over an hour with a slope and noise. */
function measured({ slope, noise, n = 100 }: { slope: number; noise: () => number; n?: number }) {
	return Array.from({ length: n }, (_, i) => [i / n, 50 + (slope * i) / n + noise()] as const);
}

test("finds an exact line", () => {
	const line = fc.record({ slope: fc.integer({ min: -1000, max: 1000 }), n: fc.integer({ min: 3, max: 200 }) });
	fc.assert(
		fc.property(line, ({ slope, n }) => {
			const trend = trendOf(measured({ slope, n, noise: () => 0 }));
			expect(trend.slope).toBeCloseTo(slope, 6);
			expect(trend.standardError).toBeCloseTo(0, 6);
		}),
	);
});

test("detects growth beyond the noise", () => {
	for (let seed = 1; seed <= 20; seed++) {
		const random = seeded(seed);
		const noise = () => (random() - 0.5) * 4;
		const [, high] = interval(trendOf(measured({ slope: 0, noise })));
		expect(high).toBeGreaterThan(-1);
		expect(interval(trendOf(measured({ slope: 10, noise })))[0]).toBeGreaterThan(0);
	}
});

test("widens the error for correlated measurements", () => {
	const random = seeded(1);
	let wander = 0;
	const wandering = measured({ slope: 0, noise: () => (wander = wander * 0.9 + random() - 0.5) });
	const plain = measured({ slope: 0, noise: () => (random() - 0.5) * 2 });
	expect(trendOf(wandering).standardError).toBeGreaterThan(1.5 * trendOf(plain).standardError);
});

test("rejects two points", () => {
	expect(() => trendOf([[0, 1] as const, [1, 2] as const])).toThrow("3 points");
});
