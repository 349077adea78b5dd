import type { FastifyReply, FastifyRequest } from "fastify";
import type { Room } from "../rooms/room.ts";
import { json } from "./answers.ts";
import { anchorJson, broadcastOver, noSuchRoom, promptOf, roomJson, type Shown, shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";

/** Answers with the JSON status. Without `a_bogus` the answer is empty, as the upstream's is. */
export function webEnter(
	context: PagesContext,
	request: FastifyRequest<{ Querystring: Record<string, string> }>,
	reply: FastifyReply,
): FastifyReply {
	if (!request.query["a_bogus"]) return json(reply.header("x-sim-why", "no a_bogus"), "");
	const extra = { now: context.clock.now() };
	const room = context.rooms.find(request.query["web_rid"] ?? "");
	const shown = room ? shownAs(room) : "not_found";
	if (!room || shown === "not_found") {
		return json(reply, { data: { message: "", prompts: "" }, extra, status_code: noSuchRoom });
	}
	return json(reply, { ...answerOf(room, shown), extra });
}

function answerOf(room: Room, shown: Shown): Record<string, unknown> {
	const user = anchorJson(room);
	switch (shown) {
		case "live":
			// A voice room has its anchor here, and nothing of its broadcast (recorders' reports of 2026-06).
			if (room.voice) return answer({ data: [], user, enter_room_id: "", room_status: 1, enter_mode: 1 });
			return answer({ data: [roomJson(room, shown)], user, enter_room_id: room.current.roomId, room_status: 0 });
		case "offline":
			if (room.voice) return answer({ data: [], user, prompts: promptOf(shown), room_status: 2 }, broadcastOver);
			return answer({ data: [roomJson(room, shown)], user, enter_room_id: room.current.roomId, room_status: 2 });
		case "hidden":
			return answer({ data: [], user, prompts: promptOf(shown) }, noSuchRoom);
		default:
			return answer({ data: [], user, enter_room_id: "", room_status: 2 });
	}
}

const answer = (data: Record<string, unknown>, code = 0) => ({ data, status_code: code });
