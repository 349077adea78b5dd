import { describe, expect, inject, test } from "vitest";
import { type Outcome, type Plan, planOf, play } from "./broadcast.helpers.ts";

const startMs = 1_790_000_000_000;

interface Played extends Outcome {
	plan: Plan;
}

/** @param seeds number of broadcasts in the long form; the short one plays a fifth of them */
const playAll = (seeds: number, fixed: Partial<Plan> = {}): Played[] =>
	Array.from({ length: (seeds / 5) * inject("rounds") }, (_, seed) => {
		const plan = planOf(seed, fixed);
		return { plan, ...play(plan) };
	});

/** Expects that no broadcast violates a condition; a failure shows the seeds. */
function expectNone(all: readonly Played[], wrong: (played: Played) => boolean): void {
	const failed = all.filter(wrong).map(({ plan, truth, estimate }) => ({ plan, truth, estimate }));
	expect(failed).toEqual([]);
}

describe("simulated broadcasts", () => {
	const all = playAll(200);
	const shown = all.filter(({ plan }) => plan.shown !== "none");

	test("yield coverage within 0.05, or unknown without totals", () => {
		expect(shown.length).toBeGreaterThan(0.6 * all.length);
		expect(all.length - shown.length).toBeGreaterThan(0.1 * all.length);
		expectNone(shown, ({ estimate, truth }) => !(Math.abs((estimate.coverage ?? Number.NaN) - truth) <= 0.05));
		expectNone(all, ({ plan, estimate }) => plan.shown === "none" && estimate.unknown !== "no_totals");
	});

	test("report a withheld tenth, and never more than was withheld", () => {
		expectNone(shown, ({ withheld, given, reports }) => withheld > 0.1 * given && reports.length === 0);
		expectNone(
			all,
			({ withheld, reports }) => reports.reduce((sum, one) => sum + one.diamondsMissing, 0) > withheld * 1.02 + 1,
		);
	});

	test("report consecutive intervals, at most twelve an hour", () => {
		expectNone(all, ({ reports }) => reports.some(({ from, to }, i) => from > to || from < (reports[i - 1]?.to ?? 0)));
		expectNone(all, ({ reports, plan }) => reports.length > plan.minutes / 5 + 2);
	});

	test("survive a restart at any moment unchanged", () => {
		for (const { plan, estimate, reports } of all.slice(0, 4 * inject("rounds"))) {
			const other = play({ ...plan, restarts: 30 });
			expect(other.estimate).toEqual(estimate);
			expect(other.reports).toEqual(reports);
		}
	});
});

test("report nothing if nothing was withheld", () => {
	const all = playAll(50, { mode: { gifts: "all" }, shown: "both" });
	expectNone(all, ({ reports }) => reports.length > 0);
	expectNone(all, ({ estimate, truth }) => !(Math.abs((estimate.coverage ?? Number.NaN) - truth) <= 0.05));
});

test("streaks yield coverage within 0.05 despite withheld steps", () => {
	const all = [...playAll(50, { streaks: true, shown: "tickets" }), ...playAll(50, { streaks: true, shown: "both" })];
	expectNone(all, ({ estimate, truth }) => !(Math.abs((estimate.coverage ?? Number.NaN) - truth) <= 0.05));
	expectNone(
		all,
		({ withheld, reports }) => reports.reduce((sum, one) => sum + one.diamondsMissing, 0) > withheld * 1.02 + 1,
	);
});

test("streaks over gaps lose nothing that later steps report", () => {
	const gaps = { cuts: 3, resets: 0, lagMs: 0 };
	const all = playAll(50, { streaks: true, shown: "tickets", mode: { gifts: "all" }, ...gaps });
	expectNone(all, ({ estimate, truth }) => !(Math.abs((estimate.coverage ?? Number.NaN) - truth) <= 0.05));
});

test("contributors' scores alone distinguish all gifts from none", () => {
	const all = playAll(20, { shown: "scores", mode: { gifts: "all" } });
	expectNone(all, ({ reports }) => reports.length > 0);
	const none = playAll(20, { shown: "scores", mode: { gifts: "none" } });
	expectNone(none, ({ estimate, reports }) => estimate.coverage !== 0 || reports.length === 0);
});

test("a session that shows only first gifts is reported early", () => {
	const slow = { everyMs: 15_000, totalsEveryMs: 5_000, lagMs: 0, cuts: 0, resets: 0, spikes: 0, rounded: false };
	const all = playAll(50, { mode: { gifts: "first", n: 1 }, shown: "tickets", minutes: 15, unit: 10, ...slow });
	expectNone(all, ({ gifts, reports }) => {
		const [first] = reports;
		if (!first) return true;
		const worth = gifts.reduce((sum, { diamonds }) => sum + diamonds, 0) / gifts.length;
		// Gifts withheld before the room's total could be judged aren't counted.
		const withheld = gifts.filter(({ at, shown }) => !shown && startMs + at > first.from);
		const ofThree = withheld.slice(0, 3).reduce((sum, { diamonds }) => sum + diamonds, 0);
		// Any number of gifts may fall between two totals: the report comes with the first total that shows enough of them.
		const before = withheld.filter(({ at }) => startMs + at <= first.to - 1.5 * slow.totalsEveryMs);
		return before.reduce((sum, { diamonds }) => sum + diamonds, 0) > Math.max(3 * worth, ofThree);
	});
	expectNone(all, ({ estimate }) => estimate.pattern !== "stopped" && estimate.pattern !== "none");
});

test("a busy room without gifts is reported within a minute", () => {
	const all = playAll(50, { mode: { gifts: "none" }, shown: "both", everyMs: 1_000, minutes: 3, cuts: 0, resets: 0 });
	expectNone(all, ({ reports }) => (reports[0]?.reportedAt ?? Number.POSITIVE_INFINITY) > 60_000);
});

test.each([-60_000, -600_000, -3_600_000, -86_400_000, 3_600_000, 30 * 86_400_000])(
	"clocks set by %i ms neither invent nor hide gifts",
	(jumpMs) => {
		const calm = { cuts: 0, resets: 0, spikes: 0, jumpMs };
		for (let seed = 0; seed < 3 * inject("rounds"); seed++) {
			const { reports, estimate } = play(planOf(seed, { ...calm, mode: { gifts: "all" } }));
			expect([seed, reports]).toEqual([seed, []]);
			if (estimate.coverage !== undefined) expect(estimate.coverage).toBeGreaterThan(0.98);
		}
		const withheld = { mode: { gifts: "none" }, shown: "tickets", unit: 10, restarts: 1 } as const;
		for (let seed = 0; seed < 4; seed++) {
			expect(play(planOf(seed, { ...calm, ...withheld })).reports.length).toBeGreaterThan(0);
		}
	},
);
