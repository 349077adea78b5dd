import { parseArgs } from "node:util";
import { buildOnce } from "../kit/build.ts";
import { planOf } from "./plan.ts";
import { runPlan } from "./run.ts";
import { summaryOf } from "./summary.ts";

/**
 * Broadcasts of every mode, through cuts, restarts and kill -9: is the coverage that the service tells true?
 *
 *   npm run coverage -- --broadcasts 200
 *   npm run coverage -- --broadcasts 50 --seed 7 --minutes 20
 */
const { values } = parseArgs({
	options: {
		broadcasts: { type: "string", default: "200" },
		seed: { type: "string", default: "1" },
		/** How long each goes on, in minutes of the service's time. */
		minutes: { type: "string", default: "10" },
		stops: { type: "string", default: "2" },
		kills: { type: "string", default: "3" },
		/** Of each connection, at most. */
		cuts: { type: "string", default: "3" },
	},
});
buildOnce();
const startedAt = performance.now();
const plan = planOf(Number(values.seed), {
	broadcasts: Number(values.broadcasts),
	spanMs: Number(values.minutes) * 60_000,
	stops: Number(values.stops),
	kills: Number(values.kills),
	cuts: Number(values.cuts),
});
const seconds = () => Math.round((performance.now() - startedAt) / 1000);
const judged = await runPlan(plan, (what) => console.log(`${seconds()} s: ${what}`));
console.log(`\n${summaryOf(judged)}\n\n${seconds()} seconds`);
process.exitCode = judged.some(({ broken }) => broken.length > 0) ? 1 : 0;
