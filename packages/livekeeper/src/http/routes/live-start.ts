import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdInput, plainLiveId } from "../schemas/live-id.ts";
import { roomOptions } from "../schemas/room-options.ts";

/** `POST /api/live/start`: keeps a room connected from now on. Starting one that is active answers success at once; what it has of
 * options stays where none are given.
 */
export function liveStartRoute(app: App, { live }: RouteDeps): void {
	app.post(
		"/api/live/start",
		{
			schema: {
				summary: "Keep a room connected",
				tags: ["live"],
				body: z.object({ live_id: liveIdInput, ...roomOptions.shape }),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), message: z.string() }),
					...errorReplies(400, 401, 404, 409, 413, 415, 429, 503),
				},
			},
		},
		async (request) => {
			const { live_id, ...options } = request.body;
			const { liveId, created } = await live.startLive(plainLiveId(live_id), options, "merge");
			const message = created ? `已开始连接直播间 ${liveId}` : `直播间 ${liveId} 已在运行，沿用现有连接`;
			return { success: true as const, live_id: liveId, message };
		},
	);
}
