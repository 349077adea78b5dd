import { expect, test } from "vitest";
import { describePlan, isLimited, isRaised, type Plan, planOf } from "./plan.ts";

const seeds = Array.from({ length: 200 }, (_, i) => i + 1);

test("draws the same plan from the same seed only", () => {
	expect(planOf(4711)).toEqual(planOf(4711));
	expect(planOf(4711).steps).not.toEqual(planOf(4712).steps);
});

test("changes nothing else for another number of sessions", () => {
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

test("draws limits below the room count, or none at all", () => {
	const plans = seeds.map((seed) => planOf(seed));
	expect(plans.filter(isLimited).length).toBeGreaterThan(20);
	for (const plan of plans) {
		const { max_connections, max_connections_per_identity } = plan.limits;
		const lowest = Math.min(max_connections ?? Infinity, max_connections_per_identity ?? Infinity);
		expect(lowest < plan.rates.length).toBe(isLimited(plan));
		if (!isLimited(plan)) expect(plan.steps.filter((step) => step.do === "limits")).toEqual([]);
	}
});

test("draws lookup budgets below and beyond the site's limit", () => {
	const plans = seeds.map((seed) => planOf(seed));
	const share = (are: (plan: Plan) => boolean) => plans.filter(are).length / plans.length;
	expect(share(({ options }) => options.lookups_per_minute === undefined)).toBeGreaterThan(0.3);
	expect(share((plan) => plan.options.lookups_per_minute !== undefined && !isRaised(plan))).toBeGreaterThan(0.1);
	expect(share(isRaised)).toBeGreaterThan(0.1);
});

test("draws every ban, closed way and batch size", () => {
	const drawn = new Set<string>();
	for (const seed of seeds) {
		for (const step of planOf(seed).steps) {
			if (step.do === "ban") drawn.add(`ban ${step.group}`);
			else if (step.do === "batch") drawn.add(`batch ${step.ids}`);
			else if (step.do === "passed") drawn.add(`passed ${step.solved}`);
			else if (step.do === "fault" && step.spec.fault === "way_closed") {
				drawn.add(`closed ${step.spec.on}`).add(`by ${step.spec.by}`);
			}
		}
	}
	const closed = ["page", "enter", "reflow", "scene", "batch", "fetch", "all"].map((way) => `closed ${way}`);
	const manners = ["captcha", "empty", "444", "layout"].map((by) => `by ${by}`);
	const bans = ["page", "json", "batch", "push"].map((group) => `ban ${group}`);
	const others = ["batch 1", "batch 2", "batch 8", "batch 64", "passed true", "passed false"];
	expect([...drawn].sort()).toEqual([...closed, ...manners, ...bans, ...others].sort());
});

test("always restores a disturbed disk", () => {
	for (const seed of seeds) {
		const disks = planOf(seed).steps.filter((step) => step.do === "disk");
		expect(disks.at(-1)?.state ?? "fine").toBe("fine");
	}
});
