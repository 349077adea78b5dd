import { z } from "zod";
import { broadcast, giftKind, giver } from "./broadcast.ts";

/** What one broadcast is compared with another by. */
const figures = z
	.object({
		duration_ms: z.number(),
		peak_viewers: z.number(),
		people: z.number().describe("number of different people who did something"),
		messages: z.number().describe("upstream messages of all kinds"),
		chats: z.number(),
		new_followers: z.number().describe("how many followed the anchor during it"),
		likes: z.number(),
		diamonds: z.number(),
	})
	.meta({ id: "ReportFigures" });

const minutes = z.array(z.object({ at: z.number(), value: z.number() }));

/** A broadcast for people, once it is over or while it goes on. */
export const report = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		broadcast,
		figures,
		gifts: z.object({
			by_kind: z.array(giftKind),
			by_giver: z.array(giver).describe("the first 20; the rest: /broadcasts/{room_id}/gifts with offset"),
			more: z.boolean(),
		}),
		best_minutes: z
			.object({ messages: minutes, diamonds: minutes, viewers: minutes })
			.nullable()
			.describe(
				"the best first, at: where the minute begins, ms since the epoch; null: the events are gone, or none came",
			),
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
			.describe("null: this broadcast's people are gone with its events. Who only watched is never seen"),
		previous: z
			.array(z.object({ room_id: z.string(), title: z.string(), started_at: z.number(), figures }))
			.describe("the broadcasts before it, at most 5, the newest first"),
		usual: figures
			.nullable()
			.describe("the median of each figure of those before it; null where there are fewer than two"),
		gaps: z
			.array(z.object({ from: z.number(), to: z.number(), reason: z.string() }))
			.describe(
				"spans in which nothing could be received from the upstream, ms since the epoch, at most 100, the newest first",
			),
		gaps_complete: z.boolean().describe("false: there may be more of them, or their events are gone"),
	})
	.meta({ id: "BroadcastReport" });

export type BroadcastReport = z.infer<typeof report>;
export type ReportFigures = z.infer<typeof figures>;
