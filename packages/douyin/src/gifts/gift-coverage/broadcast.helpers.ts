import { seeded } from "../../testing/index.ts";
import { type CoverageEstimate, GiftCoverage } from "./gift-coverage.ts";
import type { TotalSeen } from "./total-seen.ts";
import type { WithheldInterval } from "./withheld.ts";

/** Gifts that a session receives. */
export type Mode = { gifts: "all" | "none" } | { gifts: "first"; n: number } | { gifts: "sampled"; p: number };

export interface Plan {
	seed: number;
	mode: Mode;
	shown: "tickets" | "scores" | "both" | "none";
	minutes: number;
	/** Mean time between gifts, ms. */
	everyMs: number;
	/** Score per diamond. */
	unit: number;
	/** Maximum lag of totals and delay of gifts, ms. */
	lagMs: number;
	lateMs: number;
	/** Mean time between totals, ms. */
	totalsEveryMs: number;
	/** Whether totals are written as 1.2万. */
	rounded: boolean;
	/**
	 * Number of connections that are lost for a while, with the messages meanwhile; number of restarts of the process.
	 */
	cuts: number;
	restarts: number;
	/** Number of totals that start over, and of single ones that are far too high. */
	resets: number;
	spikes: number;
	/** Time by which all clocks are set forward, or back if negative, in the middle, ms. Default 0. */
	jumpMs?: number;
	/** Whether most gifts are steps of streaks: each one that arrives also reports those before it. Default false. */
	streaks?: boolean;
}

export interface Outcome {
	/** Share of the given diamonds that arrived. */
	truth: number;
	given: number;
	/** Missing diamonds without those lost in cuts. */
	withheld: number;
	estimate: CoverageEstimate;
	reports: (WithheldInterval & { reportedAt: number })[];
	gifts: { at: number; diamonds: number; shown: boolean }[];
}

const prices = [1, 1, 1, 1, 1, 2, 9, 10, 10, 19, 52, 99, 299, 520, 1_200, 3_000];
const start = 1_790_000_000_000;

interface Gift {
	at: number;
	diamonds: number;
	giver: string;
	shown: boolean;
	lost: boolean;
	/** Earlier steps of its streak. */
	before: readonly Gift[];
}

type Step = { at: number; arrives: number } & (
	| { gift: Gift }
	| { total: TotalSeen }
	| { gap: { from: number; to: number } }
	| { restart: true }
);

/** Plays one broadcast to an estimator, in the order in which its messages arrive. */
export function play(plan: Plan): Outcome {
	const random = seeded(plan.seed);
	const endMs = plan.minutes * 60_000;
	const cuts = times(random, plan.cuts, endMs).map((from) => ({ from, to: from + 5_000 + random() * 40_000 }));
	const gifts = drawGifts(plan, random, cuts);
	if (plan.streaks) joinStreaks(gifts, seeded(plan.seed + 2));
	const steps: Step[] = gifts.flatMap((gift) => {
		if (!gift.shown || gift.lost) return [];
		return [{ at: gift.at, arrives: gift.at + random() * plan.lateMs, gift }];
	});
	for (const { from, to } of cuts) steps.push({ at: to, arrives: to, gap: { from: start + from, to: start + to } });
	const restartsAt = times(seeded(plan.seed + 1), plan.restarts, endMs);
	for (const at of restartsAt) steps.push({ at, arrives: at, restart: true });
	steps.push(...drawTotals(plan, random, gifts, cuts));
	steps.sort((a, b) => a.arrives - b.arrives);
	const { jumpMs = 0 } = plan;
	return run(gifts, steps, (ms) => start + ms + (ms > endMs / 2 ? jumpMs : 0));
}

/** @param timeOf the clocks' time this long after the beginning, ms */
function run(gifts: Gift[], steps: Step[], timeOf: (ms: number) => number): Outcome {
	let coverage = new GiftCoverage();
	const reports: Outcome["reports"] = [];
	const counted = new Set<Gift>();
	const report = (now: number) => {
		for (const one of coverage.withheld) reports.push({ ...one, reportedAt: now });
		const last = coverage.withheld.at(-1);
		if (last) coverage.confirm(last.to);
	};
	for (const step of steps) {
		const { arrives } = step;
		const receivedAt = timeOf(arrives);
		if ("gift" in step) coverage.gift({ ...count(step.gift, counted), at: timeOf(step.at) }, receivedAt);
		else if ("total" in step) coverage.totals([{ ...step.total, at: timeOf(step.at) }], receivedAt);
		else if ("gap" in step) coverage.gap(step.gap.from, step.gap.to);
		else coverage = new GiftCoverage(JSON.parse(JSON.stringify(coverage.state)));
		report(arrives);
	}
	const estimate = coverage.estimate();
	coverage.finish();
	report(Number.POSITIVE_INFINITY);
	const given = sum(gifts);
	const withheld = sum(gifts.filter(({ shown }) => !shown));
	return { truth: sum([...counted]) / given, given, withheld, estimate, reports, gifts };
}

const sum = (of: readonly Gift[]) => of.reduce((all, { diamonds }) => all + diamonds, 0);

/**
 * Returns the increment of a gift that arrives: for a step of a streak including steps that were not reported before.
 */
function count(gift: Gift, counted: Set<Gift>) {
	const steps = [...gift.before, gift].filter((one) => !counted.has(one));
	for (const one of steps) counted.add(one);
	return { diamonds: sum(steps), earlier: sum(steps.filter((one) => one !== gift)), giver: gift.giver };
}

