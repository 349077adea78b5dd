import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { clusterRun } from "./cluster-run.ts";
import {
	type ClusterRunReport,
	type DisturbanceName,
	disturbances,
	isRunKept,
	losing,
	type Totals,
	totalsOf,
} from "./report.ts";

/**
 * Three nodes and three NATS servers with disturbances in random order: `npm run chaos -- --cluster`. With `--load`,
 * busy processes run beside every second cluster.
 *
 *   npm run chaos -- --cluster --faults 80 --load 20 --rooms 24 --rate 2
 *   npm run chaos -- --cluster --plan kill,leader --seed 7
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "150" },
		/** Messages per second in each room. */
		rate: { type: "string", default: "1" },
		/** Number of disturbances; all kinds are equally frequent. */
		faults: { type: "string", default: "80" },
		/** Maximum number of disturbances per cluster. Those that lose data get a cluster of their own. */
		together: { type: "string", default: "8" },
		/** Only these kinds, separated by commas; default: all. */
		only: { type: "string" },
		/** These disturbances in this order on one cluster: a failed run prints its plan. */
		plan: { type: "string" },
		/** Number of busy processes beside every second cluster, and beside that of `--plan`. */
		load: { type: "string", default: "0" },
		seed: { type: "string", default: "1" },
	},
});

type Kind = DisturbanceName | "first_start";

/** Disturbances of one cluster. */
interface Run {
	seed: number;
	plan: readonly Kind[];
	load: number;
}

const kinds: readonly Kind[] = [...disturbances, "first_start"];
const startedAt = performance.now();
const runs = values.plan ? [replayed(values.plan)] : drawn();
const reports: ClusterRunReport[] = [];
let done = 0;
for (const run of runs) reports.push(await runOne(run));

const recoveries = reports.flatMap((report) => report.recoveries);
for (const kind of kinds) {
	const times = recoveries.filter(({ disturbance }) => disturbance === kind).map(({ ms }) => ms / 1000);
	if (times.length === 0) continue;
	times.sort((a, b) => a - b);
	const median = times[Math.floor(times.length / 2)] ?? 0;
	console.log(
		`${kind}: ${times.length} times, every room stored again after ${median.toFixed(1)} s in the median, at worst ${times.at(-1)?.toFixed(1)} s`,
	);
}
const totals = reports.map(totalsOf).reduce(sum);
console.log(JSON.stringify({ faults: done, clusters: reports.length, ...totals }));
console.log(`${Math.round((performance.now() - startedAt) / 1000)} s`);
const areKept = reports.every(isRunKept);
console.log(areKept ? "kept" : "BROKEN");
process.exitCode = areKept ? 0 : 1;

async function runOne({ seed, plan, load }: Run): Promise<ClusterRunReport> {
	const beganAt = performance.now();
	const first = plan[0] === "first_start";
	const disturbed = plan.filter((kind) => kind !== "first_start");
	const settings = { rooms: Number(values.rooms), rate: Number(values.rate), say: console.log };
	const report = await clusterRun({ ...settings, seed, plan: disturbed, atOnce: first, load });
	done += plan.length;
	const seconds = Math.round((performance.now() - beganAt) / 1000);
	const verdict = isRunKept(report) ? "kept" : "BROKEN";
	console.log(`${done} of ${runs.reduce((all, run) => all + run.plan.length, 0)}: ${verdict}, ${seconds} s`);
	if (verdict === "kept") return report;
	const { recoveries: _, ...result } = report;
	console.log(JSON.stringify(result, null, 2));
	const again = `--rooms ${values.rooms} --rate ${values.rate} --seed ${seed} --load ${load} --plan ${plan.join(",")}`;
	console.log(`again: npm run chaos -- --cluster ${again}`);
	return report;
}

/** Draws the runs from the seed: all kinds equally often, in random order. */
function drawn(): Run[] {
	const selected = kinds.filter((kind) => values.only?.split(",").includes(kind) ?? true);
	const [faults, together] = [Number(values.faults), Number(values.together)];
	const seed = Number(values.seed);
	const random = seeded(seed);
	const inOrder = Array.from({ length: faults }, (_, n) => selected[n % selected.length] as Kind);
	const shuffled = inOrder.map((kind) => ({ kind, at: random() })).toSorted((a, b) => a.at - b.at);
	// Half of them run under load, whichever cluster they are applied to.
	const plans = [0, 1].flatMap((half) => {
		const ours = shuffled.filter((_, n) => n % 2 === half).map(({ kind }) => kind);
		return apart(ours, together).map((plan) => ({ plan, load: half === 1 ? Number(values.load) : 0 }));
	});
	return plans.map((run, n) => ({ ...run, seed: seed * 1_000 + n }));
}

/** A disturbance that loses data or starts a cluster has a cluster of its own. */
function apart(kindsOfHalf: readonly Kind[], together: number): Kind[][] {
	const isAlone = (kind: Kind) => kind === "first_start" || losing.has(kind);
	const plans = kindsOfHalf.filter(isAlone).map((kind) => [kind]);
	const others = kindsOfHalf.filter((kind) => !isAlone(kind));
	for (let at = 0; at < others.length; at += together) plans.push(others.slice(at, at + together));
	return plans;
}

function replayed(plan: string): Run {
	const named = plan.split(",").map((name) => kinds.find((kind) => kind === name));
	const known = named.filter((kind) => kind !== undefined);
	if (known.length < named.length) throw new Error(`--plan has kinds of ${kinds.join(", ")}`);
	return { seed: Number(values.seed), plan: known, load: Number(values.load) };
}

function sum(one: Totals, other: Totals): Totals {
	return Object.fromEntries(
		Object.entries(one).map(([name, count]) => [name, count + other[name as keyof Totals]]),
	) as unknown as Totals;
}
