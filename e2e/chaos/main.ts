import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { describePlan, type PlanLimits, planOf } from "./plan.ts";
import type { ChaosReport } from "./run.ts";
import { printSummary } from "./summary.ts";
import { WorkerPool } from "./worker-pool.ts";

/** `--cluster` starts a different run with its own options: see `e2e/cluster/main.ts`. */
if (process.argv.includes("--cluster")) {
	process.argv = process.argv.filter((argument) => argument !== "--cluster");
	await import("../cluster/main.ts");
	process.exit();
}

/**
 * Runs of random disturbances. `--seed` replays one seed; `--seeds` runs many, starting at `--from`.
 *
 *   npm run chaos -- --seed 4711
 *   npm run chaos -- --seeds 500 --from 1 --workers 2
 *   npm run chaos -- --seeds 100 --sessions 2
 *   npm run chaos -- --cluster --faults 80 --load 20 --rooms 24 --rate 2
 */
const { values } = parseArgs({
	options: {
		seed: { type: "string" },
		seeds: { type: "string", default: "10" },
		from: { type: "string", default: "1" },
		/** Number of seeds run concurrently. Each waits for its clock more than half of the time. */
		workers: { type: "string", default: `${4 * availableParallelism()}` },
		/** Speed of the clock relative to real time; default: the plan's. */
		factor: { type: "string" },
		/** Period in which disturbances begin, s of the service's time; default: the plan's. */
		span: { type: "string" },
		/** Concurrent sessions of each room; default: the plan's. */
		sessions: { type: "string" },
	},
});
const limits: PlanLimits = {
	...(values.sessions && { sessions: Number(values.sessions) }),
	...(values.factor && { factor: Number(values.factor) }),
	...(values.span && { spanMs: Number(values.span) * 1000 }),
};
const first = Number(values.seed ?? values.from);
const seeds = Array.from({ length: values.seed ? 1 : Number(values.seeds) }, (_, i) => first + i);
if (values.seed) console.log(describePlan(planOf(first, limits)));

const reports: ChaosReport[] = [];
const startedAt = performance.now();
const pool = new WorkerPool({ size: Number(values.workers) });
await Promise.all(seeds.map(async (seed) => printReport(await pool.run({ seed, limits }))));
printSummary(reports, (performance.now() - startedAt) / 1000);
process.exitCode = reports.length === seeds.length && reports.every(({ broken }) => broken.length === 0) ? 0 : 1;

function printReport(report: ChaosReport): void {
	reports.push(report);
	const messages = report.verdicts.reduce((sum, verdict) => sum + verdict.messages, 0);
	const words = report.broken.length === 0 ? "kept" : "BROKEN";
	const [back, mb] = [Math.round(report.backAfterMs / 1000), Math.round(report.peakRssMb)];
	const counts = `${messages} messages, ${report.attempts} attempts, back after ${back} s, ${mb} MB`;
	console.log(`seed ${report.seed}: ${words}, ${counts}, ${report.seconds.toFixed(0)} s`);
	const remarks = report.verdicts.flatMap((verdict) => verdict.remarks);
	for (const line of remarks) console.log(`  · ${line}`);
	if (report.broken.length === 0) return;
	if (!values.seed) console.log(describePlan(planOf(report.seed, limits)));
	for (const line of report.broken) console.log(`  ✗ ${line}`);
}