/** Makes most gifts steps of streaks, at most three of them at a time. */
function joinStreaks(gifts: readonly Gift[], random: () => number): void {
	const open: Gift[][] = [];
	for (const gift of gifts) {
		const continues = open.length === 3 || (open.length > 0 && random() < 0.75);
		const streak = continues ? open[Math.floor(random() * open.length)] : undefined;
		if (streak?.[0]) {
			gift.giver = streak[0].giver;
			gift.before = [...streak];
			streak.push(gift);
			if (random() < 0.25) open.splice(open.indexOf(streak), 1);
		} else open.push([gift]);
	}
}

function drawGifts({ mode, minutes, everyMs }: Plan, random: () => number, cuts: { from: number; to: number }[]) {
	const gifts: Gift[] = [];
	let sinceConnect = 0;
	let cut = 0;
	for (let at = random() * everyMs; at < minutes * 60_000; at += -Math.log(1 - random()) * everyMs) {
		const passed = cuts.filter(({ to }) => to <= at).length;
		if (passed > cut) sinceConnect = 0;
		cut = passed;
		const lost = cuts.some(({ from, to }) => from <= at && at < to);
		const shown = isShown(mode, sinceConnect, random);
		if (!lost) sinceConnect++;
		const price = prices[Math.floor(random() * prices.length)] ?? 1;
		const diamonds = price * (random() < 0.1 ? 10 : 1);
		gifts.push({ at, diamonds, giver: `g${Math.floor(random() ** 2 * 30)}`, shown, lost, before: [] });
	}
	return gifts;
}

function isShown(mode: Mode, sinceConnect: number, random: () => number): boolean {
	if (mode.gifts === "first") return sinceConnect < mode.n;
	if (mode.gifts === "sampled") return random() < mode.p;
	return mode.gifts === "all";
}

function drawTotals(plan: Plan, random: () => number, gifts: Gift[], cuts: { from: number; to: number }[]): Step[] {
	const { shown, minutes, totalsEveryMs, lagMs, unit } = plan;
	if (shown === "none") return [];
	const steps: Step[] = [];
	const endMs = minutes * 60_000;
	// A total that starts over in a gap can't show what the gap lost.
	const apart = (at: number) => !cuts.some(({ from, to }) => from - 30_000 < at && at < to + 60_000);
	const resets = times(random, plan.resets, endMs).filter(apart);
	const spikes = times(random, plan.spikes, endMs);
	let totals = new Map([["", Math.floor(random() * 5_000)]]);
	let next = 0;
	for (let at = 0, counted = 0; at < endMs; at += totalsEveryMs * (0.5 + random())) {
		// Never decreases: a total keeps everything that it has counted.
		counted = Math.max(counted, at - random() * lagMs);
		if (resets.length > 0 && (resets[0] ?? 0) <= at) {
			resets.shift();
			totals = new Map();
		}
		for (let gift = gifts[next]; gift && gift.at <= counted; gift = gifts[++next]) {
			totals.set("", (totals.get("") ?? 0) + gift.diamonds);
			totals.set(gift.giver, (totals.get(gift.giver) ?? 0) + gift.diamonds);
		}
		if (cuts.some(({ from, to }) => from <= at && at < to)) continue;
		const isOdd = (spikes[0] ?? Number.POSITIVE_INFINITY) <= at;
		if (isOdd) spikes.shift();
		const spike = isOdd ? 1_000_000 : 0;
		for (const total of shownOf(totals, shown)) {
			const { value, step } = rounded(total.value * unit + spike, plan.rounded);
			steps.push({ at, arrives: at + 50, total: { ...total, value, step, at } });
		}
	}
	return steps;
}

function shownOf(totals: Map<string, number>, shown: Plan["shown"]) {
	const room = { source: "room_total", key: "", value: totals.get("") ?? 0 } as const;
	const people = [...totals].filter(([key]) => key !== "");
	const top = people.sort(([, a], [, b]) => b - a).slice(0, 10);
	const scores = top.map(([key, value]) => ({ source: "contributor", key, value }) as const);
	return [...(shown === "scores" ? [] : [room]), ...(shown === "tickets" ? [] : scores)];
}

function rounded(value: number, isRounded: boolean): { value: number; step: number } {
	if (!isRounded || value < 10_000) return { value, step: 1 };
	return { value: Math.floor(value / 1_000) * 1_000, step: 1_000 };
}

function times(random: () => number, count: number, endMs: number): number[] {
	return Array.from({ length: count }, () => (0.1 + 0.8 * random()) * endMs).sort((a, b) => a - b);
}

/** Plans a random broadcast; seeds cover every variety. */
export function planOf(seed: number, fixed: Partial<Plan> = {}): Plan {
	const random = seeded(seed * 7919 + 13);
	const pick = <T>(...of: [T, ...T[]]): T => of[Math.floor(random() * of.length)] ?? of[0];
	const modes = [
		{ gifts: "all" },
		{ gifts: "none" },
		{ gifts: "first", n: 1 + Math.floor(random() * 5) },
		{ gifts: "sampled", p: 0.15 + random() * 0.8 },
	] as const satisfies Mode[];
	return {
		seed,
		mode: modes[seed % modes.length] ?? { gifts: "all" },
		shown: pick("tickets", "both", "tickets", "both", "none"),
		minutes: 12 + random() * 24,
		everyMs: pick(500, 2_000, 5_000, 15_000),
		unit: pick(10, 10, 10, 1),
		lagMs: pick(0, 3_000, 8_000),
		lateMs: pick(0, 2_000, 8_000),
		totalsEveryMs: pick(2_000, 5_000, 8_000),
		rounded: random() < 0.2,
		cuts: pick(0, 0, 1, 3),
		restarts: pick(0, 1, 5),
		resets: pick(0, 0, 0, 1),
		spikes: pick(0, 0, 0, 2),
		...fixed,
	};
}
