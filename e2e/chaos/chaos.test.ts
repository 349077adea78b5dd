import { describe, expect, test } from "vitest";
import { describePlan, planOf } from "./plan.ts";
import { WorkerPool } from "./worker-pool.ts";

/** A few seeds of `npm run chaos`: minutes of the service's time each. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const atOnce = 3;

describe("whatever befalls it, the service keeps its promises", () => {
	const pool = new WorkerPool(atOnce);
	const reports = new Map(seeds.map((seed) => [seed, pool.run({ seed, limits: {} })]));

	/**
	 * What happens between two steps is up to the machine, so a seed can show a fault that needs a race once and not
	 * again. It is printed, to be looked into; the test fails when the seed shows one in two more runs as well.
	 */
	test.each(seeds)(
		"chaos seed %d",
		async (seed) => {
			let report = await reports.get(seed);
			for (let more = 0; more < 2 && report && report.broken.length > 0; more++) {
				console.error(`${describePlan(planOf(seed))}\n  ${report.broken.join("\n  ")}`);
				report = await pool.run({ seed, limits: {} });
			}
			expect(report?.broken, describePlan(planOf(seed))).toEqual([]);
			expect(report?.looks).toBeGreaterThan(20);
		},
		400_000,
	);
});
