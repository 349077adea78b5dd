import { z } from "zod";
import type { Compared, ComparedAll, QualityPoint, RoomStatus } from "../live/index.ts";

const share = z.number().min(0).max(1);

const quality = z
	.object({
		score: z.number().min(0).max(100),
		parts: z.object({
			uptime: share.describe("connected time / live time"),
			silence: share.nullable().describe("1 - time without the usual messages / connected time"),
			reconnects: share.describe("1 / (1 + lost connections an hour / 6)"),
			gaps: share.describe("1 - time that gaps cover / live time"),
			latency: share.nullable().describe("mean response to heartbeats and pings: 1 up to 200 ms, 0 from 5 s"),
			completeness: share
				.nullable()
				.describe("value of the gifts received / value of the gifts sent, if the room's totals tell"),
			decoding: share.nullable().describe("1 - 50 × share of undecodable messages"),
		}),
	})
	.meta({ id: "Quality" });

/** A quality; `null` for a period in which the room was kept for less than 10 s. */
const knownQuality = quality.nullable();

export const roomQuality = z.object({ "5m": knownQuality, "1h": knownQuality, "24h": knownQuality });

/** One point of its history. */
export const qualityPoint = z
	.object({ at: z.number().describe("end of the 5 minutes, ms since the epoch"), quality: knownQuality })
	.meta({ id: "QualityPoint" });

type Quality = NonNullable<RoomStatus["quality"]["5m"]>;

export function toWireRoomQuality(quality: RoomStatus["quality"]): z.infer<typeof roomQuality> {
	return {
		"5m": toWireQuality(quality["5m"]),
		"1h": toWireQuality(quality["1h"]),
		"24h": toWireQuality(quality["24h"]),
	};
}

export function toWireQualityPoint({ at, quality }: QualityPoint): z.infer<typeof qualityPoint> {
	return { at, quality: toWireQuality(quality) };
}

function toWireQuality(quality: Quality | undefined): z.infer<typeof knownQuality> {
	if (!quality) return null;
	const { uptime, silence, reconnects, gaps, latency, decoding, completeness } = quality.parts;
	return {
		score: rounded(quality.score, 10),
		parts: {
			uptime: rounded(uptime, 1000),
			silence: partOf(silence),
			reconnects: rounded(reconnects, 1000),
			gaps: rounded(gaps, 1000),
			latency: partOf(latency),
			decoding: partOf(decoding),
			completeness: partOf(completeness),
		},
	};
}

function partOf(part: number | undefined): number | null {
	return part === undefined ? null : rounded(part, 1000);
}

function rounded(value: number, steps: number): number {
	return Math.round(value * steps) / steps;
}

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
		message_gain: comparedShare(messages.gain),
		message_coverage: comparedShare(messages.coverage),
		diamonds: diamonds.brought,
		only_diamonds: diamonds.only,
		diamond_gain: comparedShare(diamonds.gain),
		diamond_coverage: comparedShare(coverage),
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
		message_coverage: comparedShare(messages.coverage),
		diamonds: diamonds.total,
		diamond_coverage: comparedShare(coverage),
		diamonds_by: ofGifts !== null ? "totals" : coverage === undefined ? null : "overlap",
		gifts,
		gifts_per_hour: perHour(gifts, forMs),
	};
}

/** Returns the rate after a quarter of an hour; before that it means little. */
function perHour(gifts: number, overMs: number): number | null {
	return overMs < hourMs / 4 ? null : Math.round((gifts * hourMs * 10) / overMs) / 10;
}

function comparedShare(value: number | undefined): number | null {
	return value === undefined ? null : Math.round(value * 10_000) / 10_000;
}
