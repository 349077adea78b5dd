import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

/** `DELETE /api/v1/rooms/{live_id}`: releases a room. */
export function roomDeleteRoute(app: App, { live }: RouteDeps): void {
	app.delete(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "deleteRoom",
				summary: "Stop a room",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string() }),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.stopLive(liveId);
			return { success: true as const, live_id: liveId };
		},
	);
}
