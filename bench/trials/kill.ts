import { parseArgs } from "node:util";
import { killRun } from "../../e2e/kit/kill-run.ts";

/**
 * Kills the service at random moments, or cuts its sockets, while rooms send messages; then compares every room's log
 * with the simulator's messages: the same ids, in the same order, numbered 1 to n.
 *
 *   npm run trial -- kill --rooms 50 --rate 20 --kills 30 --cuts 0
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "50" },
		rate: { type: "string", default: "20" },
		kills: { type: "string", default: "30" },
		cuts: { type: "string", default: "0" },
		seed: { type: "string", default: "1" },
	},
});
const kills = Number(values.kills);
const report = await killRun({
	rooms: Number(values.rooms),
	rate: Number(values.rate),
	kills,
	cuts: Number(values.cuts),
	seed: Number(values.seed),
	say: (line) => console.log(line),
});
const rows: [string, string | number][] = [
	["rooms, messages a second in each", `${values.rooms}, ${values.rate}`],
	["kills, of them while listening", `${kills}, ${report.killsWhileListening}`],
	["sockets cut", report.cuts],
	["messages sent by the simulator", report.sent],
	["messages in the logs", report.stored],
	["lost", report.lost],
	["doubled", report.doubled],
	["never sent", report.foreign],
	["holes in seq", report.holes],
	["rooms whose list differs", report.roomsThatDiffer.length],
	["gap events", report.gaps],
	["seconds", report.seconds.toFixed(0)],
];
for (const [name, value] of rows) console.log(`${name.padEnd(36)} ${value}`);
for (const { liveId, difference } of report.roomsThatDiffer) console.log(liveId, JSON.stringify(difference));
const whole = report.roomsThatDiffer.length === 0 && report.holes === 0;
console.log(whole ? "Lost 0, doubled 0." : `Lost ${report.lost}, doubled ${report.doubled}.`);
process.exitCode = whole ? 0 : 1;
