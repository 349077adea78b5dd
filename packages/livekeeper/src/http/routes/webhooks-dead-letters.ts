import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { deadLetter, deadLetterParams, type WebhookRouteDeps, webhookParams } from "../schemas/webhook.ts";

const url = "/api/v1/webhooks/:id/dead-letters";

const listQuery = z.object({
	limit: z.coerce.number().int().min(1).max(500).default(100),
	before: z.coerce.number().int().min(1).optional().describe("next_before of the page before"),
});
const queued = z.object({ success: z.literal(true), queued: z.int() });

/** The dead letters of a webhook, and their redelivery. */
export function webhookDeadLettersRoutes(app: App, { webhooks }: WebhookRouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "listDeadLetters",
				summary: "Deliveries that were given up, newest first",
				tags: ["webhooks"],
				params: webhookParams,
				querystring: listQuery,
				response: {
					200: z.object({
						success: z.literal(true),
						dead_letters: z.array(deadLetter),
						next_before: z.int().nullable(),
					}),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({
			success: true as const,
			...(await webhooks.deadLetters(request.params.id, request.query, languageOf(request))),
		}),
	);
	app.post(
		`${url}/:delivery_id/redeliver`,
		{
			schema: {
				operationId: "redeliver",
				summary: "Try a dead letter once more",
				tags: ["webhooks"],
				params: deadLetterParams,
				response: { 202: queued, ...errorReplies(400, 401, 404, 410, 429) },
			},
		},
		async (request, reply) => {
			await webhooks.redeliver(request.params.id, request.params.delivery_id);
			return reply.code(202).send({ success: true, queued: 1 });
		},
	);
	app.post(
		`${url}/redeliver-all`,
		{
			schema: {
				operationId: "redeliverAll",
				summary: "Try every dead letter once more",
				tags: ["webhooks"],
				params: webhookParams,
				response: { 202: queued, ...errorReplies(400, 401, 404, 429) },
			},
		},
		async (request, reply) =>
			reply.code(202).send({ success: true, queued: await webhooks.redeliverAll(request.params.id) }),
	);
}
