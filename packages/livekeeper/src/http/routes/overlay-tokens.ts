import { z } from "zod";
import type { OverlayTokenView } from "../../live/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { plainLiveId } from "../schemas/live-id.ts";
import { overlayToken, overlayTokenInput, type WireOverlayToken } from "../schemas/overlay-token.ts";

const tags = ["overlay tokens"];
const secret = z
	.string()
	.describe("what to read with, in the place of an API key; shown here and never again")
	.meta({ examples: ["lko_kB0yNn3Tq7Zt1s5X9vR2uW4aE6dG8hJ0lM3pQ5rS7tU"] });

/** `GET` and `POST /api/v1/overlay-tokens`; `DELETE /api/v1/overlay-tokens/{id}`. */
export function overlayTokensRoutes(app: App, { overlayTokens }: RouteDeps): void {
	app.get(
		"/api/v1/overlay-tokens",
		{
			schema: {
				operationId: "listOverlayTokens",
				summary: "All overlay tokens",
				tags,
				response: {
					200: z.object({ success: z.literal(true), tokens: z.array(overlayToken) }),
					...errorReplies(401, 403, 429),
				},
			},
		},
		async () => ({ success: true as const, tokens: overlayTokens.list().map(toWire) }),
	);
	app.post(
		"/api/v1/overlay-tokens",
		{
			schema: {
				operationId: "createOverlayToken",
				summary: "Make an overlay token",
				description:
					"Whoever has its secret may read one room, or all: events, status, and pictures; and nothing else. The answer is the only one that ever holds the secret.",
				tags,
				body: overlayTokenInput,
				response: {
					201: z.object({ success: z.literal(true), token: overlayToken, secret }),
					...errorReplies(400, 401, 403, 409, 413, 415, 429, 503),
				},
			},
		},
		async (request, reply) => {
			const { name, live_id: given } = request.body;
			const made = await overlayTokens.create(
				name,
				given === undefined || given === null ? undefined : plainLiveId(given),
			);
			return reply.code(201).send({ success: true, token: toWire(made.token), secret: made.secret });
		},
	);
	app.delete(
		"/api/v1/overlay-tokens/:id",
		{
			schema: {
				operationId: "removeOverlayToken",
				summary: "Revoke an overlay token",
				description: "What it has opened ends at once.",
				tags,
				params: z.object({ id: z.string().min(1).max(64) }),
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(400, 401, 403, 404, 429, 503),
				},
			},
		},
		async (request) => {
			await overlayTokens.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}

function toWire({ id, name, liveId, createdAt, lastUsedAt }: OverlayTokenView): WireOverlayToken {
	return { id, name, live_id: liveId ?? null, created_at: createdAt, last_used_at: lastUsedAt ?? null };
}
