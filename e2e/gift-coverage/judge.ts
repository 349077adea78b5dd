import type { GiftWorth } from "@livekeeper/simulator";
import type { BroadcastPlan } from "./plan.ts";

/** Maximum error of the share of received gifts, if the room shows its total. */
const tolerance = 0.05;
/** Time within which a busy room must report that no gifts arrive, ms. */
const reportedWithinMs = 60_000;

/** The judged part of `gift_coverage` as reported by the service. */
export interface ReportedCoverage {
	share: number | null;
	verdict: "all" | "some" | "stopped" | "none" | "unknown";
	diamonds_missing: number | null;
	diamonds_lost: number | null;
	/** The total used as the reference. */
	source?: string | null;
	from: number | null;
	to: number | null;
	why?: string | null;
	advice?: string[];
}

/** A `gifts_withheld` event. */
export interface ReportedWithheld {
	from: number;
	to: number;
	diamonds_missing: number;
	received_at: number;
}

/** The service's reports about one broadcast. */
export interface Reported {
	/** In the room's status after the end, and in the broadcast's summary. */
	status: ReportedCoverage;
	summary: ReportedCoverage;
	withheld: ReportedWithheld[];
	/** Ids of the gift messages that arrived. */
	gifts: string[];
	/** Messages with totals, by the time that the service assigns to them; `at` is the site's. */
	totals: ReadonlyMap<number, { id: string; at: number }>;
	/** Time when the room's first message was stored, ms since the epoch. */
	listenedFrom: number;
	/** The status every few seconds before the first disturbance. */
	looks: ReportedCoverage[];
}

/** The simulator's ground truth. */
export interface Truth {
	whole: GiftWorth;
	/** Gifts from the service's first message until the last total that it uses. */
	listened: GiftWorth;
	/**
	 * Gifts between the first and the last total that the service uses: nothing is known about those before the first.
	 */
	judged: GiftWorth;
	/** Number of gifts. */
	gifts: number;
}

export interface Judged {
	plan: BroadcastPlan;
	truth: Truth;
	reported: Reported;
	/** Error of the share; `undefined` if none was reported or none can be. */
	error?: number;
	/** The same, compared with all gifts of the broadcast, including those before the first total and after the last. */
	errorOfWhole?: number | undefined;
	/** Whether `unknown` was required and reported. */
	unknownRight?: boolean;
	/** Whether the service reported more as withheld than was. */
	wronglyWithheld: boolean;
	/** Broken promises, as sentences. */
	broken: string[];
}

/** Totals that a room shows to those who receive anything. */
export type Shown = "room total" | "scores only" | "nothing";

export function shownOf({ mode, totals: { shown } }: BroadcastPlan): Shown {
	if (mode === "no messages" || shown === "none") return "nothing";
	return shown === "scores" ? "scores only" : "room total";
}

/** Compares the service's reports about a broadcast with the truth. */
export function judge(plan: BroadcastPlan, truth: Truth, reported: Reported): Judged {
	const broken: string[] = [];
	const shown = shownOf(plan);
	const { status, summary } = reported;
	const isUnknown = status.share === null && status.verdict === "unknown";
	const off = (share: number) => (status.share === null ? undefined : Math.abs(status.share - share));
	const error = off(shareOf(truth));
	const errorOfWhole = off(truth.whole.shown / truth.whole.given);
	if (status.share !== summary.share || status.verdict !== summary.verdict) {
		broken.push(`the status tells ${status.share} ${status.verdict}, the summary ${summary.share} ${summary.verdict}`);
	}
	if (shown === "nothing" && !isUnknown) broken.push(`${status.share} is reported where no total was shown`);
	if (shown === "room total" && !((error ?? 1) <= tolerance)) broken.push("the share is wrong");
	const wronglyWithheld = isTooMuch(truth, reported);
	if (wronglyWithheld) broken.push(`reported as withheld: ${totalOf(reported)} of ${truth.whole.withheld} that were`);
	broken.push(...judgeIntervals(reported.withheld));
	if (shown === "room total") broken.push(...judgePromptness(plan, truth, reported));
	return {
		plan,
		truth,
		reported,
		...(shown !== "nothing" && error !== undefined && { error, errorOfWhole }),
		...(shown === "nothing" && { unknownRight: isUnknown }),
		wronglyWithheld,
		broken,
	};
}

/** Returns the share of received gifts among these and the missing ones that totals reveal. */
function shareOf({ listened, judged }: Truth): number {
	return listened.shown / (listened.shown + Math.max(0, judged.given - judged.shown));
}

function totalOf({ withheld }: Reported): number {
	return withheld.reduce((sum, { diamonds_missing: diamonds }) => sum + diamonds, 0);
}

/** Tolerates the rounding of each interval's diamonds. */
function isTooMuch({ whole: { withheld, unarrived } }: Truth, reported: Reported): boolean {
	if (withheld === 0) return reported.withheld.length > 0;
	// After a reconnect, messages written to a broken connection or a killed process are not shown again.
	return totalOf(reported) > (withheld + unarrived) * 1.02 + reported.withheld.length;
}

function judgeIntervals(all: readonly ReportedWithheld[]): string[] {
	const overlap = all.some(({ from, to }, i) => from > to || from < (all[i - 1]?.to ?? 0));
	return overlap ? [`intervals that overlap, or are reported twice: ${JSON.stringify(all)}`] : [];
}

function judgePromptness({ mode, rate }: BroadcastPlan, { judged, whole, gifts }: Truth, reported: Reported): string[] {
	const broken: string[] = [];
	const [first] = reported.withheld;
	// While nothing arrives at all, withheld gifts look like a lost connection, and gaps report them.
	const isSilence = mode.startsWith("risk control") && (reported.status.diamonds_lost ?? 0) > 0;
	const { unreported } = judged;
	if (unreported > 0.1 * judged.given && !first && !isSilence)
		broken.push(`${unreported} were withheld and none is reported`);
	if (mode === "no login") {
		if (rate >= 5 && first && first.received_at - reported.listenedFrom > reportedWithinMs) {
			broken.push(`that nothing comes is reported after ${first.received_at - reported.listenedFrom} ms`);
		}
		const { verdict, why, advice } = reported.status;
		if (verdict !== "none" || !why?.includes("Without a login") || !advice?.[0]?.startsWith("Log in")) {
			broken.push(`without a login it says ${JSON.stringify(reported.status)}`);
		}
	}
	if (mode === "first gifts") {
		const worth = (3 * whole.given) / gifts;
		const late = reported.looks.find(
			(look) => (look.diamonds_missing ?? 0) >= worth && !["stopped", "none"].includes(look.verdict),
		);
		if (late) broken.push(`with ${late.diamonds_missing} missing, more than three gifts, it says ${late.verdict}`);
	}
	return broken;
}
