import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";

const kindCount = z
	.object({
		kind: z.string().describe("the event's type, or Douyin's name of the kind for events without one"),
		typed: z.boolean().describe("whether its events have their own type"),
		count: z.int().min(1),
		first_at: z.number().describe("when the first was stored, ms since the epoch"),
		last_at: z.number().describe("when the last was stored, ms since the epoch"),
		last_seq: z.int().describe("seq of the last one"),
	})
	.meta({ id: "KindCount" });

/** `GET /api/v1/rooms/{live_id}/kinds`: the number of events of each kind, which makes a new kind visible. */
export function roomKindsRoute(app: App, { live, kinds }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/kinds",
		{
			config: { atOwner: "alone" },
			schema: {
				operationId: "getKinds",
				summary: "Number of messages of each kind in a room",
				description: "Counted since the service and the room were started; most frequent first.",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), live_id: z.string(), kinds: z.array(kindCount) }),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const counts = kinds.of(liveId).map(({ firstAt, lastAt, lastSeq, ...count }) => {
				return { ...count, first_at: firstAt, last_at: lastAt, last_seq: lastSeq };
			});
			return { success: true as const, live_id: liveId, kinds: counts };
		},
	);
}
