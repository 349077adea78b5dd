import { type PlanLimits, planOf } from "./plan.ts";
import { type ChaosReport, runPlan } from "./run.ts";

/** What a worker is told to run. */
export interface Order {
	seed: number;
	limits: PlanLimits;
	/** Folder for what is stored; the sender of the order removes it. */
	folder: string;
}

/** What it says: what it is at, and at last what came of it. */
export type Word = { doing: string } | { report: ChaosReport };

const say = (word: Word, then?: () => void) => process.send?.(word, undefined, undefined, then);

// Who gave the order has died: nobody waits for the report.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("message", async ({ seed, limits, folder }: Order) => {
	const report = await runPlan(planOf(seed, limits), { folder, onDoing: (doing) => say({ doing }) });
	process.off("disconnect", orphaned);
	say({ report }, () => process.disconnect());
});
