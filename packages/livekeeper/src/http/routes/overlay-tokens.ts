import { liveIdInput, plainLiveId } from "@livekeeper/base/live-id";
import { z } from "zod";
import type { OverlayTokenView } from "../../live/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { openToTokens } from "../areas.ts";
import { errorReplies } from "../schemas/error.ts";

/** A name of the user's own: one line of up to 100 characters. */
export const oneLineName = z
	.string()
	.trim()
	.min(1)
	.max(100)
	.regex(/^\P{Cc}+$/u, "must be one line");
const name = oneLineName.describe("what it is for, in the user's own words").meta({ examples: ["OBS"] });
const settings = z
	.string()
	.max(50_000)
	.regex(/^[\x21-\x7e]*$/, "must be written as in an address")
	.describe("what its overlay shows: the parameters after the # of an overlay's address")
	.meta({ examples: ["theme=bubbles&size=28"] });

/** Input for creating an overlay token. */
const overlayTokenInput = z
	.strictObject({
		name,
		live_id: liveIdInput.nullish().describe("the one room it may read; left out or null: all, including later ones"),
		settings: settings.optional(),
	})
	.meta({ id: "NewOverlayToken" });

/** Changes to an overlay token. */
const overlayTokenChange = z
	.strictObject({
		name: name.optional(),
		live_id: liveIdInput.nullish().describe("the one room it may read from now on; null: all"),
		settings: settings.optional(),
	})
	.describe("fields left out stay unchanged")
	.meta({ id: "OverlayTokenChange" });

/** Event that an overlay shows as a test. */
const overlayTestKind = z
	.enum(["gift", "chat", "pk"])
	.describe("a large gift, a message, or a battle of ten seconds")
	.meta({ examples: ["gift"] });

/** An overlay token, without its secret. */
const overlayToken = z
	.object({
		id: z.string().meta({ examples: ["5f3a9c0d41e7b286"] }),
		name: z.string().meta({ examples: ["OBS"] }),
		live_id: z
			.string()
			.nullable()
			.describe("the one room it may read; null: all")
			.meta({ examples: ["1001"] }),
		settings,
		test: z
			.object({ id: z.string().describe("different each time"), kind: overlayTestKind })
			.nullable()
			.describe("the test that its overlay should show; null: none yet")
			.meta({ examples: [{ id: "c2a4e6081b3d5f79", kind: "gift" }] }),
		created_at: z
			.number()
			.describe("ms since the epoch")
			.meta({ examples: [1_767_225_600_000] }),
		last_used_at: z
			.number()
			.nullable()
			.describe(
				"ms since the epoch; now, while a connection is open; null: never. After a restart, accurate to about 10 min",
			)
			.meta({ examples: [1_767_229_200_000] }),
	})
	.meta({ id: "OverlayToken" });

type WireOverlayToken = z.output<typeof overlayToken>;

const tags = ["overlay tokens"];
const all = "/api/v1/overlay-tokens";
const params = z.object({ id: z.string().min(1).max(64) });
const one = z.object({ success: z.literal(true), token: overlayToken });
const secret = z
	.string()
	.describe("secret used instead of the API key for reading; shown only here")
	.meta({ examples: ["lko_kB0yNn3Tq7Zt1s5X9vR2uW4aE6dG8hJ0lM3pQ5rS7tU"] });

/** `GET` and `POST /api/v1/overlay-tokens`; `GET`, `PATCH` and `DELETE /api/v1/overlay-tokens/{id}`; its `test`. */
export function overlayTokensRoutes(app: App, deps: RouteDeps): void {
	allRoutes(app, deps);
	oneRoutes(app, deps);
}

function allRoutes(app: App, { overlayTokens }: RouteDeps): void {
	app.get(
		all,
		{
			schema: {
				operationId: "listOverlayTokens",
				summary: "All overlay tokens",
				tags,
				response: {
					200: z.object({ success: z.literal(true), tokens: z.array(overlayToken) }),
					...errorReplies(403),
				},
			},
		},
		async () => ({ success: true as const, tokens: overlayTokens.list().map(toWire) }),
	);
	app.post(
		all,
		{
			schema: {
				operationId: "createOverlayToken",
				summary: "Create an overlay token",
				description:
					"Its secret gives read-only access to one room or all rooms: events, broadcasts, status, the overlay's settings, and pictures. The secret is shown only in this answer. The overlay is at /overlay/named/{id}#token={secret}; without an API key it needs no secret.",
				tags,
				body: overlayTokenInput,
				response: {
					201: z.object({ success: z.literal(true), token: overlayToken, secret }),
					...errorReplies(403, 409, 503),
				},
			},
		},
		async (request, reply) => {
			const { name, live_id: liveId, settings } = request.body;
			const made = await overlayTokens.create(name, roomOf(liveId), settings);
			return reply.code(201).send({ success: true, token: toWire(made.token), secret: made.secret });
		},
	);
}

function oneRoutes(app: App, { overlayTokens }: RouteDeps): void {
	const path = `${all}/:id`;
	app.get(
		path,
		{
			schema: {
				operationId: "getOverlayToken",
				summary: "What an overlay shows",
				description: "Open overlays ask every two seconds, which counts as a use of their token.",
				security: openToTokens("overlay"),
				tags,
				params,
				response: { 200: one, ...errorReplies(403, 404) },
			},
		},
		async (request) => ({ success: true as const, token: toWire(overlayTokens.read(request.params.id)) }),
	);
	app.patch(
		path,
		{
			schema: {
				operationId: "changeOverlayToken",
				summary: "Change an overlay token, or what its overlay shows",
				description:
					"The secret and the overlay's address stay the same; open overlays show the change within seconds. If the room changes, connections to the previous one end.",
				tags,
				params,
				body: overlayTokenChange,
				response: { 200: one, ...errorReplies(403, 404, 503) },
			},
		},
		async (request) => {
			const { name, live_id: liveId, settings } = request.body;
			const change = {
				...(name !== undefined && { name }),
				...(liveId !== undefined && { liveId: roomOf(liveId) }),
				...(settings !== undefined && { settings }),
			};
			return { success: true as const, token: toWire(await overlayTokens.change(request.params.id, change)) };
		},
	);
	app.post(
		`${path}/test`,
		{
			schema: {
				operationId: "testOverlay",
				summary: "Show a test in an overlay",
				description:
					"Open overlays show a made-up message within seconds, marked as a test. It reaches no log, statistics or other readers.",
				tags,
				params,
				body: z.strictObject({ kind: overlayTestKind }),
				response: { 200: one, ...errorReplies(403, 404, 503) },
			},
		},
		async (request) => {
			const token = await overlayTokens.test(request.params.id, request.body.kind);
			return { success: true as const, token: toWire(token) };
		},
	);
	app.delete(
		path,
		{
			schema: {
				operationId: "removeOverlayToken",
				summary: "Revoke an overlay token",
				description: "Connections opened with it end immediately.",
				tags,
				params,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(403, 404, 503),
				},
			},
		},
		async (request) => {
			await overlayTokens.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}

/** @param given `null` or left out: all rooms */
function roomOf(given: string | number | null | undefined): string | undefined {
	return given === undefined || given === null ? undefined : plainLiveId(given);
}

function toWire({ liveId, test, createdAt, lastUsedAt, ...rest }: OverlayTokenView): WireOverlayToken {
	return {
		...rest,
		live_id: liveId ?? null,
		test: test ?? null,
		created_at: createdAt,
		last_used_at: lastUsedAt ?? null,
	};
}
