import type { Language, Text } from "@livekeeper/base/text";
import type { CoverageEstimate, RangeEstimate } from "@livekeeper/douyin";
import { z } from "zod";
import type { LiveRoomStatus } from "../live/index.ts";
import { judgeOfficial } from "../official/index.ts";
import { coverageTexts, officialTexts } from "../text/index.ts";

const diamonds = z.int().min(0);
const time = z.number().nullable();

const fields = {
	share: z
		.number()
		.min(0)
		.max(1)
		.nullable()
		.describe("value of the gifts received / value of the gifts sent, by the room's own totals; null: not known"),
	verdict: z
		.enum(["all", "some", "stopped", "none", "unknown"])
		.describe("whether gifts are received; stopped: only the first ones were, though more were sent"),
	diamonds_seen: diamonds.describe("value of the gifts received, in the time that could be judged"),
	diamonds_missing: diamonds.nullable().describe("value of the gifts not received; null: not known"),
	diamonds_lost: diamonds
		.nullable()
		.describe("the part of diamonds_missing that was lost while the connection was down"),
	source: z
		.enum(["room_total", "contributor", "rank", "official"])
		.nullable()
		.describe("basis: the room's running total, scores of people, or the open platform's deliveries; null: none"),
	unit: z.number().nullable().describe("what one diamond adds to it"),
	unit_learned: z
		.boolean()
		.describe("whether it was learned from received gifts; otherwise the usual value is assumed"),
	from: time.describe("start of the time that could be judged, ms since the epoch"),
	to: time.describe("end of it, ms since the epoch"),
};

const earlier = z
	.array(
		z
			.object({ ...fields, logged_in: z.boolean().describe("false: the room was connected without a login") })
			.meta({ id: "EarlierGiftCoverage" }),
	)
	.describe("the parts of the broadcast before its login changed, if they could be judged, oldest first");

const missingInAll = diamonds.describe(
	"worth of all gifts of the broadcast that are known to be missing, also from before its login changed or the open platform pushed; 0: none is known",
);

export const giftCoverage = z.object({ ...fields, missing_in_all: missingInAll, earlier }).meta({ id: "GiftCoverage" });

/** A room's gift coverage with words for people. */
export const roomGiftCoverage = z
	.object({
		...fields,
		missing_in_all: missingInAll,
		earlier,
		before: z
			.string()
			.nullable()
			.describe("what was not received before the login changed; null: nothing is known to be missing"),
		summary: z.string().describe("whether all gifts are received"),
		why: z.string().nullable().describe("why not"),
		advice: z.array(z.string()).describe("what can be done, in this order"),
		evidence: z.string().nullable().describe("the evidence"),
	})
	.meta({ id: "RoomGiftCoverage" });

type WireCoverage = z.infer<typeof giftCoverage>;
type WireRange = Omit<WireCoverage, "earlier" | "missing_in_all">;

export function toWireCoverage(estimate: CoverageEstimate): WireCoverage {
	const ranges = estimate.earlier.map((one) => ({ ...toWireRange(one), logged_in: one.login !== "" }));
	const current = toWireRange(estimate);
	return { ...current, missing_in_all: missingIn([...ranges, current]), earlier: ranges };
}

/** Returns the diamonds that did not arrive in ranges of a broadcast. */
function missingIn(ranges: readonly WireRange[]): number {
	return ranges.reduce(
		(sum, { verdict, diamonds_missing: missing }) => sum + (verdict === "all" ? 0 : (missing ?? 0)),
		0,
	);
}

/**
 * Whether gifts are withheld, which needs attention. Gifts lost while the connection was down are missing as well, but
 * recover without action.
 */
export function areGiftsWithheld(coverage: WireRange): boolean {
	return coverage.verdict !== "all" && coverage.verdict !== "unknown" && !isMostlyLost(coverage);
}

/** Whether most missing diamonds were lost while the connection was down. */
function isMostlyLost({ diamonds_missing: missing, diamonds_lost: lost }: WireRange): boolean {
	return (missing ?? 0) > 0 && (lost ?? 0) * 2 > (missing ?? 0);
}

function toWireRange(estimate: RangeEstimate): WireRange {
	const { coverage, pattern, seen, missing, lost, source, unit, from, to } = estimate;
	const known = coverage !== undefined;
	return {
		share: known ? Math.round(coverage * 1000) / 1000 : null,
		verdict: pattern ?? "unknown",
		diamonds_seen: Math.round(seen),
		diamonds_missing: known ? Math.round(missing) : null,
		diamonds_lost: known ? Math.round(lost) : null,
		source: source ?? null,
		unit: unit && unit.basis !== "unknown" ? unit.value : null,
		unit_learned: unit?.basis === "learned",
		from: from === undefined ? null : Math.round(from),
		to: to === undefined ? null : Math.round(to),
	};
}

/**
 * Returns the diamonds that did not arrive before the login changed, and whether there was no login. `undefined`:
 * nothing significant.
 */
export function missingBefore({
	earlier,
}: Pick<WireCoverage, "earlier">): { diamonds: number; loggedIn: boolean } | undefined {
	const ranges = earlier.filter(({ verdict }) => verdict !== "all");
	const diamonds = missingIn(ranges);
	return diamonds > 0 ? { diamonds, loggedIn: ranges.some(({ logged_in: is }) => is) } : undefined;
}

