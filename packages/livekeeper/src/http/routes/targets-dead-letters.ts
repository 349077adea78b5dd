import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { deadLetter, deadLetterParams, type TargetRouteDeps, targetParams } from "../schemas/target.ts";

const url = "/api/v1/targets/:id/dead-letters";

const listQuery = z.object({
	limit: z.coerce.number().int().min(1).max(500).default(100),
	before: z.coerce.number().int().min(1).optional().describe("next_before of the previous page"),
});
const queued = z.object({ success: z.literal(true), queued: z.int() });

/** The dead letters of a target, and their redelivery. */
export function targetDeadLettersRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "listDeadLetters",
				summary: "Undelivered batches, newest first",
				tags: ["targets"],
				params: targetParams,
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
			...(await targets.deadLetters(request.params.id, request.query, languageOf(request))),
		}),
	);
	app.post(
		`${url}/:delivery_id/redeliver`,
		{
			schema: {
				operationId: "redeliver",
				summary: "Resend an undelivered batch",
				tags: ["targets"],
				params: deadLetterParams,
				response: { 202: queued, ...errorReplies(400, 401, 404, 410, 429) },
			},
		},
		async (request, reply) => {
			await targets.redeliver(request.params.id, request.params.delivery_id);
			return reply.code(202).send({ success: true, queued: 1 });
		},
	);
	app.post(
		`${url}/redeliver-all`,
		{
			schema: {
				operationId: "redeliverAll",
				summary: "Resend all undelivered batches",
				tags: ["targets"],
				params: targetParams,
				response: { 202: queued, ...errorReplies(400, 401, 404, 429) },
			},
		},
		async (request, reply) =>
			reply.code(202).send({ success: true, queued: await targets.redeliverAll(request.params.id) }),
	);
}
