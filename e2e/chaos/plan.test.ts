import { expect, test } from "vitest";
import { describePlan, isLimited, planOf } from "./plan.ts";

const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

test("the same seed draws the same plan, and another one another", () => {
	expect(planOf(4711)).toEqual(planOf(4711));
	expect(planOf(4711).steps).not.toEqual(planOf(4712).steps);
});

test("asked for other sessions than it has drawn, a seed is the same in all else, and says how to run it again", () => {
	const drawn = seeds.map((seed) => planOf(seed)).find(({ sessions }) => sessions === 1);
	const seed = drawn?.seed ?? 0;
	const { rates, limits, steps } = planOf(seed, { sessions: 2 });
	expect({ rates, limits, at: steps.map(({ at }) => at) }).toEqual({
		rates: drawn?.rates,
		limits: drawn?.limits,
		at: drawn?.steps.map(({ at }) => at),
	});
	expect(describePlan(planOf(seed, { sessions: 2 }))).toContain(`--seed ${seed} --sessions 2`);
	expect(describePlan(planOf(seed))).toMatch(new RegExp(`--seed ${seed}$`));
});

test("limits are lower than the number of rooms, and change only where there are some", () => {
	const plans = seeds.map((seed) => planOf(seed));
	expect(plans.filter(isLimited).length).toBeGreaterThan(20);
	for (const plan of plans) {
		const { max_connections, max_connections_per_identity } = plan.limits;
		const lowest = Math.min(max_connections ?? Infinity, max_connections_per_identity ?? Infinity);
		expect(lowest < plan.rates.length).toBe(isLimited(plan));
		if (!isLimited(plan)) expect(plan.steps.filter((step) => step.do === "limits")).toEqual([]);
	}
});

test("a disk that is filled or made read-only is always restored", () => {
	for (const seed of seeds) {
		const disks = planOf(seed).steps.filter((step) => step.do === "disk");
		expect(disks.at(-1)?.state ?? "fine").toBe("fine");
	}
});
