import { z } from "zod";
import { broadcast, toWireBroadcast } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { openToTokens } from "../token-routes.ts";

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
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { last } = request.query;
			const all = await log.broadcasts(liveId);
			const broadcasts = (last === undefined ? all : all.slice(-last)).map(toWireBroadcast);
			return { success: true as const, live_id: liveId, broadcasts };
		},
	);
}
