import { z } from "zod";
import type { StartedRoom } from "../../live/index.ts";
import { askedLanguage, replyTexts, type Text } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdInput, plainLiveId } from "../schemas/live-id.ts";
import { roomOptions } from "../schemas/room-options.ts";

/**
 * `POST /api/live/start`: keeps a room connected from now on. For an active room it succeeds at once; options that are
 * not given stay unchanged.
 */
export function liveStartRoute(app: App, { live }: RouteDeps): void {
	app.post(
		"/api/live/start",
		{
			schema: {
				operationId: "liveStart",
				summary: "Keep a room connected",
				tags: ["live"],
				body: z.strictObject({ live_id: liveIdInput, ...roomOptions.shape }),
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), message: z.string() }),
					...errorReplies(400, 401, 404, 409, 413, 415, 429, 503),
				},
			},
		},
		async (request) => {
			const { live_id, ...options } = request.body;
			const started = await live.startLive(plainLiveId(live_id), options, "merge");
			return {
				success: true as const,
				live_id: started.liveId,
				message: textOf(started)[askedLanguage(request) ?? "zh"],
			};
		},
	);
}

/** Chinese if no language is requested: these are the answers of the original design. */
function textOf({ liveId, created, changed }: StartedRoom): Text {
	if (created) return replyTexts.started(liveId);
	return changed ? replyTexts.changed(liveId) : replyTexts.running(liveId);
}
