import type { FastifyReply, FastifyRequest } from "fastify";
import { personJson, roomJson, shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";

/** The site's code for a room that is not there, and for other things: it is ambiguous. */
const noSuchRoom = 4_001_038;

/** The JSON status. Without `a_bogus` the upstream answers with nothing. */
export function webEnter(
	context: PagesContext,
	request: FastifyRequest<{ Querystring: Record<string, string> }>,
	reply: FastifyReply,
): FastifyReply {
	reply.header("content-type", "application/json; charset=utf-8");
	if (!request.query["a_bogus"]) return reply.header("x-sim-why", "no a_bogus").send("");
	const now = context.clock.now();
	const room = context.rooms.find(request.query["web_rid"] ?? "");
	const shown = room ? shownAs(room) : "not_found";
	if (!room || shown === "not_found") {
		return reply.send(JSON.stringify({ data: { message: "", prompts: "" }, extra: { now }, status_code: noSuchRoom }));
	}
	const data = {
		data: shown === "no_room" ? [] : [roomJson(room, shown)],
		enter_room_id: shown === "no_room" ? "" : room.current.roomId,
		user: personJson(room.anchor),
		room_status: shown === "live" ? 0 : 2,
	};
	return reply.send(JSON.stringify({ data, extra: { now }, status_code: 0 }));
}
