import { LivekeeperError } from "../../errors.ts";
import { buildReport } from "../../reports/index.ts";
import { requestTexts } from "../../text/index.ts";
import { report } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { goneSignal } from "../gone-signal.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { broadcastId } from "./broadcast-gifts.ts";

/** `GET /api/v1/rooms/{live_id}/broadcasts/{room_id}/report`: a broadcast summarised for people. */
export function broadcastReportRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/broadcasts/:room_id/report",
		{
			schema: {
				operationId: "getBroadcastReport",
				summary: "A broadcast's report",
				description: "room_id may be `latest`. For a running broadcast, the report so far.",
				tags: ["events"],
				params: liveIdParams.extend({ room_id: broadcastId }),
				response: { 200: report, ...errorReplies(400, 401, 404, 429, 503) },
			},
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { room_id: roomId } = request.params;
			const built = await buildReport(log, liveId, roomId, goneSignal(reply));
			if (built) return built;
			throw new LivekeeperError("broadcast_not_found", requestTexts.noBroadcast(roomId, liveId));
		},
	);
}
