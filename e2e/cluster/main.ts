import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { clusterRun } from "./cluster-run.ts";
import { type ClusterRunReport, type DisturbanceName, disturbances, isRunKept } from "./report.ts";

/**
 * Three nodes and three NATS servers, with several disturbances of each kind in random order: `npm run chaos -- --cluster`.
 *
 *   npm run chaos -- --cluster --rooms 150 --each 10 --seed 1
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "150" },
		/** Messages a second in each room. */
		rate: { type: "string", default: "1" },
		/** How often each kind of disturbance comes. */
		each: { type: "string", default: "10" },
		/** Each disturbance is done to a cluster of its own, so that one that is not kept hides no other. */
		apart: { type: "boolean", default: false },
		/** These kinds alone, with commas between; default: all. */
		only: { type: "string" },
		seed: { type: "string", default: "1" },
	},
});
const seed = Number(values.seed);
const each = Number(values.each);
const isWanted = (name: string) => values.only?.split(",").includes(name) ?? true;
const kinds = disturbances.filter(isWanted);
const plan = shuffled(kinds.flatMap((name) => Array<DisturbanceName>(each).fill(name)));
const startedAt = performance.now();
const settings = { rooms: Number(values.rooms), rate: Number(values.rate), say: console.log };
const reports: ClusterRunReport[] = [];
if (plan.length > 0 && !values.apart) reports.push(await clusterRun({ ...settings, seed, plan }));
else
	for (const [n, one] of plan.entries()) reports.push(await clusterRun({ ...settings, seed: seed + n, plan: [one] }));
for (let n = 0; n < (isWanted("first_start") ? each : 0); n++) {
	reports.push(await clusterRun({ ...settings, seed: seed + n, plan: [], atOnce: true }));
}

const recoveries = reports.flatMap((report) => report.recoveries);
for (const kind of [...kinds, "first_start"]) {
	const times = recoveries.filter(({ disturbance }) => disturbance === kind).map(({ ms }) => ms / 1000);
	if (times.length === 0) continue;
	times.sort((a, b) => a - b);
	const median = times[Math.floor(times.length / 2)] ?? 0;
	console.log(
		`${kind}: ${times.length} times, every room stored again after ${median.toFixed(1)} s in the median, at worst ${times.at(-1)?.toFixed(1)} s`,
	);
}
for (const { recoveries: _, ...result } of reports) console.log(JSON.stringify(result, null, 2));
console.log(`${Math.round((performance.now() - startedAt) / 1000)} s`);
const areKept = reports.every(isRunKept);
console.log(areKept ? "kept" : "BROKEN");
process.exitCode = areKept ? 0 : 1;

function shuffled<T>(list: T[]): T[] {
	const random = seeded(seed);
	return list
		.map((value) => ({ value, at: random() }))
		.sort((a, b) => a.at - b.at)
		.map(({ value }) => value);
}
