import { z } from "zod";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { plainLiveId } from "../schemas/live-id.ts";
import { type WebhookRouteDeps, webhook, webhookInput } from "../schemas/webhook.ts";

/** `GET /api/v1/webhooks`, `POST /api/v1/webhooks`. */
export function webhooksRoutes(app: App, { webhooks }: WebhookRouteDeps): void {
	app.get(
		"/api/v1/webhooks",
		{
			schema: {
				operationId: "listWebhooks",
				summary: "All webhooks",
				tags: ["webhooks"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), webhooks: z.array(webhook) }),
					...errorReplies(401, 429),
				},
			},
		},
		async () => {
			const all = await webhooks.list();
			return { success: true as const, count: all.length, webhooks: all };
		},
	);
	app.post(
		"/api/v1/webhooks",
		{
			schema: {
				operationId: "createWebhook",
				summary: "Have events sent to a URL",
				description: "The answer is the only one that ever holds the secret.",
				tags: ["webhooks"],
				body: webhookInput,
				response: {
					201: z.object({ success: z.literal(true), webhook, secret: z.string() }),
					...errorReplies(400, 401, 409, 413, 415, 429),
				},
			},
		},
		async (request, reply) => {
			const created = await webhooks.create(plainRooms(request.body));
			return reply.code(201).send({ success: true, ...created });
		},
	);
}

/** Rooms may be given by their URLs; webhooks know them by their live ids. */
export function plainRooms({ live_ids, ...rest }: z.infer<typeof webhookInput>) {
	return { ...rest, live_ids: live_ids === "*" ? live_ids : live_ids.map(plainLiveId) };
}
