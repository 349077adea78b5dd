import { describe, expect, test } from "vitest";
import { describePlan, planOf } from "./plan.ts";
import { WorkerPool } from "./worker-pool.ts";

/** A few seeds of `npm run chaos`: minutes of the service's time each. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
const atOnce = 3;

describe("whatever befalls it, the service keeps its promises", () => {
	const pool = new WorkerPool({ size: atOnce });
	const reports = new Map(seeds.map((seed) => [seed, pool.run({ seed, limits: {} })]));

	test.each(seeds)(
		"chaos seed %d",
		async (seed) => {
			const report = await reports.get(seed);
			expect(report?.broken, describePlan(planOf(seed))).toEqual([]);
			expect(report?.looks).toBeGreaterThan(20);
		},
		400_000,
	);
});
