import { languageOf } from "@livekeeper/base/text";
import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";

/** `GET /health/live` and `/health/ready`, for supervisors: no key, no rate limit. */
export function healthRoutes(app: App, { notReady, warnings }: RouteDeps): void {
	app.get(
		"/health/live",
		{
			schema: {
				operationId: "isAlive",
				summary: "Is the process alive?",
				tags: ["health"],
				security: [],
				response: { 200: z.object({ status: z.literal("ok") }) },
			},
		},
		async () => ({ status: "ok" as const }),
	);
	app.get(
		"/health/ready",
		{
			schema: {
				operationId: "isReady",
				summary: "Is the service ready?",
				tags: ["health"],
				security: [],
				response: {
					200: z.object({
						status: z.literal("ready"),
						warnings: z.array(z.string()).optional().describe("problems that don't stop the service from working"),
					}),
					503: z.object({ status: z.literal("not_ready"), reason: z.string() }),
				},
			},
		},
		async (request, reply) => {
			const language = languageOf(request);
			const reason = notReady();
			if (reason) return reply.code(503).send({ status: "not_ready", reason: reason[language] });
			const shown = warnings().map((text) => text[language]);
			return { status: "ready" as const, ...(shown.length > 0 && { warnings: shown }) };
		},
	);
}

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
				},
			},
		},
		async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
	);
}
