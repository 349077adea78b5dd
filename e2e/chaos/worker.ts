import { type PlanLimits, planOf } from "./plan.ts";
import { runPlan } from "./run.ts";

/** What a worker is told to run. */
export interface Order {
	seed: number;
	limits: PlanLimits;
}

// Who gave the order has died: nobody waits for the report.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("message", async ({ seed, limits }: Order) => {
	const report = await runPlan(planOf(seed, limits));
	process.off("disconnect", orphaned);
	process.send?.(report);
});
