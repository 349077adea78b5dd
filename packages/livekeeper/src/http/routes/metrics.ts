import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

/** `GET /metrics`: Prometheus text, collected on request. */
export function metricsRoute(app: App, { metrics }: RouteDeps): void {
	app.get(
		"/metrics",
		{
			schema: {
				operationId: "getMetrics",
				summary: "Prometheus metrics",
				tags: ["health"],
				response: {
					200: { content: { [metrics.contentType]: { schema: z.string() } } },
					...errorReplies(401, 429),
				},
			},
		},
		async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
	);
}
