import { parseArgs } from "node:util";
import { buildOnce } from "../kit/build.ts";
import { planOf } from "./plan.ts";
import { runPlan } from "./run.ts";
import { summaryOf } from "./summary.ts";

/**
 * Checks the reported gift coverage for broadcasts of every mode, through cuts, restarts and kill -9.
 *
 *   npm run coverage -- --broadcasts 200
 *   npm run coverage -- --broadcasts 50 --seed 7 --minutes 20
 */
const { values } = parseArgs({
	options: {
		broadcasts: { type: "string", default: "200" },
		seed: { type: "string", default: "1" },
		/** Length of each broadcast, minutes of the service's time. */
		minutes: { type: "string", default: "10" },
		stops: { type: "string", default: "2" },
		kills: { type: "string", default: "3" },
		/** Maximum number of cuts per connection. */
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
