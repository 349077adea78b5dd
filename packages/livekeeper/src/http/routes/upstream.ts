import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import { toWireUpstream, upstream } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

const url = "/api/v1/upstream";
const tags = ["connections"];

/**
 * `GET /api/v1/upstream`: the state of the site's lookups of live rooms; `POST …/passed`: a person has passed its
 * slider.
 */
export function upstreamRoutes(app: App, { lookups }: RouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "getUpstream",
				summary: "How Douyin is asked which rooms are live",
				description: "The answering node's own lookups; in a cluster, each node looks up its own rooms.",
				tags,
				response: { 200: z.object({ success: z.literal(true), upstream }), ...errorReplies(401, 429) },
			},
		},
		async (request) => ({ success: true as const, upstream: toWireUpstream(lookups.status(), languageOf(request)) }),
	);
	app.post(
		`${url}/passed`,
		{
			schema: {
				operationId: "passedSlider",
				summary: "Retry refused methods after a person has passed Douyin's slider",
				description:
					"Pass it in a browser on the same network, or through the same proxy. Each exit with a refused method sends one request immediately. The answer shows the state before that; a few seconds later, getUpstream shows whether it works again.",
				tags,
				body: z.strictObject({
					exit: z.string().min(1).max(256).optional().describe("its name; left out: all"),
				}),
				response: {
					200: z.object({
						success: z.literal(true),
						tried: z.array(z.string()).describe("the exits that are retried; empty if nothing is refused"),
						upstream,
					}),
					...errorReplies(400, 401, 404, 413, 415, 429),
				},
			},
		},
		async (request) => {
			const before = lookups.status();
			const tried = lookups.passed(request.body.exit);
			return { success: true as const, tried, upstream: toWireUpstream(before, languageOf(request)) };
		},
	);
}
