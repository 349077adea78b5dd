import { z } from "zod";
import type { WireQuality, WireRoomQuality } from "../../live/index.ts";

const share = z.number().min(0).max(1);

const quality = z
	.object({
		score: z.number().min(0).max(100),
		parts: z.object({
			uptime: share.describe("connected time / time in which the broadcast ran"),
			silence: share.nullable().describe("1 - suspiciously silent time / connected time"),
			reconnects: share.describe("1 / (1 + lost connections an hour / 6)"),
			gaps: share.describe("1 - time that gaps cover / time in which the broadcast ran"),
			latency: share.nullable().describe("mean answer to heartbeats and pings: 1 up to 200 ms, 0 from 5 s on"),
			completeness: share
				.nullable()
				.describe("worth of the gifts that came / of those that were given, where the room's totals tell"),
			decoding: share.nullable().describe("1 - 50 x share of messages that would not decode"),
		}),
	})
	.meta({ id: "Quality" }) satisfies z.ZodType<WireQuality>;

/** A quality, or `null` for a time in which the room was wanted for less than 10 s. */
export const knownQuality = quality.nullable();

export const roomQuality = z.object({
	"5m": knownQuality,
	"1h": knownQuality,
	"24h": knownQuality,
}) satisfies z.ZodType<WireRoomQuality>;
