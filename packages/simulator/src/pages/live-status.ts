import type { FastifyInstance } from "fastify";
import { fails, json } from "./answers.ts";
import { shownAs } from "./page-state.ts";
import type { PagesContext } from "./pages-context.ts";

/**
 * Adds the call for which of several people are live (`check_user_live_status`): no cookie, no signature. It names
 * those who are; a missing one may be offline, unknown, in a voice room, or beyond the call's limit.
 */
export function addLiveStatus(app: FastifyInstance, context: PagesContext): void {
	const path = "/webcast/distribution/check_user_live_status/";
	app.get<{ Querystring: Record<string, string> }>(path, { config: { way: "batch" } }, (request, reply) => {
		if (fails(context, "pages", undefined, reply)) return reply;
		const { batchIds, batchVoice } = context.site.settings;
		if (request.query["aid"] !== "6383") return json(reply.header("x-sim-why", "aid is not 6383"), "");
		const ids = (request.query["user_ids"] ?? "").split(",").slice(0, batchIds);
		const userLive = ids.flatMap((userId) => {
			const room = context.rooms.findByAnchor(userId);
			if (!room || shownAs(room) !== "live" || (room.voice && !batchVoice)) return [];
			return [
				{
					live_status: 1,
					room_id_str: room.current.roomId,
					user_id_str: userId,
					ad_type: 0,
					filter_reason: "",
					msg: "",
				},
			];
		});
		const data = [{ scene_id: Number(request.query["distribution_scenes"] ?? 0), user_live: userLive }];
		return json(reply, { data, extra: { now: context.clock.now() }, status_code: 0 });
	});
}
