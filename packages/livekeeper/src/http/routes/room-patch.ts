import { languageOf } from "../../text/index.ts";
import { roomReply, toWireStatus } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { roomChange } from "../schemas/room-options.ts";

/** `PATCH /api/v1/rooms/{live_id}`: changes the given options of a room; the others stay. */
export function roomPatchRoute(app: App, { live }: RouteDeps): void {
	app.patch(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "changeRoom",
				summary: "Change a room's settings",
				description: "Settings that are left out stay unchanged; PUT replaces all of them.",
				tags: ["rooms"],
				params: liveIdParams,
				body: roomChange,
				response: { 200: roomReply, ...errorReplies(400, 401, 404, 413, 415, 429, 503) },
			},
		},
		async (request) => {
			const status = await live.changeLive(plainLiveId(request.params.live_id), request.body);
			return { success: true as const, room: toWireStatus(status, languageOf(request)) };
		},
	);
}
