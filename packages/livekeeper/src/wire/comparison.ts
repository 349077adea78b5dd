import { z } from "zod";
import type { Compared, ComparedAll } from "../live/index.ts";

const count = z.int().min(0);
const part = z.number().min(0).max(1).nullable();
const amount = z.number().min(0);
const rate = z.number().min(0).nullable();

/** One connection's share of a broadcast, compared with the others. */
export const compared = z
	.object({
		messages: count.describe("messages that it received while there were several connections"),
		only_messages: count.describe("messages that no other connection received"),
		message_gain: part.describe("only_messages as a share of all messages of the room: the messages it adds"),
		message_coverage: part.describe(
			"share of all messages that it receives, estimated from the overlap with the others; an upper bound",
		),
		diamonds: amount.describe("value of the gifts that it received"),
		only_diamonds: amount.describe("value of the gifts that no other connection received"),
		diamond_gain: part.describe("only_diamonds as a share of the value of all gifts of the room: the gifts it adds"),
		diamond_coverage: part.describe("share of the gift value that it receives"),
		gifts: count.describe("gifts that it received; a combo counts as one"),
		gifts_per_hour: rate.describe("gifts per hour while connected; null in the first 15 minutes"),
	})
	.meta({ id: "ComparedConnection" });

/** The share of all connections together. */
export const comparedAll = z
	.object({
		since: z.number().describe("start of the comparison, ms since the epoch"),
		messages: count.describe("messages that they received together"),
		message_coverage: part.describe("share of all messages that they receive together; an upper bound"),
		diamonds: amount.describe("value of the gifts that they received together"),
		diamond_coverage: part.describe("share of the gift value that they receive together"),
		diamonds_by: z
			.enum(["totals", "overlap"])
			.nullable()
			.describe("source of the share: the room's own totals, or the overlap of the connections"),
		gifts: count.describe("gifts that they received together; a combo counts as one"),
		gifts_per_hour: rate.describe("gifts per hour; null in the first 15 minutes"),
	})
	.meta({ id: "ComparedConnections" });

const hourMs = 3_600_000;

/**
 * @param all figures of all connections of the room together
 * @param ofGifts share of the gifts' worth that all of them brought together, by the room's totals; `null`: unknown
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

/** @param ofGifts see {@link toWireCompared} */
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

/** Returns the rate after a quarter of an hour; before that it means little. */
function perHour(gifts: number, overMs: number): number | null {
	return overMs < hourMs / 4 ? null : Math.round((gifts * hourMs * 10) / overMs) / 10;
}

function share(value: number | undefined): number | null {
	return value === undefined ? null : Math.round(value * 10_000) / 10_000;
}
