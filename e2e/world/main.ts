import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { planOf, type WorldPlan } from "./plan.ts";
import { type Done, WorldPool } from "./pool.ts";
import { shrink } from "./shrink.ts";

/**
 * Runs worlds: the whole service on simulated time, each derived from a seed. A failing seed is shrunk to its fewest
 * disturbances, and written as a replay.
 *
 *   npm run world -- --seeds 1..2000
 *   npm run world -- --seeds 4711 --hours 2 --rooms 5
 *   npm run world -- --seed 4711
 *   npm run world -- --replay .tmp/world/seed-4711.json
 */
const { values } = parseArgs({
	options: {
		/** One seed, or the first and the last. */
		seeds: { type: "string", default: "1..10" },
		/** One seed, and everything that happens in it. */
		seed: { type: "string" },
		/** Whether to stop at the first seed that breaks a promise, without shrinking it. */
		first: { type: "boolean", default: false },
		/** Simulated time of each run, h. */
		hours: { type: "string", default: "1" },
		rooms: { type: "string", default: "20" },
		/** Number of nodes; several form a cluster. Default: three in one seed of three. */
		nodes: { type: "string" },
		workers: { type: "string", default: `${availableParallelism()}` },
		/** A plan that was written before; prints everything that happens in it. */
		replay: { type: "string" },
		/** Where replays are written. */
		folder: { type: "string", default: ".tmp/world" },
	},
});

const pool = new WorldPool(Number(values.workers));
const startedAt = performance.now();
const scope = {
	hours: Number(values.hours),
	rooms: Number(values.rooms),
	nodes: values.nodes === undefined ? undefined : Number(values.nodes),
};
if (values.replay !== undefined) {
	process.exitCode = await show(JSON.parse(readFileSync(values.replay, "utf8")) as WorldPlan);
} else if (values.seed !== undefined) process.exitCode = await show(planOf(Number(values.seed), scope));
else process.exitCode = await runSeeds();
await pool.close();

/** Prints everything that happens in a run. */
async function show(plan: WorldPlan): Promise<number> {
	const done = await pool.run(plan, (entry) => console.log(entry));
	printLine(done);
	return done.report.broken.length === 0 ? 0 : 1;
}

async function runSeeds(): Promise<number> {
	const [first = 1, last = first] = values.seeds.split("..").map(Number);
	const all: Done[] = [];
	let failures = 0;
	const runSeed = async (seed: number) => {
		const plan = planOf(seed, scope);
		try {
			const done = await pool.run(plan);
			all.push(done);
			printLine(done);
			if (done.report.broken.length === 0) return;
			failures++;
			if (!values.first) await writeReplay(plan, done);
		} catch (error) {
			failures++;
			console.log(`seed ${seed}: FAILED ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
		}
	};
	let next = first;
	const runNext = async () => {
		while (next <= last && !(values.first && failures > 0)) await runSeed(next++);
	};
	await Promise.all(Array.from({ length: Number(values.workers) }, runNext));
	printSummary(all, failures);
	return failures === 0 ? 0 : 1;
}

/** Two runs fail in the same way if their first complaints do, but for numbers. */
function complaintOf({ report }: Done): string {
	return report.broken[0]?.replaceAll(/\d+/g, "n").slice(0, 80) ?? "";
}

async function writeReplay(plan: WorldPlan, failed: Done): Promise<void> {
	const complaint = complaintOf(failed);
	const steps = await shrink(plan.steps, async (some) => {
		return complaintOf(await pool.run({ ...plan, steps: [...some] })) === complaint;
	});
	mkdirSync(values.folder, { recursive: true });
	const path = `${values.folder}/seed-${plan.seed}.json`;
	writeFileSync(path, `${JSON.stringify({ ...plan, steps }, undefined, "\t")}\n`);
	const lines = steps.map(({ at, ...step }) => `    ${(at / 1000).toFixed(1).padStart(7)} s ${JSON.stringify(step)}`);
	console.log(
		[`  seed ${plan.seed}: ${steps.length} of ${plan.steps.length} disturbances are enough:`, ...lines].join("\n"),
	);
	console.log(`  again: npm run world -- --replay ${path}`);
}

function printLine({ report, cpuS }: Done): void {
	const { seed, hash, broken, hours, events, messages, gaps, attempts, backAfterS } = report;
	const counts = `${hours.toFixed(1)} h, ${messages} messages, ${gaps} gaps, ${attempts} attempts, back after ${backAfterS} s`;
	const words = broken.length === 0 ? "kept" : "BROKEN";
	console.log(`seed ${seed}: ${words} ${hash}, ${counts}, ${events} events in ${cpuS.toFixed(1)} s of CPU`);
	for (const line of broken.slice(0, 10)) console.log(`  ✗ ${line.slice(0, 600)}`);
}

function printSummary(all: readonly Done[], failures: number): void {
	const struck: Record<string, number> = {};
	for (const { report } of all)
		for (const [kind, n] of Object.entries(report.struck)) struck[kind] = (struck[kind] ?? 0) + n;
	const rows = Object.entries(struck).sort(([, a], [, b]) => b - a);
	const hours = all.reduce((sum, { report }) => sum + report.hours, 0);
	const cpuS = all.reduce((sum, one) => sum + one.cpuS, 0);
	console.log(`\n${rows.length} kinds of disturbances:`);
	for (const [kind, n] of rows) console.log(`${String(n).padStart(8)}  ${kind}`);
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
	const rate = (hours / Math.max(cpuS, 0.001)).toFixed(2);
	console.log(
		`\n${all.length} seeds, ${failures} broken, ${hours.toFixed(1)} h in ${seconds} s; ${rate} simulated hours in a second of CPU`,
	);
}
