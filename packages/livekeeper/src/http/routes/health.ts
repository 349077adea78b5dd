import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";

/** `GET /health/live` and `/health/ready`, for supervisors: no key, no rate limit. */
export function healthRoutes(app: App, { notReady }: RouteDeps): void {
	app.get(
		"/health/live",
		{
			schema: {
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
				summary: "Can the service take work?",
				tags: ["health"],
				security: [],
				response: {
					200: z.object({ status: z.literal("ready") }),
					503: z.object({ status: z.literal("not_ready"), reason: z.string() }),
				},
			},
		},
		async (_request, reply) => {
			const reason = notReady();
			if (reason === undefined) return { status: "ready" as const };
			return reply.code(503).send({ status: "not_ready", reason });
		},
	);
}
