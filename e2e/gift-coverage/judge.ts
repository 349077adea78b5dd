import type { GiftWorth } from "@livekeeper/simulator";
import type { BroadcastPlan } from "./plan.ts";

/** How much the share of gifts that came may be off, where the room shows its total. */
const tolerance = 0.05;
/** By when a busy room must report that nothing comes, ms. */
const toldWithinMs = 60_000;

/** `gift_coverage` as the service tells it, as far as it is judged. */
export interface ToldCoverage {
	share: number | null;
	verdict: "all" | "some" | "stopped" | "none" | "unknown";
	diamonds_missing: number | null;
	diamonds_lost: number | null;
	/** The total that it is judged by. */
	source?: string | null;
	from: number | null;
	to: number | null;
	why?: string | null;
	advice?: string[];
}

/** A `gifts_withheld` event. */
export interface ToldWithheld {
	from: number;
	to: number;
	diamonds_missing: number;
	received_at: number;
}

/** What the service said about one broadcast. */
export interface Told {
	/** In the room's status after the end, and in the broadcast's summary. */
	status: ToldCoverage;
	summary: ToldCoverage;
	withheld: ToldWithheld[];
	/** Ids of the gift messages that arrived. */
	gifts: string[];
	/** Messages that tell totals, by the time at which the service takes each to be told; `at` is the site's. */
	totals: ReadonlyMap<number, { id: string; at: number }>;
	/** When the room's first message was stored. */
	listenedFrom: number;
	/** The status every few seconds while nothing had befallen anybody. */
	looks: ToldCoverage[];
}

/** What the simulator knows of it. */
export interface Truth {
	whole: GiftWorth;
	/** From when the service began to listen until the last total that it judges by was told. */
	listened: GiftWorth;
	/**
	 * Between the first and the last total that the service judges by, of what these hold: before the first nobody knows
	 * what is missing.
	 */
	judged: GiftWorth;
	/** How many gifts there were. */
	gifts: number;
}

export interface Judged {
	plan: BroadcastPlan;
	truth: Truth;
	told: Told;
	/** How far the share is off; `undefined` if none was reported, or none can be. */
	error?: number;
	/** The same held against all that was given in the broadcast, also before the first total and after the last. */
	errorOfWhole?: number | undefined;
	/** Whether `unknown` was to be said, and was. */
	unknownRight?: boolean;
	/** Whether more was reported as withheld than was. */
	wronglyWithheld: boolean;
	/** Broken promises, in words. */
	broken: string[];
}

/** Which totals a room shows, to those who receive anything. */
export type Shown = "room total" | "scores only" | "nothing";

export function shownOf({ mode, totals: { shown } }: BroadcastPlan): Shown {
	if (mode === "no messages" || shown === "none") return "nothing";
	return shown === "scores" ? "scores only" : "room total";
}

/** Compares what the service said about a broadcast with the truth. */
export function judge(plan: BroadcastPlan, truth: Truth, told: Told): Judged {
	const broken: string[] = [];
	const shown = shownOf(plan);
	const { status, summary } = told;
	const isUnknown = status.share === null && status.verdict === "unknown";
	const off = (share: number) => (status.share === null ? undefined : Math.abs(status.share - share));
	const error = off(shareOf(truth));
	const errorOfWhole = off(truth.whole.shown / truth.whole.given);
	if (status.share !== summary.share || status.verdict !== summary.verdict) {
		broken.push(`the status tells ${status.share} ${status.verdict}, the summary ${summary.share} ${summary.verdict}`);
	}
	if (shown === "nothing" && !isUnknown) broken.push(`${status.share} is told where no total was shown`);
	if (shown === "room total" && !((error ?? 1) <= tolerance)) broken.push("the share is wrong");
	const wronglyWithheld = isTooMuch(truth, told);
	if (wronglyWithheld) broken.push(`told as withheld: ${sumOf(told)} of ${truth.whole.withheld} that were`);
	broken.push(...judgeIntervals(told.withheld));
	if (shown === "room total") broken.push(...judgePromptness(plan, truth, told));
	return {
		plan,
		truth,
		told,
		...(shown !== "nothing" && error !== undefined && { error, errorOfWhole }),
		...(shown === "nothing" && { unknownRight: isUnknown }),
		wronglyWithheld,
		broken,
	};
}

/** All that came, and of what did not come that which totals can tell. */
function shareOf({ listened, judged }: Truth): number {
	return listened.shown / (listened.shown + Math.max(0, judged.given - judged.shown));
}

function sumOf({ withheld }: Told): number {
	return withheld.reduce((sum, { diamonds_missing: diamonds }) => sum + diamonds, 0);
}

/** Of each interval the diamonds are rounded. */
function isTooMuch({ whole: { withheld, unarrived } }: Truth, told: Told): boolean {
	if (withheld === 0) return told.withheld.length > 0;
	// Who comes back is not shown again what was written to a connection that broke, or to a process that was killed.
	return sumOf(told) > (withheld + unarrived) * 1.02 + told.withheld.length;
}

function judgeIntervals(all: readonly ToldWithheld[]): string[] {
	const overlap = all.some(({ from, to }, i) => from > to || from < (all[i - 1]?.to ?? 0));
	return overlap ? [`intervals that overlap, or are told twice: ${JSON.stringify(all)}`] : [];
}

function judgePromptness({ mode, rate }: BroadcastPlan, { judged, whole, gifts }: Truth, told: Told): string[] {
	const broken: string[] = [];
	const [first] = told.withheld;
	// What is withheld as long as nothing arrives at all looks like a lost connection, and is told by gaps.
	const isSilence = mode.startsWith("risk control") && (told.status.diamonds_lost ?? 0) > 0;
	const { untold } = judged;
	if (untold > 0.1 * judged.given && !first && !isSilence) broken.push(`${untold} were withheld and none is told`);
	if (mode === "no login") {
		if (rate >= 5 && first && first.received_at - told.listenedFrom > toldWithinMs) {
			broken.push(`that nothing comes is told after ${first.received_at - told.listenedFrom} ms`);
		}
		const { verdict, why, advice } = told.status;
		if (verdict !== "none" || !why?.includes("Without a login") || !advice?.[0]?.startsWith("Log in")) {
			broken.push(`without a login it says ${JSON.stringify(told.status)}`);
		}
	}
	if (mode === "first gifts") {
		const worth = (3 * whole.given) / gifts;
		const late = told.looks.find(
			(look) => (look.diamonds_missing ?? 0) >= worth && !["stopped", "none"].includes(look.verdict),
		);
		if (late) broken.push(`with ${late.diamonds_missing} missing, more than three gifts, it says ${late.verdict}`);
	}
	return broken;
}
