import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { clusterRun } from "./cluster-run.ts";
import { type DisturbanceName, disturbances } from "./report.ts";

/**
 * Three nodes and three NATS servers, each kind of disturbance so often, in random order: `npm run chaos -- --cluster`.
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
		/** These kinds alone, with commas between; default: all. */
		only: { type: "string" },
		seed: { type: "string", default: "1" },
	},
});
const seed = Number(values.seed);
const kinds = disturbances.filter((name) => values.only?.split(",").includes(name) ?? true);
const plan = shuffled(kinds.flatMap((name) => Array<DisturbanceName>(Number(values.each)).fill(name)));
const startedAt = performance.now();
const report = await clusterRun({
	rooms: Number(values.rooms),
	rate: Number(values.rate),
	seed,
	plan,
	say: console.log,
});

for (const kind of kinds) {
	const times = report.recoveries.filter(({ disturbance }) => disturbance === kind).map(({ ms }) => ms / 1000);
	times.sort((a, b) => a - b);
	const median = times[Math.floor(times.length / 2)] ?? 0;
	console.log(
		`${kind}: ${times.length} times, every room stored again after ${median.toFixed(1)} s in the median, at worst ${times.at(-1)?.toFixed(1)} s`,
	);
}
const { recoveries: _, ...result } = report;
console.log(JSON.stringify(result, null, 2));
console.log(`${Math.round((performance.now() - startedAt) / 1000)} s`);
const { roomsThatDiffer, readDifferently, readersThatDiffer, exitCodes, stopped } = report;
const isKept =
	[roomsThatDiffer, readDifferently, readersThatDiffer].every((list) => list.length === 0) &&
	exitCodes.every((code) => code === 0) &&
	stopped === undefined;
console.log(isKept ? "kept" : "BROKEN");
process.exitCode = isKept ? 0 : 1;

function shuffled<T>(list: T[]): T[] {
	const random = seeded(seed);
	return list
		.map((value) => ({ value, at: random() }))
		.sort((a, b) => a.at - b.at)
		.map(({ value }) => value);
}
