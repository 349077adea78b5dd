import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { type TargetRouteDeps, targetAttempt, targetParams, targetTest } from "../schemas/target.ts";

/** `POST /api/v1/targets/{id}/test`, `GET /api/v1/targets/{id}/history`. */
export function targetChecksRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.post(
		"/api/v1/targets/:id/test",
		{
			schema: {
				operationId: "testTarget",
				summary: "Send the receiver a request without events",
				description: "Signed like all requests, with `test: true`. It is not retried, and no event waits for it.",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), test: targetTest }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({ success: true as const, test: await targets.test(request.params.id, languageOf(request)) }),
	);
	app.get(
		"/api/v1/targets/:id/history",
		{
			schema: {
				operationId: "listTargetHistory",
				summary: "The latest deliveries, newest first: at most 10 per room, 100 in total",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), attempts: z.array(targetAttempt) }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({
			success: true as const,
			attempts: await targets.history(request.params.id, languageOf(request)),
		}),
	);
}
