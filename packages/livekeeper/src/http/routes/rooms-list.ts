import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import { room, toWireStatus } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { openToTokens } from "../token-routes.ts";

/** `GET /api/v1/rooms`: every room with all details. */
export function roomsListRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/rooms",
		{
			schema: {
				operationId: "listRooms",
				summary: "All rooms",
				security: openToTokens("all_rooms"),
				tags: ["rooms"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), rooms: z.array(room) }),
					...errorReplies(401, 429),
				},
			},
		},
		async (request) => {
			const language = languageOf(request);
			const rooms = live.getStatus().rooms.map((status) => toWireStatus(status, language));
			return { success: true as const, count: rooms.length, rooms };
		},
	);
}
