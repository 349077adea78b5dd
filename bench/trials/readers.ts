import { parseArgs } from "node:util";
import { pythonWithSocketIo } from "../../e2e/kit/followers/python-follower.ts";
import { readersRun } from "../../e2e/kit/readers-run.ts";

/**
 * One follower of each kind reads one room through restarts of the service and cuts of its own connection; at the end
 * each must have received exactly the room's log.
 *
 *   npm run trial -- readers --restarts 20 --cuts 50
 */
const { values } = parseArgs({
	options: {
		rate: { type: "string", default: "40" },
		restarts: { type: "string", default: "20" },
		cuts: { type: "string", default: "50" },
		seed: { type: "string", default: "1" },
	},
});
const run = await readersRun({
	rate: Number(values.rate),
	restarts: Number(values.restarts),
	cuts: Number(values.cuts),
	seed: Number(values.seed),
	python: pythonWithSocketIo(),
	say: (line) => console.log(line),
});
const { lost, doubled, parts, holes } = run.difference;
console.log(`\n${run.logged} events in the log; against what the simulator sent: lost ${lost},`);
console.log(`doubled ${doubled}, holes in seq ${holes}; ${run.seconds.toFixed(0)} s\n`);
const columns = [20, 8, 8, 8, 8, 12];
const row = (cells: (string | number)[]) =>
	console.log(cells.map((cell, n) => `${cell}`.padEnd(columns[n] ?? 8)).join(" "));
row(["reader", "events", "missing", "doubled", "cuts", "connections"]);
for (const reader of run.followers) {
	row([reader.name, reader.events, reader.missing, reader.doubled, reader.cuts, reader.connections]);
	for (const complaint of reader.complaints) console.log(`    ${complaint}`);
}
console.log(`\ntarget deliveries that came again under the same key: ${run.repeatedDeliveries}`);
const whole =
	parts === undefined &&
	holes === 0 &&
	run.followers.every((reader) => reader.partsAt === undefined && reader.complaints.length === 0);
console.log(whole ? "Every reader has exactly the log." : "Somebody has not got exactly the log.");
process.exitCode = whole ? 0 : 1;
