import { GiftCoverage } from "@livekeeper/douyin";
import { z } from "zod";
import { giftCoverage, toWireCoverage } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { openToTokens } from "../token-routes.ts";

const broadcast = z
	.object({
		room_id: z.string(),
		title: z.string(),
		started_at: z.number().describe("ms since the epoch"),
		ended_at: z.number().nullable(),
		duration_ms: z.number(),
		first_seq: z.number(),
		last_seq: z.number(),
		messages: z.record(z.string(), z.number()).describe("upstream messages by type"),
		users: z.number().describe("different people who were seen doing something"),
		peak_viewers: z.number(),
		likes: z.number().describe("as the messages counted them; the series adds up to it"),
		site_likes: z.number().nullable().describe("the site's own total; null where it told none"),
		diamonds: z.number(),
		gift_coverage: giftCoverage,
		top_gifters: z.array(z.object({ id: z.string(), sec_uid: z.string(), nickname: z.string(), diamonds: z.number() })),
		reconnects: z.number(),
		gap_ms: z.number().describe("how long in total nothing could be had from the upstream"),
	})
	.meta({ id: "Broadcast" });

/** `GET /api/v1/rooms/{live_id}/broadcasts`: a summary of each broadcast, oldest first. */
export function roomBroadcastsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts",
		{
			schema: {
				operationId: "listBroadcasts",
				summary: "A room's broadcasts, each with its summary",
				security: openToTokens("room"),
				tags: ["events"],
				params: liveIdParams,
				querystring: z.object({
					last: z.coerce
						.number()
						.int()
						.min(1)
						.optional()
						.describe("maximum number of broadcasts, the newest first; default all"),
				}),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), broadcasts: z.array(broadcast) }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { last } = request.query;
			const all = await log.broadcasts(liveId);
			const broadcasts = (last === undefined ? all : all.slice(-last)).map((summary) => ({
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
			}));
			return { success: true as const, live_id: liveId, broadcasts };
		},
	);
}
