import { type PlanLimits, planOf } from "./plan.ts";
import { runPlan } from "./run.ts";

/** What a worker is told to run. */
export interface Order {
	seed: number;
	limits: PlanLimits;
}

process.on("message", async ({ seed, limits }: Order) => {
	process.send?.(await runPlan(planOf(seed, limits)));
});
