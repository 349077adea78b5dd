import { expect, test } from "vitest";
import { judge, type Reported, type Truth } from "./judge.ts";
import type { BroadcastPlan } from "./plan.ts";

const plan: BroadcastPlan = {
	mode: "a sample",
	rules: { messages: "sampled:0.5" },
	totals: { shown: "tickets", unit: 10, offset: 0 },
	rate: 5,
	cuts: [],
};
const half = { given: 1_000, shown: 500, withheld: 500, unreported: 500, unarrived: 0 };
const truth: Truth = { whole: half, listened: half, judged: half, gifts: 20 };
const coverage = {
	share: 0.5,
	verdict: "some" as const,
	diamonds_missing: 500,
	diamonds_lost: 0,
	from: 1,
	to: 900_000,
};
const interval = { from: 10, to: 20, diamonds_missing: 400, received_at: 30_000 };
const reported: Reported = {
	status: coverage,
	summary: coverage,
	withheld: [interval],
	gifts: [],
	totals: new Map(),
	listenedFrom: 0,
	looks: [],
};
const unknown = { ...coverage, share: null, verdict: "unknown" as const };

const broken = (of: { plan?: Partial<BroadcastPlan>; truth?: Partial<Truth>; reported?: Partial<Reported> }) =>
	judge({ ...plan, ...of.plan }, { ...truth, ...of.truth }, { ...reported, ...of.reported }).broken;

test("accepts a correct report", () => {
	expect(judge(plan, truth, reported)).toMatchObject({ broken: [], error: 0, wronglyWithheld: false });
	expect(
		broken({ plan: { mode: "no messages" }, reported: { status: unknown, summary: unknown, withheld: [] } }),
	).toEqual([]);
});

test.each([
	["a wrong share", { reported: { status: { ...coverage, share: 0.56 }, summary: { ...coverage, share: 0.56 } } }],
	["no share although the total is shown", { reported: { status: unknown, summary: unknown } }],
	["a share although no total is shown", { plan: { totals: { ...plan.totals, shown: "none" as const } } }],
	["a summary that contradicts the status", { reported: { summary: { ...coverage, share: 0.51 } } }],
	["more withheld gifts than there were", { reported: { withheld: [{ ...interval, diamonds_missing: 600 }] } }],
	["withheld gifts although none were", { truth: { whole: { ...half, withheld: 0 } } }],
	["no withheld gifts although many were", { reported: { withheld: [] } }],
	["a repeated interval", { reported: { withheld: [interval, { ...interval, diamonds_missing: 1 }] } }],
	["a reason other than the missing login", { plan: { mode: "no login" as const } }],
	[
		"partial coverage although gifts stopped after the first",
		{ plan: { mode: "first gifts" as const }, reported: { looks: [{ ...coverage, diamonds_missing: 200 }] } },
	],
])("rejects %s", (_, of) => {
	expect(broken(of)).not.toEqual([]);
});

test("excuses withheld gifts that a later streak step reports", () => {
	const late = { given: 1_000, shown: 500, withheld: 450, unreported: 50, unarrived: 0 };
	expect(broken({ truth: { judged: late }, reported: { withheld: [] } })).toEqual([]);
});

test("requires a report within a minute without a login", () => {
	const said = { why: "Without a login, Douyin sends no gifts.", advice: ["Log in: give the room a cookie."] };
	const none = { ...coverage, ...said, share: 0.5, verdict: "none" as const };
	const of = (received_at: number) => ({
		plan: { mode: "no login" as const },
		reported: { status: none, summary: none, withheld: [{ ...interval, received_at }] },
	});
	expect(broken(of(59_000))).toEqual([]);
	expect(broken(of(61_000))).toEqual(["that nothing comes is reported after 61000 ms"]);
});
