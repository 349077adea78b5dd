import { z } from "zod";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { openToTokens } from "../token-routes.ts";

/** `GET /api/v1/image?url=`: a picture of the site, for pages, which may load only from the service. */
export function imageRoute(app: App, { images }: RouteDeps): void {
	app.get(
		"/api/v1/image",
		{
			schema: {
				operationId: "getImage",
				summary: "A picture from Douyin",
				description:
					"Avatars, gifts and emoji, by the address in an event. Only Douyin's own picture servers are contacted.",
				security: openToTokens("media"),
				tags: ["rooms"],
				querystring: z.object({ url: z.string().min(1).max(2048).describe("the address in an event") }),
				response: { 200: z.any().describe("the picture"), ...errorReplies(400, 401, 429, 502) },
			},
		},
		async (request, reply) => {
			const gone = new AbortController();
			reply.raw.once("close", () => gone.abort());
			const { type, bytes } = await images.fetch(request.query.url, gone.signal);
			// A changed picture has another address.
			return reply
				.type(type)
				.header("cache-control", "private, max-age=86400, immutable")
				.header("content-disposition", "inline")
				.header("content-security-policy", "default-src 'none'; sandbox")
				.send(bytes as never);
		},
	);
}
