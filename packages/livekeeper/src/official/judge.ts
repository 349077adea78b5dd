import { listed, type Text } from "@livekeeper/base/text";
import { officialTexts } from "../text/index.ts";
import type { OfficialStatus, PushedStatus, TaskStatus } from "./broadcast-status.ts";

/**
 * `other_kinds`: gifts are not among the pushed kinds. `catching_up`: deliveries have failed and are being looked up.
 */
export const officialStates = [
	"idle",
	"starting",
	"running",
	"catching_up",
	"failing",
	"ended",
	"other_kinds",
] as const;

/** State of a room's push, as far as gifts are concerned. */
export interface OfficialJudgement {
	state: (typeof officialStates)[number];
	summary: Text;
	why: Text | undefined;
	/** Possible actions, in this order. */
	advice: Text[];
	/** Deliveries of gifts that the platform reported; `missing`: those not stored yet. */
	deliveries: number;
	missing: number;
	/** Time range in which nothing else is known to be missing, ms since the epoch. */
	from: number | undefined;
	to: number | undefined;
}

/** Judges the push for a person: whether it runs, otherwise why not, and what to do. */
export function judgeOfficial(status: OfficialStatus): OfficialJudgement {
	const [newest] = status.broadcasts;
	const gifts = newest?.tasks.find(({ type }) => type === "live_gift");
	const nothing = { why: undefined, advice: [], deliveries: 0, missing: 0, from: undefined, to: undefined };
	if (!status.types.includes("live_gift")) {
		return { ...nothing, state: "other_kinds", summary: officialTexts.otherKinds(listed(status.types)) };
	}
	if (!newest || !gifts) return { ...nothing, state: "idle", summary: officialTexts.idle };
	const deliveries = gifts.callbacks + gifts.failedDeliveries;
	const to = Math.max(gifts.lastCallbackAt ?? 0, newest.lookedUpAt ?? 0, gifts.since ?? 0) || undefined;
	const known = { ...nothing, deliveries, missing: gifts.missing + gifts.unreadable, from: gifts.since, to };
	return { ...known, ...judgeTask(status, newest, gifts, known) };
}

type Judged = Pick<OfficialJudgement, "state" | "summary"> & Partial<OfficialJudgement>;

function judgeTask(
	status: OfficialStatus,
	{ counts, endedAt, lookUpError }: PushedStatus,
	gifts: TaskStatus,
	{ deliveries }: { deliveries: number },
): Judged {
	const { failing, why, advice } = officialTexts;
	const problem = gifts.error ?? lookUpError;
	if (problem) {
		const because = counts ? why.mayPush : why.webCounts;
		return {
			state: "failing",
			why: because,
			...judgeProblem(status, problem, gifts.error ? failing.refused : failing.lookUp),
		};
	}
	if (gifts.since === undefined) {
		return endedAt === undefined
			? { state: "starting", summary: officialTexts.starting }
			: { state: "idle", summary: officialTexts.idle };
	}
	const hints = hintsOf(status, gifts);
	if (gifts.missing > 0) {
		const summary = officialTexts.catchingUp(deliveries, gifts.missing);
		return { state: "catching_up", summary, why: why.lookedUp, advice: hints };
	}
	if (gifts.unreadable > 0) {
		return { state: "failing", summary: officialTexts.unreadable(deliveries, gifts.unreadable), advice: hints };
	}
	if (endedAt !== undefined) return { state: "ended", summary: officialTexts.ended(deliveries), advice: hints };
	if (gifts.callbacks === 0 && gifts.failedDeliveries > 0) hints.push(advice.address(status.liveId));
	return { state: "running", summary: officialTexts.running(deliveries, gifts.failedDeliveries), advice: hints };
}

function judgeProblem(
	{ token }: OfficialStatus,
	{ errNo, message }: { errNo: number | undefined; message: string },
	refused: (words: string, errNo: number | undefined) => Text,
): Pick<OfficialJudgement, "summary" | "advice"> {
	const { failing, advice } = officialTexts;
	const words = message.replace(/[.。]$/, "");
	if (errNo === undefined) return { summary: failing.silent(words), advice: [advice.reach] };
	if (token.error) return { summary: failing.token(words, errNo), advice: [advice.secret] };
	return { summary: refused(words, errNo), advice: [advice.mount] };
}

/** Returns advice about refused callbacks, if none was accepted since. */
function hintsOf({ lastRefused }: OfficialStatus, { lastCallbackAt = 0 }: TaskStatus): Text[] {
	if (!lastRefused || lastRefused.at <= lastCallbackAt) return [];
	const { advice } = officialTexts;
	if (lastRefused.problem === "signature") return [advice.signature];
	return lastRefused.problem === "late" || lastRefused.problem === "early" ? [advice.clock] : [];
}
