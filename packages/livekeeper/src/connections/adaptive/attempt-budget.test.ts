import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AttemptBudget, TokenBucket } from "./attempt-budget.ts";

const start = 1e12;

describe("a bucket", () => {
	test("lets a burst through at once, and the others one after the other", () => {
		const bucket = new TokenBucket({ burst: 2, perSecond: 4 });
		expect([1, 2, 3, 4].map(() => bucket.take(start))).toEqual([0, 0, 250, 500]);
		expect(bucket.take(start + 750)).toBe(0);
		expect(bucket.isFull(start + 1000)).toBe(false);
		expect(bucket.isFull(start + 1250)).toBe(true);
	});

	test("that would never let anybody through is refused", () => {
		expect(() => new TokenBucket({ burst: 0, perSecond: 1 })).toThrow(RangeError);
		expect(() => new TokenBucket({ burst: 1, perSecond: 0 })).toThrow(RangeError);
	});

	test("never lets more through in any time than burst and rate allow, also with a clock that is set back", () => {
		const settings = { burst: 3, perSecond: 5 };
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 100 }), (steps) => {
				const bucket = new TokenBucket(settings);
				let now = start;
				let forward = 0;
				const begins = steps.map((ms) => {
					now += ms;
					forward += Math.max(0, ms);
					return forward + bucket.take(now);
				});
				begins.sort((a, b) => a - b);
				for (const [i, from] of begins.entries()) {
					for (const [k, to] of begins.entries()) {
						if (k < i) continue;
						expect(k - i + 1).toBeLessThanOrEqual(
							settings.burst + 1 + ((to - from) / 1000) * settings.perSecond + 1e-6,
						);
					}
				}
			}),
		);
	});
});

describe("a budget", () => {
	const bucket = (burst: number, perSecond: number) => ({ burst, perSecond });

	test("bounds each identity, and all together", () => {
		const budget = new AttemptBudget({ process: bucket(3, 1), identity: bucket(2, 1) });
		expect(["a", "a", "a"].map((identity) => budget.take(identity, start))).toEqual([0, 0, 1000]);
		expect(budget.take("b", start)).toBe(1000);
	});

	test("holds an identity for as long as the upstream asked, at most an hour, and no other", () => {
		const budget = new AttemptBudget();
		budget.pause("a", 5000, start);
		budget.pause("a", 1000, start + 1000);
		expect(budget.pausedMs("a", start + 1000)).toBe(4000);
		expect(budget.pausedMs("b", start)).toBe(0);
		expect(budget.pausedMs("a", start + 5000)).toBe(0);
		budget.pause("a", 1e12, start);
		expect(budget.pausedMs("a", start)).toBe(3_600_000);
		expect(budget.pausedMs("a", start - 1e9)).toBe(3_600_000);
	});

	test("remembers no identity that has not tried lately, and takes nothing from one that has", () => {
		const budget = new AttemptBudget({ process: bucket(1e6, 1e6), identity: bucket(1, 0.001) });
		for (let i = 0; i < 300; i++) budget.take(`old${i}`, start);
		expect(budget.take("old1", start)).toBe(1_000_000);
	});
});
