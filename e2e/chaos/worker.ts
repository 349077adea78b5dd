import { type PlanLimits, planOf } from "./plan.ts";
import { type ChaosReport, runPlan } from "./run.ts";

/** Order for a worker. */
export interface Order {
	seed: number;
	limits: PlanLimits;
	/** Folder for stored data; the sender of the order removes it. */
	folder: string;
}

/** Messages of a worker: its progress, and finally its report. */
export type Word = { doing: string } | { report: ChaosReport };

const say = (word: Word, then?: () => void) => process.send?.(word, undefined, undefined, then);

// The parent has died, so the report has no reader.
const orphaned = () => process.exit(1);
process.once("disconnect", orphaned);
process.once("message", async ({ seed, limits, folder }: Order) => {
	const report = await runPlan(planOf(seed, limits), { folder, onDoing: (doing) => say({ doing }) });
	process.off("disconnect", orphaned);
	say({ report }, () => process.disconnect());
});
