import { languageOf } from "../../text/index.ts";
import { roomReply, toWireStatus } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { roomOptions } from "../schemas/room-options.ts";

/** `PUT /api/v1/rooms/{live_id}`: keeps a room connected, with these options. Repeating the request changes nothing. */
export function roomPutRoute(app: App, { live }: RouteDeps): void {
	app.put(
		"/api/v1/rooms/:live_id",
		{
			schema: {
				operationId: "putRoom",
				summary: "Keep a room connected",
				tags: ["rooms"],
				params: liveIdParams,
				body: roomOptions.nullish(),
				response: { 200: roomReply, 201: roomReply, ...errorReplies(400, 401, 404, 409, 413, 415, 429, 503) },
			},
		},
		async (request, reply) => {
			// Without a body an active room keeps its options.
			const { created, status } = await live.startLive(plainLiveId(request.params.live_id), request.body ?? undefined);
			return reply.code(created ? 201 : 200).send({ success: true, room: toWireStatus(status, languageOf(request)) });
		},
	);
}
