import { languageOf } from "../../text/index.ts";
import { roomReply, toWireStatus } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { openToTokens } from "../token-routes.ts";

/** `GET /api/v1/rooms/{live_id}`: one room with all details. */
export function roomGetRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id",
		{
			config: { atOwner: "best" },
			schema: {
				operationId: "getRoom",
				summary: "One room",
				security: openToTokens("room"),
				tags: ["rooms"],
				params: liveIdParams,
				response: { 200: roomReply, ...errorReplies(400, 401, 404, 429, 503) },
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { status } = await live.requireRoom(liveId);
			return { success: true as const, room: toWireStatus(status, languageOf(request)) };
		},
	);
}
