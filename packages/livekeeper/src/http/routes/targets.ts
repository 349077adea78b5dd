import { z } from "zod";
import { presetNames, presets } from "../../outputs/targets/index.ts";
import type { App } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { plainLiveId } from "../schemas/live-id.ts";
import {
	type TargetRouteDeps,
	target,
	targetInput,
	targetParams,
	targetPreset,
	targetPreview,
} from "../schemas/target.ts";

/** `GET /api/v1/targets`, `POST /api/v1/targets`. */
export function targetsRoutes(app: App, { targets }: TargetRouteDeps): void {
	app.get(
		"/api/v1/targets",
		{
			schema: {
				operationId: "listTargets",
				summary: "All targets",
				tags: ["targets"],
				response: {
					200: z.object({ success: z.literal(true), count: z.int(), targets: z.array(target) }),
					...errorReplies(401, 429),
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
					...errorReplies(400, 401, 404, 413, 415, 429),
				},
			},
		},
		async (request) => ({
			success: true as const,
			preview: await targets.preview(plainRooms(request.body), request.query.id),
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
					...errorReplies(401, 429),
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
					...errorReplies(400, 401, 409, 413, 415, 429),
				},
			},
		},
		async (request, reply) => {
			const created = await targets.create(plainRooms(request.body));
			return reply.code(201).send({ success: true, ...created });
		},
	);
}

const previewQuery = z.object({
	id: targetParams.shape.id.optional(),
});

/** Built on request, so no start waits for the schemas of a rarely used list. */
function presetView(name: (typeof presetNames)[number]) {
	const { settings, secrets, loopback = false } = presets[name];
	return { name, settings: z.toJSONSchema(settings, { io: "input" }), secrets: [...secrets], loopback };
}

/** Converts rooms' URLs to live ids, which targets use. */
export function plainRooms({ live_ids, ...rest }: z.infer<typeof targetInput>) {
	return { ...rest, live_ids: live_ids === "*" ? live_ids : live_ids.map(plainLiveId) };
}
