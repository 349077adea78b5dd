import { z } from "zod";
import type { QualityPoint, RoomStatus } from "../live/index.ts";

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
export const knownQuality = quality.nullable();

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
