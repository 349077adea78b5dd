import { z } from "zod";
import { qualityPoint, roomQuality, toWireQualityPoint, toWireRoomQuality } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

/** `GET /api/v1/rooms/{live_id}/quality`: the quality of the room's connection, now and over the last day. */
export function roomQualityRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/quality",
		{
			config: { atOwner: "alone" },
			schema: {
				operationId: "getQuality",
				summary: "A room's quality score, with its parts and its history",
				description: "The history has a point for every 5 minutes of the last 24 hours, from the start of the room.",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({
						success: z.literal(true),
						live_id: z.string(),
						quality: roomQuality,
						history: z.array(qualityPoint),
					}),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { status } = await live.requireRoom(liveId);
			const history = live.getQualityHistory(liveId).map(toWireQualityPoint);
			return { success: true as const, live_id: liveId, quality: toWireRoomQuality(status.quality), history };
		},
	);
}
