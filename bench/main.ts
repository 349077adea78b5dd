import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { all, groups } from "./figures/index.ts";
import type { Bench } from "./kit/bench.ts";
import { compareWithCommitted } from "./kit/committed.ts";
import { describeMachine, machineText } from "./kit/machine.ts";
import { type Result, type Run, resultsOf } from "./kit/results.ts";
import { runBench } from "./kit/run-bench.ts";
import { runInChild } from "./kit/run-in-child.ts";
import { printResults } from "./kit/tables.ts";
import { writeRun } from "./kit/write-run.ts";

/**
 * Measures every figure that the documents name, each in turn with a reference.
 *
 *   npm run bench                     all of them, about 11 minutes on two idle cores
 *   npm run bench -- fan-out          one bench, or the bench of one figure
 *   npm run bench -- sustained        five minutes of the log, and five of the whole service; --scale 0.2 for one of each
 *   npm run bench -- growth           how cost grows with the log, with rooms and with clients
 *   npm run bench -- --write          all, into docs/performance.md and bench/committed.json
 *   npm run bench -- --list           lists the trials
 */
const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		/** Default: each bench's own. */
		rounds: { type: "string" },
		/** Factor of times and amounts: below 1 for a short look, whose figures mean little. */
		scale: { type: "string", default: "1" },
		json: { type: "string", default: join(tmpdir(), "livekeeper-bench.json") },
		write: { type: "boolean", default: false },
		/** Only figures that a loaded machine can't disturb, compared with the committed ones. */
		ci: { type: "boolean", default: false },
		list: { type: "boolean", default: false },
	},
});

const benches = chosen(positionals);
if (values.list) list();
else await run();

function chosen(names: readonly string[]): readonly Bench[] {
	if (values.ci) return all.flatMap(stablePart);
	if (names.length === 0) return values.list ? all : (groups["figures"] ?? []);
	return names.flatMap((name) => {
		const named = groups[name] ?? all.filter((bench) => bench.name === name || hasFigure(bench, name));
		if (named.length > 0) return named;
		throw new Error(`No bench and no figure is called ${name}. npm run bench -- --list names them.`);
	});
}

function hasFigure({ figures }: Bench, name: string): boolean {
	return figures.some((figure) => figure.name === name);
}

function stablePart(bench: Bench): Bench[] {
	const figures = bench.figures.filter(({ ci }) => ci);
	return figures.length > 0 ? [{ ...bench, figures }] : [];
}

function list(): void {
	for (const [group, some] of Object.entries(groups)) {
		console.log(`${group}`);
		for (const { name, figures } of some) {
			console.log(`  ${name}`);
			for (const figure of figures) console.log(`    ${figure.name}: ${figure.what}`);
		}
	}
}

async function run(): Promise<void> {
	const machine = describeMachine();
	const [startedAt, scale] = [performance.now(), Number(values.scale)];
	console.log(`${machineText(machine)}\n`);
	const results: Result[] = [];
	const failed: string[] = [];
	for (const bench of benches) {
		const rounds = Number(values.rounds ?? bench.rounds);
		const began = performance.now();
		try {
			// Benches of CI disturb each other little, and a process for each would take longer than the measurement.
			const ofBench = values.ci
				? resultsOf(bench, await runBench(bench, { rounds, scale }))
				: await runInChild(bench, { rounds, scale });
			results.push(...ofBench);
			printResults(bench, ofBench, (performance.now() - began) / 1000);
		} catch (error) {
			failed.push(bench.name);
			console.error(`${bench.name}: ${error instanceof Error ? error.message : String(error)}\n`);
		}
	}
	const done: Run = { machine, at: new Date().toISOString(), scale, results };
	writeFileSync(values.json, `${JSON.stringify(done, undefined, "\t")}\n`);
	console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s; as JSON in ${values.json}`);
	if (failed.length > 0) console.error(`Not measured: ${failed.join(", ")}.`);
	const worse = values.ci ? compareWithCommitted(benches, results) : [];
	for (const line of worse) console.error(line);
	if (values.write && failed.length === 0) writeRun(done, benches);
	process.exitCode = failed.length + worse.length === 0 ? 0 : 1;
}
