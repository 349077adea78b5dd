import { checkTexts, languageOf } from "@livekeeper/base/text";
import {
	deadLetter,
	presetNames,
	presets,
	type Targets,
	target,
	targetAttempt,
	targetInput,
	targetPreset,
	targetPreview,
	targetRoom,
	targetTest,
} from "@livekeeper/targets";
import { z } from "zod";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";

const id = z.string().regex(/^[\w-]{1,64}$/, checkTexts.id.en);
const targetParams = z.object({ id });
const deadLetterParams = z.object({ id, delivery_id: id });
const targetReply = z.object({ success: z.literal(true), target });

interface TargetRouteDeps {
	targets: Pick<Targets, keyof Targets>;
}

/** Routes of targets, their checks and their dead letters. */
export function targetRoutes(app: App, deps: TargetRouteDeps): void {
	for (const routes of [listRoutes, oneRoutes, checkRoutes, deadLetterRoutes]) routes(app, deps);
}

/** `GET /api/v1/targets`, `POST /api/v1/targets`. */
function listRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		"/api/v1/targets",
		{
			schema: {
				operationId: "listTargets",
				summary: "All targets",
				tags: ["targets"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), targets: z.array(target) }),
				},
			},
		},
		async () => {
			const all = await targets.list();
			return { success: true as const, count: all.length, targets: all };
		},
	);
	app.post(
		"/api/v1/targets/preview",
		{
			schema: {
				operationId: "previewTarget",
				summary: "What a target would have received in the last hour",
				description:
					"Nothing is sent or stored. `id`: a target whose secret settings are used where they are left out.",
				tags: ["targets"],
				querystring: previewQuery,
				body: targetInput,
				response: {
					200: z.object({ success: z.literal(true), preview: targetPreview }),
					...errorReplies(404),
				},
			},
		},
		async (request) => ({
			success: true as const,
			preview: await targets.preview(request.body, request.query.id),
		}),
	);
	app.get(
		"/api/v1/targets/presets",
		{
			schema: {
				operationId: "listTargetPresets",
				summary: "The kinds of receivers, with their settings",
				tags: ["targets"],
				response: {
					200: z.object({ success: z.literal(true), presets: z.array(targetPreset) }),
				},
			},
		},
		() => ({ success: true as const, presets: presetNames.map(presetView) }),
	);
	app.post(
		"/api/v1/targets",
		{
			schema: {
				operationId: "createTarget",
				summary: "Send messages to an address",
				description: "The secret is shown only in this answer.",
				tags: ["targets"],
				body: targetInput,
				response: {
					201: z.object({
						success: z.literal(true),
						target,
						secret: z.string().nullable(),
					}),
					...errorReplies(409),
				},
			},
		},
		async (request, reply) => {
			const created = await targets.create(request.body);
			return reply.code(201).send({ success: true, ...created });
		},
	);
}

const previewQuery = z.object({ id: id.optional() });

/** Built on request, so no start waits for the schemas of a rarely used list. */
function presetView(name: (typeof presetNames)[number]) {
	const { settings, secrets, loopback = false } = presets[name];
	return { name, settings: z.toJSONSchema(settings, { io: "input" }), secrets: [...secrets], loopback };
}

const targetUrl = "/api/v1/targets/:id";

/** `GET`, `PUT` and `DELETE /api/v1/targets/{id}`. */
function oneRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		targetUrl,
		{
			schema: {
				operationId: "getTarget",
				summary: "One target, with its progress in each room",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), target, rooms: z.array(targetRoom) }),
					...errorReplies(404),
				},
			},
		},
		async (request) => ({ success: true as const, ...(await targets.get(request.params.id, languageOf(request))) }),
	);
	app.put(
		targetUrl,
		{
			schema: {
				operationId: "putTarget",
				summary: "Replace a target",
				description: "Rooms that stay continue where they were; without a new secret, the old one stays.",
				tags: ["targets"],
				params: targetParams,
				body: targetInput,
				response: { 200: targetReply, ...errorReplies(404) },
			},
		},
		async (request) => {
			const changed = await targets.update(request.params.id, request.body);
			return { success: true as const, target: changed };
		},
	);
	app.delete(
		targetUrl,
		{
			schema: {
				operationId: "deleteTarget",
				summary: "Remove a target with its undelivered batches",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(404),
				},
			},
		},
		async (request) => {
			await targets.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}

/** `POST /api/v1/targets/{id}/test`, `GET /api/v1/targets/{id}/history`. */
function checkRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.post(
		"/api/v1/targets/:id/test",
		{
			schema: {
				operationId: "testTarget",
				summary: "Send the receiver a request without events",
				description: "Signed like all requests, with `test: true`. It is not retried, and no event waits for it.",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), test: targetTest }),
					...errorReplies(404),
				},
			},
		},
		async (request) => ({ success: true as const, test: await targets.test(request.params.id, languageOf(request)) }),
	);
	app.get(
		"/api/v1/targets/:id/history",
		{
			schema: {
				operationId: "listTargetHistory",
				summary: "The latest deliveries, newest first: at most 10 per room, 100 in total",
				tags: ["targets"],
				params: targetParams,
				response: {
					200: z.object({ success: z.literal(true), attempts: z.array(targetAttempt) }),
					...errorReplies(404),
				},
			},
		},
		async (request) => ({
			success: true as const,
			attempts: await targets.history(request.params.id, languageOf(request)),
		}),
	);
}

const deadLettersUrl = "/api/v1/targets/:id/dead-letters";

const listQuery = z.object({
	limit: z.coerce.number().int().min(1).max(500).default(100),
	before: z.coerce.number().int().min(1).optional().describe("next_before of the previous page"),
});
const queued = z.object({ success: z.literal(true), queued: z.int() });

/** The dead letters of a target, and their redelivery. */
function deadLetterRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		deadLettersUrl,
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
					...errorReplies(404),
				},
			},
		},
		async (request) => ({
			success: true as const,
			...(await targets.deadLetters(request.params.id, request.query, languageOf(request))),
		}),
	);
	app.post(
		`${deadLettersUrl}/:delivery_id/redeliver`,
		{
			schema: {
				operationId: "redeliver",
				summary: "Resend an undelivered batch",
				tags: ["targets"],
				params: deadLetterParams,
				response: { 202: queued, ...errorReplies(404, 410) },
			},
		},
		async (request, reply) => {
			await targets.redeliver(request.params.id, request.params.delivery_id);
			return reply.code(202).send({ success: true, queued: 1 });
		},
	);
	app.post(
		`${deadLettersUrl}/redeliver-all`,
		{
			schema: {
				operationId: "redeliverAll",
				summary: "Resend all undelivered batches",
				tags: ["targets"],
				params: targetParams,
				response: { 202: queued, ...errorReplies(404) },
			},
		},
		async (request, reply) =>
			reply.code(202).send({ success: true, queued: await targets.redeliverAll(request.params.id) }),
	);
}
