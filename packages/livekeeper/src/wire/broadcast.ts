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

/** Figures by which broadcasts are compared. */
const figures = z
	.object({
		duration_ms: z.number(),
		peak_viewers: z.number(),
		people: z.number().describe("number of different people who were active"),
		messages: z.number().describe("Douyin's messages of all kinds"),
		chats: z.number(),
		new_followers: z.number().describe("new followers of the streamer during the broadcast"),
		likes: z.number(),
		diamonds: z.number(),
	})
	.meta({ id: "ReportFigures" });

const minutes = z.array(z.object({ at: z.number(), value: z.number() }));

/** A moment that stands out of its broadcast. */
export const highlight = z
	.object({
		from: z.number().describe("start of its first minute, ms since the epoch"),
		to: z.number().describe("end of its last minute"),
		strength: z.number().describe("compares the moments of one broadcast; greater is stronger"),
		why: z.object({ en: z.string(), zh: z.string() }).describe("the reasons in words, in both languages"),
		reasons: z
			.array(
				z.object({
					figure: z.enum(["messages", "diamonds", "likes"]),
					value: z.number().describe("diamonds: all of the moment; messages, likes: its strongest minute"),
					usual: z.number().describe("of a minute, at that time of the broadcast"),
					times: z.number().nullable().describe("its strongest minute compared with the usual; null: usually none"),
				}),
			)
			.describe("strongest first; empty if only new words make it stand out"),
		new_words: z
			.array(z.object({ word: z.string(), people: z.number().describe("who used it in one minute") }))
			.describe("words that many people used and hardly anyone before"),
	})
	.meta({ id: "Highlight" });

export type WireHighlight = z.infer<typeof highlight>;

/** A broadcast's report for people, final or so far. */
export const report = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		broadcast,
		figures,
		gifts: z.object({
			by_kind: z.array(giftKind),
			by_giver: z.array(giver).describe("the top 20; for the rest use /broadcasts/{room_id}/gifts with offset"),
			more: z.boolean(),
		}),
		best_minutes: z
			.object({ messages: minutes, diamonds: minutes, viewers: minutes })
			.nullable()
			.describe(
				"best first; at: start of the minute, ms since the epoch; null: the events were deleted, or there were none",
			),
		highlights: z
			.array(highlight)
			.describe("moments that stand out by messages, diamonds or likes, at most 12, in order of time"),
		newcomers: z
			.object({
				people: z.number(),
				first_time: z.number().describe("seen in none of the broadcasts that it is compared with"),
				compared_with: z
					.number()
					.describe(
						"earlier broadcasts of the room whose people are still known, at most 10; since: when the oldest of them began",
					),
				since: z.number().nullable(),
			})
			.nullable()
			.describe("null: this broadcast's people were deleted with its events. People who only watch are never seen"),
		previous: z
			.array(z.object({ room_id: z.string(), title: z.string(), started_at: z.number(), figures }))
			.describe("the broadcasts before it, at most 5, the newest first"),
		usual: figures
			.nullable()
			.describe("the median of each figure of those before it; null where there are fewer than two"),
		gaps: z
			.array(z.object({ from: z.number(), to: z.number(), reason: z.string() }))
			.describe("times in which nothing could be received from Douyin, ms since the epoch, at most 100, newest first"),
		gaps_complete: z.boolean().describe("false: there may be more, or their events were deleted"),
	})
	.meta({ id: "BroadcastReport" });

export type BroadcastReport = z.infer<typeof report>;
export type ReportFigures = z.infer<typeof figures>;
