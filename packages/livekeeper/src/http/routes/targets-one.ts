import { z } from "zod";
import { languageOf } from "../../text/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { type TargetRouteDeps, target, targetInput, targetParams, targetReply, targetRoom } from "../schemas/target.ts";
import { plainRooms } from "./targets.ts";

const url = "/api/v1/targets/:id";

/** `GET`, `PUT` and `DELETE /api/v1/targets/{id}`. */
export function targetRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		url,
		{
			schema: {
				operationId: "getTarget",
				summary: "One target, with its progress in each room",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), target, rooms: z.array(targetRoom) }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => ({ success: true as const, ...(await targets.get(request.params.id, languageOf(request))) }),
	);
	app.put(
		url,
		{
			schema: {
				operationId: "putTarget",
				summary: "Replace a target",
				description: "Rooms that stay continue where they were; without a new secret, the old one stays.",
				tags: ["targets"],
				params: targetParams,
				body: targetInput,
				response: { 200: targetReply, ...errorReplies(400, 401, 404, 413, 415, 429) },
			},
		},
		async (request) => {
			const changed = await targets.update(request.params.id, plainRooms(request.body));
			return { success: true as const, target: changed };
		},
	);
	app.delete(
		url,
		{
			schema: {
				operationId: "deleteTarget",
				summary: "Remove a target with its undelivered batches",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(400, 401, 404, 429),
				},
			},
		},
		async (request) => {
			await targets.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}
