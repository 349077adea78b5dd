import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

const setOptions = z
	.object({
		identity: z.string().nullable().describe("the saved login it uses; null: none"),
		has_cookie: z.boolean().describe("whether it has a cookie of its own"),
		has_proxy: z.boolean().describe("whether it has a proxy of its own"),
		pinned: z.boolean(),
		raw: z.boolean(),
		redundancy: z.int().min(1).max(3),
	})
	.meta({ id: "SetRoomOptions" });

/** `GET /api/v1/rooms/{live_id}/options`: the options of a room, without secrets. */
export function roomOptionsRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/options",
		{
			schema: {
				operationId: "getRoomOptions",
				summary: "A room's settings, without secrets",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), options: setOptions }),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const { options: given } = await live.requireRoom(liveId);
			const { identity = null, pinned = false, raw = false, redundancy = 1 } = given;
			const own = { has_cookie: given.cookie !== undefined, has_proxy: given.proxy !== undefined };
			return { success: true as const, options: { identity, ...own, pinned, raw, redundancy } };
		},
	);
}
