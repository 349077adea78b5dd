import fc from "fast-check";
import { expect, test } from "vitest";
import { ArrivalRate } from "./arrival-rate.ts";

const minute = 60_000;
const hour = 60 * minute;

function regular(intervalMs: number, forMs: number, rate = new ArrivalRate()): ArrivalRate {
	for (let t = 0; t < forMs; t += intervalMs) rate.arrive(intervalMs);
	return rate;
}

test.each([
	[100, minute],
	[1000, 10 * minute],
	[20_000, hour],
	[300_000, 6 * hour],
])("learns an arrival every %i ms within %i ms", (intervalMs, forMs) => {
	const rate = regular(intervalMs, forMs);
	expect(rate.normalPerMs * intervalMs).toBeGreaterThan(0.7);
	expect(rate.normalPerMs * intervalMs).toBeLessThan(1.4);
	expect(rate.clusterSize).toBe(1);
});

test("approximates the pause chance of a known Poisson process", () => {
	const rate = regular(1000, 6 * hour);
	for (const seconds of [1, 3, 5, 10]) {
		const ratio = Math.log(rate.chanceOfPause(seconds * 1000)) / -seconds;
		expect(ratio).toBeGreaterThan(0.85);
		expect(ratio).toBeLessThan(1.15);
	}
});

test("counts clustered arrivals as one each", () => {
	const rate = new ArrivalRate();
	for (let i = 0; i < 60; i++) {
		rate.arrive(minute);
		for (let k = 0; k < 9; k++) rate.arrive(100);
	}
	expect(rate.clusterSize).toBeGreaterThan(4);
	expect(rate.chanceOfPause(minute)).toBeGreaterThan(0.1);
	expect(regular(6000, hour).chanceOfPause(minute)).toBeLessThan(0.001);
});

test("soon outweighs one long stall in a busy room", () => {
	const rate = regular(100, 10 * minute);
	rate.arrive(30_000);
	regular(100, 3 * minute, rate);
	expect(rate.chanceOfPause(10_000)).toBeLessThan(1e-6);
});

test("is not surprised before it knows a rate", () => {
	const rate = new ArrivalRate();
	expect(rate.chanceOfPause(minute)).toBe(0.5);
	expect(rate.pauseOfChance(0.001)).toBeGreaterThan(hour);
	expect(rate.normalPerMs).toBe(0);
});

const history = fc.array(fc.record({ intervalMs: fc.integer({ min: -1000, max: 10 * hour }), whole: fc.boolean() }));

test("gives consistent chances and pauses for any arrivals", () => {
	const pause = fc.integer({ min: 0, max: 24 * hour });
	const chance = fc.double({ min: 1e-9, max: 0.999, noNaN: true });
	fc.assert(
		fc.property(history, pause, pause, chance, (arrivals, a, b, p) => {
			const rate = new ArrivalRate();
			for (const { intervalMs, whole } of arrivals) rate.arrive(intervalMs, whole);
			const [shorter, longer] = [rate.chanceOfPause(Math.min(a, b)), rate.chanceOfPause(Math.max(a, b))];
			expect(shorter).toBeLessThanOrEqual(1);
			expect(longer).toBeGreaterThanOrEqual(0);
			expect(longer).toBeLessThanOrEqual(shorter);
			expect(rate.chanceOfPause(rate.pauseOfChance(p)) / p).toBeCloseTo(1, 4);
			expect(rate.perMs).toBeGreaterThan(0);
			expect(rate.clusterSize).toBeGreaterThanOrEqual(1);
		}),
	);
});

test("makes a pause less surprising only with time", () => {
	fc.assert(
		fc.property(fc.integer({ min: 100, max: 60_000 }), fc.integer({ min: 1, max: 24 * hour }), (every, silentMs) => {
			const rate = regular(every, every * 50);
			const before = rate.chanceOfPause(minute);
			rate.expose(silentMs);
			expect(rate.chanceOfPause(minute)).toBeGreaterThanOrEqual(before * 0.9);
		}),
	);
});
