import { GiftCoverage } from "@livekeeper/douyin";
import type { BroadcastGifts, BroadcastSummary } from "@livekeeper/log";
import { z } from "zod";
import { giftCoverage, toWireCoverage } from "./coverage.ts";

export const broadcast = z
	.object({
		room_id: z.string(),
		title: z.string(),
		started_at: z.number().describe("ms since the epoch"),
		ended_at: z.number().nullable(),
		duration_ms: z.number(),
		first_seq: z.number(),
		last_seq: z.number(),
		messages: z.record(z.string(), z.number()).describe("Douyin's messages by type"),
		users: z.number().describe("number of different people who were active"),
		peak_viewers: z.number(),
		likes: z.number().describe("as counted by the messages; the sum of the series"),
		site_likes: z.number().nullable().describe("Douyin's own total; null if it showed none"),
		diamonds: z.number(),
		gift_coverage: giftCoverage,
		top_gifters: z.array(z.object({ id: z.string(), sec_uid: z.string(), nickname: z.string(), diamonds: z.number() })),
		reconnects: z.number(),
		gap_ms: z.number().describe("total time of its gaps, in which nothing could be received from Douyin"),
		lost_since: z
			.number()
			.nullable()
			.describe("messages may be missing from then to its end: the connection is lost, or the end was not observed"),
	})
	.meta({ id: "Broadcast" });

export function toWireBroadcast(summary: BroadcastSummary): z.infer<typeof broadcast> {
	return {
		room_id: summary.roomId,
		title: summary.title,
		started_at: summary.startedAt,
		ended_at: summary.endedAt ?? null,
		duration_ms: summary.durationMs,
		first_seq: summary.firstSeq,
		last_seq: summary.lastSeq,
		messages: { ...summary.messages },
		users: summary.users,
		peak_viewers: summary.peakViewers,
		likes: summary.likes,
		site_likes: summary.siteLikes ?? null,
		diamonds: summary.diamonds,
		gift_coverage: toWireCoverage(new GiftCoverage(summary.coverage).estimate()),
		top_gifters: summary.topGifters.map(({ id, secUid, nickname, diamonds }) => ({
			id,
			sec_uid: secUid,
			nickname,
			diamonds,
		})),
		reconnects: summary.reconnects,
		gap_ms: summary.gapMs,
		lost_since: summary.lostSince ?? null,
	};
}

export const giftKind = z.object({
	gift_id: z.string(),
	name: z.string(),
	image: z.string().describe('URL of the picture, or ""'),
	diamond_count: z.number().describe("value of a single one"),
	count: z.number(),
	diamonds: z.number(),
});

export const giver = z.object({
	id: z.string(),
	sec_uid: z.string(),
	nickname: z.string(),
	masked: z.boolean().describe("Douyin hides the name: this may be several people"),
	diamonds: z.number(),
});

/**
 * Returns `limit` gifts of each list from `offset`, and whether there are more.
 * @param gifts lists with one more gift than that
 */
export function toWireGifts({ byKind, byGiver }: BroadcastGifts, offset: number, limit: number) {
	const end = offset + limit;
	return {
		by_kind: byKind.slice(offset, end).map(({ giftId, diamondCount, ...rest }) => ({
			gift_id: giftId,
			diamond_count: diamondCount,
			...rest,
		})),
		by_giver: byGiver.slice(offset, end).map(({ secUid, masked = false, ...rest }) => ({
			sec_uid: secUid,
			masked,
			...rest,
		})),
		more: byKind.length > end || byGiver.length > end,
	};
}
