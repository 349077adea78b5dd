import { z } from "zod";
import { reconnect, toWireReconnect } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

/** `GET /api/v1/reconnect`: the state of reconnecting, for all rooms together. */
export function reconnectRoute(app: App, { live }: RouteDeps): void {
	app.get(
		"/api/v1/reconnect",
		{
			schema: {
				operationId: "getReconnect",
				summary: "State of reconnects, for all rooms together",
				tags: ["rooms"],
				response: { 200: z.object({ success: z.literal(true), reconnect }), ...errorReplies(401, 429) },
			},
		},
		async () => ({ success: true as const, reconnect: toWireReconnect(live.getReconnectStatus()) }),
	);
}
