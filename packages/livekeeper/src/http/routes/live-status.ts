import { z } from "zod";
import type { RoomStatus } from "../../live/index.ts";
import { type Language, languageOf } from "../../text/index.ts";
import { reason, roomHealth, roomState, toWireReason } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

const seconds = (what: string) =>
	z.int().nullable().describe(`${what}, seconds since the epoch; null when there is none`);

const connection = z
	.object({
		active: z.boolean().describe("whether the connection is open"),
		reconnect_count: z.int(),
		last_message_time: seconds("time of the last message"),
		should_reconnect: z.boolean().describe("whether the room is started"),
		state: roomState,
		health: roomHealth.nullable(),
		reason,
		next_attempt_at: seconds("when the next attempt is due"),
		gaps: z.int().describe("gaps in the log, where messages are or may be missing"),
	})
	.meta({ id: "Connection" });

/** `GET /api/live/status`: every kept room and its state. Times here are seconds. */
export function liveStatusRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/live/status",
		{
			schema: {
				operationId: "liveStatus",
				summary: "All rooms, in short",
				tags: ["live"],
				response: {
					200: z.object({
						success: z.literal(true),
						active_rooms: z.array(z.string()),
						count: z.int(),
						connections: z.record(z.string(), connection),
					}),
					...errorReplies(401, 429),
				},
			},
		},
		async (request, reply) => {
			const { activeRooms, rooms } = live.getStatus();
			const language = languageOf(request);
			const connections = Object.fromEntries(rooms.map((status) => [status.liveId, toConnection(status, language)]));
			const body = { success: true, active_rooms: activeRooms, count: activeRooms.length, connections };
			// Schemas omit a room named __proto__, so the body is serialised without one.
			return reply.type("application/json; charset=utf-8").send(JSON.stringify(body) as never);
		},
	);
}

function toConnection(status: RoomStatus, language: Language): z.output<typeof connection> {
	return {
		active: status.state === "connected",
		reconnect_count: status.reconnectCount,
		last_message_time: toSeconds(status.lastMessageAt),
		should_reconnect: status.state !== "stopped",
		state: status.state,
		health: status.health ?? null,
		reason: toWireReason(status.reason, language),
		next_attempt_at: toSeconds(status.nextAttemptAt),
		gaps: status.gaps,
	};
}

function toSeconds(ms: number | undefined): number | null {
	return ms === undefined ? null : Math.floor(ms / 1000);
}
