import { expect, test } from "vitest";
import { shownOf } from "./judge.ts";
import { modes, planOf } from "./plan.ts";
import { runPlan } from "./run.ts";
import { summaryOf } from "./summary.ts";

/**
 * A short form of `npm run coverage`, whose figures are in docs/reliability.md. In an even shorter one, a single gift
 * would matter too much.
 */
const plan = planOf(10, { broadcasts: 16, spanMs: 240_000, stops: 1, kills: 1, cuts: 1 });

test("plans each mode, each kind of total, and each disruption", () => {
	const { broadcasts, restarts } = plan;
	expect(new Set(broadcasts.map(({ mode }) => mode))).toEqual(new Set(modes));
	expect(new Set(broadcasts.map(shownOf))).toEqual(new Set(["room total", "scores only", "nothing"]));
	expect(broadcasts.some(({ cuts }) => cuts.length > 0)).toBe(true);
	expect(restarts.map(({ signal }) => signal).sort()).toEqual(["SIGKILL", "SIGTERM"]);
});

test("reports the true coverage across cuts, restarts and kills", async () => {
	const judged = await runPlan(plan);
	expect(judged).toHaveLength(plan.broadcasts.length);
	expect(
		judged.flatMap(({ broken }) => broken),
		summaryOf(judged),
	).toEqual([]);
});
