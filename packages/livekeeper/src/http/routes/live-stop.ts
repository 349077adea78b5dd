import { z } from "zod";
import { askedLanguage, replyTexts } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdInput, plainLiveId } from "../schemas/live-id.ts";

/** `POST /api/live/stop`: stops a room. */
export function liveStopRoute(app: App, { live }: RouteDeps): void {
	app.post(
		"/api/live/stop",
		{
			schema: {
				operationId: "liveStop",
				summary: "Stop a room",
				tags: ["live"],
				body: z.object({ live_id: liveIdInput }),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), message: z.string() }),
					...errorReplies(400, 401, 404, 413, 415, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.body.live_id);
			await live.stopLive(liveId);
			// As for starting: Chinese if no language is requested.
			return {
				success: true as const,
				live_id: liveId,
				message: replyTexts.stopped(liveId)[askedLanguage(request) ?? "zh"],
			};
		},
	);
}
