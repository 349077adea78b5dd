import { z } from "zod";
import type { Compared, ComparedAll } from "../live/index.ts";

const count = z.int().min(0);
const part = z.number().min(0).max(1).nullable();
const amount = z.number().min(0);
const rate = z.number().min(0).nullable();

/** One connection of a broadcast beside the others. */
export const compared = z
	.object({
		messages: count.describe("messages that it brought while there were several connections"),
		only_messages: count.describe("those that no other connection brought"),
		message_gain: part.describe("only_messages as a share of all that the room received: what it adds"),
		message_coverage: part.describe("what share of all messages it is shown, by what the others are shown, at most"),
		diamonds: amount.describe("worth of the gifts that it brought"),
		only_diamonds: amount.describe("worth of those that no other connection brought"),
		diamond_gain: part.describe("only_diamonds as a share of all that the room received: what it adds"),
		diamond_coverage: part.describe("what share of the gifts' worth it is shown"),
		gifts: count.describe("gifts that it brought; a streak is one"),
		gifts_per_hour: rate.describe("gifts an hour while it was connected; null in the first quarter of an hour"),
	})
	.meta({ id: "ComparedConnection" });

/** The same of all connections together. */
export const comparedAll = z
	.object({
		since: z.number().describe("since when they are compared, ms since the epoch"),
		messages: count.describe("messages that they brought together"),
		message_coverage: part.describe("what share of all messages they are shown together, at most"),
		diamonds: amount.describe("worth of the gifts that they brought together"),
		diamond_coverage: part.describe("what share of the gifts' worth they are shown together"),
		diamonds_by: z
			.enum(["totals", "overlap"])
			.nullable()
			.describe("the source of this: the room's own totals, or the overlap of the connections"),
		gifts: count.describe("gifts that they brought together; a streak is one"),
		gifts_per_hour: rate.describe("the same an hour; null in the first quarter of an hour"),
	})
	.meta({ id: "ComparedConnections" });

const hourMs = 3_600_000;

/**
 * @param all what all connections of the room brought together
 * @param ofGifts share of the gifts' worth that came by all of them together, by the room's totals; `null`: not known
 */
export function toWireCompared(
	{ messages, diamonds, gifts, stoodMs }: Compared,
	all: ComparedAll,
	ofGifts: number | null,
): z.infer<typeof compared> {
	const ofAll = all.diamonds.total > 0 ? diamonds.brought / all.diamonds.total : undefined;
	const coverage = ofGifts !== null && ofAll !== undefined ? ofAll * ofGifts : diamonds.coverage;
	return {
		messages: messages.brought,
		only_messages: messages.only,
		message_gain: share(messages.gain),
		message_coverage: share(messages.coverage),
		diamonds: diamonds.brought,
		only_diamonds: diamonds.only,
		diamond_gain: share(diamonds.gain),
		diamond_coverage: share(coverage),
		gifts,
		gifts_per_hour: perHour(gifts, stoodMs),
	};
}

/** @param ofGifts as for {@link toWireCompared} */
export function toWireComparedAll(all: ComparedAll, ofGifts: number | null): z.infer<typeof comparedAll> {
	const { since, forMs, messages, diamonds, gifts } = all;
	const coverage = ofGifts ?? diamonds.coverage;
	return {
		since,
		messages: messages.total,
		message_coverage: share(messages.coverage),
		diamonds: diamonds.total,
		diamond_coverage: share(coverage),
		diamonds_by: ofGifts !== null ? "totals" : coverage === undefined ? null : "overlap",
		gifts,
		gifts_per_hour: perHour(gifts, forMs),
	};
}

/** Rate from a quarter of an hour on; before, it says little. */
function perHour(gifts: number, overMs: number): number | null {
	return overMs < hourMs / 4 ? null : Math.round((gifts * hourMs * 10) / overMs) / 10;
}

function share(value: number | undefined): number | null {
	return value === undefined ? null : Math.round(value * 10_000) / 10_000;
}
