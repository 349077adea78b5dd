import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { type WebhookRouteDeps, webhookParams, webhookTest } from "../schemas/webhook.ts";

/** `POST /api/v1/webhooks/{id}/test`: asks the receiver whether it takes what it is sent. */
export function webhookTestRoute(app: App, { webhooks }: WebhookRouteDeps): void {
	app.post(
		"/api/v1/webhooks/:id/test",
		{
			schema: {
				operationId: "testWebhook",
				summary: "Send the receiver a request without events",
				description: "Signed as all are, with `test: true`. Nothing is tried again, and no event waits for it.",
				tags: ["webhooks"],
				params: webhookParams,
				response: {
					200: z.object({ success: z.literal(true), test: webhookTest }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({ success: true as const, test: await webhooks.test(request.params.id, languageOf(request)) }),
	);
}
