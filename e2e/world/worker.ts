import { parentPort } from "node:worker_threads";
import { endLoading, installGuard } from "./guard.ts";
import type { WorldPlan } from "./plan.ts";
import type { WorldReport } from "./run.ts";

/** A run in this thread. */
export interface Task {
	plan: WorldPlan;
	/** Whether to report each entry of the trace. */
	traces?: boolean;
}

/** Everything that the thread reports. */
export type Said = { entry: string } | { report: WorldReport; cpuMs: number } | { failure: string };

// Before the product is loaded, because modules keep the time and the random numbers that they find.
installGuard();
const [{ runWorld }, { planOf }] = await Promise.all([
	import("./run.ts"),
	import("./plan.ts"),
	import("../../packages/livekeeper/src/cluster/index.ts"),
]);
// Loads what the product loads when it needs it: a run must wait for nothing real.
let warm: Promise<unknown> | undefined;
const say = (said: Said) => parentPort?.postMessage(said);

parentPort?.on("message", ({ plan, traces }: Task) => {
	warm ??= runWorld({ ...planOf(1, { hours: 0.05, rooms: 2 }), steps: [] }).then(endLoading);
	warm
		.then(async () => {
			const before = process.threadCpuUsage();
			const report = await runWorld(plan, traces ? (entry) => say({ entry }) : undefined);
			const { user, system } = process.threadCpuUsage(before);
			say({ report, cpuMs: (user + system) / 1000 });
		})
		.catch((error: unknown) =>
			say({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
		);
});
