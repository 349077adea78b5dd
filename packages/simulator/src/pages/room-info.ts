import type { FastifyInstance } from "fastify";
import type { Broadcast } from "../rooms/broadcast.ts";
import type { Room } from "../rooms/room.ts";
import { fails, json } from "./answers.ts";
import { broadcastJson, noSuchRoom, shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";
import { refuse } from "./site-gate.ts";

type Query = { Querystring: Record<string, string> };

/**
 * Adds the calls for a broadcast by its room id (`info_by_scene`: is it over?), and for a person's last one
 * (`info_by_user`). Neither is signed, neither requires a cookie.
 */
export function addRoomInfo(app: FastifyInstance, context: PagesContext): void {
	app.get<Query>("/webcast/room/info_by_scene/", { config: { way: "scene" } }, (request, reply) => {
		const { room_id: roomId = "", scene, aid } = request.query;
		const found = context.rooms.byRoomId(roomId);
		if (fails(context, "pages", found?.room.liveId, reply)) return reply;
		if (context.faults.take("captcha", found?.room.liveId)) return refuse(reply, "scene", "captcha");
		if (aid !== "6383" || !scene) return json(reply.header("x-sim-why", "aid is not 6383, or no scene"), "");
		const extra = { now: context.clock.now() };
		if (!found || !isPublic(found.room)) return json(reply, { ...nothing, extra, status_code: noSuchRoom });
		const { room, broadcast } = found;
		const { id_str, status, title } = broadcastJson(room, broadcast, isOn(room, broadcast));
		const stream_url = { flv_pull_url: { FULL_HD1: `https://pull-flv.sim-douyin.invalid/${roomId}.flv` } };
		return json(reply, { data: { id_str, status, title, stream_url }, extra, status_code: 0 });
	});

	app.get<Query>("/webcast/room/info_by_user/", { config: { way: "user" } }, (request, reply) => {
		const room = context.rooms.findByAnchor(request.query["user_id"] ?? "");
		if (fails(context, "pages", room?.liveId, reply)) return reply;
		if (request.query["aid"] !== "6383") return json(reply.header("x-sim-why", "aid is not 6383"), "");
		const extra = { now: context.clock.now() };
		// A room that never was live is answered like one that does not exist.
		if (!room || !isPublic(room)) return json(reply, { data: {}, extra, status_code: 0 });
		const { current } = room;
		const { id_str, status, create_time, finish_time } = broadcastJson(room, current, isOn(room, current));
		const data = { id_str, status, create_time, finish_time, owner_user_id: room.anchor.id };
		return json(reply, { data, extra, status_code: 0 });
	});
}

const nothing = { data: { message: "", prompts: "" } };

function isPublic(room: Room): boolean {
	const shown = shownAs(room);
	return shown === "live" || shown === "offline";
}

function isOn(room: Room, broadcast: Broadcast): boolean {
	return broadcast === room.current && shownAs(room) === "live";
}
