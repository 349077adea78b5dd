import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import {
	type WebhookRouteDeps,
	webhook,
	webhookInput,
	webhookParams,
	webhookReply,
	webhookRoom,
} from "../schemas/webhook.ts";
import { plainRooms } from "./webhooks.ts";

const url = "/api/v1/webhooks/:id";

/** `GET`, `PUT` and `DELETE /api/v1/webhooks/{id}`. */
export function webhookRoutes(app: App, { webhooks }: WebhookRouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "getWebhook",
				summary: "One webhook, with its progress in each room",
				tags: ["webhooks"],
				params: webhookParams,
				response: {
					200: z.object({ success: z.literal(true), webhook, rooms: z.array(webhookRoom) }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({ success: true as const, ...(await webhooks.get(request.params.id, languageOf(request))) }),
	);
	app.put(
		url,
		{
			schema: {
				operationId: "putWebhook",
				summary: "Replace a webhook",
				description: "Rooms that it keeps go on from their places; the secret stays where none is given.",
				tags: ["webhooks"],
				params: webhookParams,
				body: webhookInput,
				response: { 200: webhookReply, ...errorReplies(400, 401, 404, 413, 415, 429) },
			},
		},
		async (request) => {
			const changed = await webhooks.update(request.params.id, plainRooms(request.body));
			return { success: true as const, webhook: changed };
		},
	);
	app.delete(
		url,
		{
			schema: {
				operationId: "deleteWebhook",
				summary: "Remove a webhook with its dead letters",
				tags: ["webhooks"],
				params: webhookParams,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => {
			await webhooks.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}
