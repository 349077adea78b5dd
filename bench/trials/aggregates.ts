import { parseArgs } from "node:util";
import { aggregatesRun } from "../kit/aggregates-run.ts";

/**
 * Writes a large log of generated events, with upkeep and restarts, and compares what pages, the API, the series, the
 * reports and the exports say of each broadcast with a plain loop over the events: equal to the last digit?
 *
 *   npm run trial -- aggregates --events 2000000 --rooms 20 --restarts 3
 */
const { values } = parseArgs({
	options: {
		events: { type: "string", default: "2000000" },
		rooms: { type: "string", default: "20" },
		restarts: { type: "string", default: "3" },
		seed: { type: "string", default: "1" },
	},
});
const { events, rooms, restarts, seed } = values;
const plan = { events: Number(events), rooms: Number(rooms), restarts: Number(restarts), seed: Number(seed) };
const compared = await aggregatesRun(plan, (line) => console.log(line));
const differ = compared.filter((one) => one.differ.length > 0 || one.broadcasts === 0);
for (const one of differ) console.log(`${one.source}: ${one.differ.slice(0, 5).join(", ")} differ`);
console.log(differ.length === 0 ? "All aggregates equal the plain loop." : "Some aggregates are wrong.");
process.exitCode = differ.length === 0 ? 0 : 1;