/** Words for people, in both languages. */
interface Reported {
	wire: WireCoverage;
	summary: Text;
	why: Text | undefined;
	advice: Text[];
	evidence: Text | undefined;
}

/** @param language language of the words for people */
export function toWireRoomCoverage(
	status: Pick<LiveRoomStatus, "identity" | "activity" | "official">,
	language: Language,
): z.infer<typeof roomGiftCoverage> {
	const { wire, summary, why, advice, evidence } = reportedByPlatform(status) ?? reportedByTotals(status);
	const missing = missingBefore(wire);
	return {
		...wire,
		before: missing ? coverageTexts.before(missing.diamonds, missing.loggedIn)[language] : null,
		summary: summary[language],
		why: why?.[language] ?? null,
		advice: advice.map((text) => text[language]),
		evidence: evidence?.[language] ?? null,
	};
}

function reportedByTotals({ identity, activity }: Pick<LiveRoomStatus, "identity" | "activity">): Reported {
	const { coverage, diamonds } = activity;
	const wire = toWireCoverage(coverage);
	const { share, verdict, diamonds_seen: seen, diamonds_missing: missing, source, unit } = wire;
	const summary =
		share === null || source === null || source === "official"
			? unknownText(identity, coverage, diamonds)
			: coverageTexts.summary(verdict === "unknown" ? "some" : verdict, source, share, seen, seen + (missing ?? 0));
	return {
		wire,
		summary,
		why: whyOf(identity, wire, coverage.unknown),
		advice: adviceOf(identity, wire),
		evidence:
			source === null || source === "official"
				? undefined
				: coverageTexts.evidence(source, unit, { learned: wire.unit_learned, fits: seen > 0 && missing === 0 }),
	};
}

/** @param diamonds worth of the gifts that arrived, whether totals include them or not */
function unknownText(identity: Identity, { unknown = "no_totals" }: CoverageEstimate, diamonds: number): Text {
	if (identity !== "logged_in" && diamonds === 0 && unknown !== "nothing_given") return coverageTexts.unseen;
	return coverageTexts.unknown[unknown];
}

/**
 * Returns the words by the open platform's figures. If it pushes the gifts, they take precedence over the site's
 * totals.
 */
function reportedByPlatform(status: Pick<LiveRoomStatus, "identity" | "activity" | "official">): Reported | undefined {
	if (!status.official) return undefined;
	const { state, summary, why, advice, deliveries, missing, from, to } = judgeOfficial(status.official);
	const { coverage, diamonds, missingBeforePush } = status.activity;
	if (state !== "running" && state !== "catching_up" && state !== "ended") {
		const reported = reportedByTotals(status);
		const others = reported.advice.filter((text) => text !== coverageTexts.advice.official);
		if (state !== "failing" || reported.wire.verdict === "all") return { ...reported, advice: others };
		return { ...reported, why: reported.why ? both(summary, reported.why) : summary, advice: [...advice, ...others] };
	}
	const whole = missing === 0;
	const before = Math.round(missingBeforePush ?? 0);
	// Gifts missing before the platform's first one are reported with it.
	const earlier = before > 0 ? [] : toWireCoverage(coverage).earlier;
	const wire: WireCoverage = {
		share: whole ? 1 : Math.floor(((deliveries - missing) / deliveries) * 1000) / 1000,
		verdict: whole ? "all" : "some",
		diamonds_seen: Math.round(diamonds),
		diamonds_missing: whole ? 0 : null,
		diamonds_lost: whole ? 0 : null,
		source: "official",
		unit: null,
		unit_learned: false,
		from: from ?? null,
		to: to ?? null,
		missing_in_all: before > 0 ? before : missingIn(earlier),
		earlier,
	};
	const because = whole && before > 0 ? officialTexts.why.before(before) : why;
	return { wire, summary, why: because, advice, evidence: officialTexts.evidence };
}

const both = (one: Text, other: Text): Text => ({ en: `${one.en} ${other.en}`, zh: `${one.zh}${other.zh}` });

type Identity = LiveRoomStatus["identity"];

function whyOf(identity: Identity, wire: WireCoverage, unknown: CoverageEstimate["unknown"]): Text | undefined {
	const { verdict } = wire;
	if (verdict === "all") return undefined;
	// Without a login nothing arrives, so lost gifts would not have arrived either.
	if (verdict === "none" && identity !== "logged_in") return coverageTexts.why[identity];
	if (isMostlyLost(wire)) return coverageTexts.why.lost;
	if (identity !== "logged_in") return coverageTexts.why[identity];
	if (verdict === "unknown") return unknown === "no_totals" ? coverageTexts.why.noTotals : undefined;
	return coverageTexts.why[verdict];
}

/** Returns possible actions, in this order. */
function adviceOf(identity: Identity, wire: WireCoverage): Text[] {
	const { advice } = coverageTexts;
	if (wire.verdict === "all") return [];
	if (identity !== "logged_in") return [advice.logIn, advice.official];
	if (wire.verdict === "unknown") return [];
	const pauses = wire.verdict === "none" || wire.verdict === "stopped" ? [advice.rest] : [];
	return [advice.otherAccount, ...pauses, advice.twoIdentities, advice.official];
}
