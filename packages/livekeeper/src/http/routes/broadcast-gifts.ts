import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { requestTexts } from "../../text/index.ts";
import { giftKind, giver, toWireGifts } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

export const broadcastId = z
	.string()
	.regex(/^[\w-]{1,64}$/, { error: "expected a broadcast's room_id, as /broadcasts gives it" })
	.meta({ examples: ["7400000000000001001"] });

const answer = z
	.object({
		success: z.literal(true),
		live_id: z.string(),
		room_id: z.string(),
		diamonds: z.number().describe("sum of all gifts, including those that are not listed"),
		by_kind: z.array(giftKind).describe("most valuable first"),
		by_giver: z.array(giver).describe("most generous first; free gifts are not counted"),
		more: z.boolean().describe("there are more of either: continue with a larger offset"),
	})
	.meta({
		id: "BroadcastGifts",
		examples: [
			{
				success: true,
				live_id: "1001",
				room_id: "7400000000000001001",
				diamonds: 132,
				by_kind: [{ gift_id: "3001", name: "小心心", image: "", diamond_count: 1, count: 132, diamonds: 132 }],
				by_giver: [{ id: "111111", sec_uid: "MS4wLjABAAAA", nickname: "木船", masked: false, diamonds: 92 }],
				more: true,
			},
		],
	});

/** `GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/gifts`: the gifts of a broadcast, by kind and by giver. */
export function broadcastGiftsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/gifts",
		{
			schema: {
				operationId: "getBroadcastGifts",
				summary: "The gifts of a broadcast, by kind and by gifter",
				description: "After the broadcast's events were deleted by retention, the top ten of each.",
				tags: ["events"],
				params: liveIdParams.extend({ room_id: broadcastId }),
				querystring: z.object({
					limit: z.coerce.number().int().min(1).max(200).default(20).describe("how many of each are listed"),
					offset: z.coerce
						.number()
						.int()
						.min(0)
						.max(1_000_000)
						.default(0)
						.describe("how many of each to skip")
						.meta({ examples: [0] }),
				}),
				response: { 200: answer, ...errorReplies(400, 401, 404, 429, 503) },
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const broadcast = request.params.room_id;
			const { limit, offset } = request.query;
			const gifts = await log.gifts(liveId, broadcast, offset + limit + 1);
			if (!gifts) {
				throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(broadcast, liveId));
			}
			const { diamonds } = gifts;
			return {
				success: true as const,
				live_id: liveId,
				room_id: broadcast,
				diamonds,
				...toWireGifts(gifts, offset, limit),
			};
		},
	);
}
