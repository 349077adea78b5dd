import type { LivekeeperError } from "@livekeeper/base/errors";
import { z } from "zod";
import { maxSoundBytes, soundTooLarge, unsupportedSound } from "../../live/index.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { openToTokens } from "../areas.ts";
import { replyWithError } from "../error-reply.ts";
import { errorReplies } from "../schemas/error.ts";
import { oneLineName } from "./overlay-tokens.ts";

/** Routes of pictures and sounds. */
export const mediaRoutes: readonly Route[] = [soundsRoutes, imageRoute];

/** `GET /api/v1/image?url=`: a picture of the site, for pages, which may load only from the service. */
function imageRoute(app: App, { images }: RouteDeps): void {
	app.get(
		"/api/v1/image",
		{
			schema: {
				operationId: "getImage",
				summary: "A picture from Douyin",
				description:
					"Avatars, gifts and emoji, by the address in an event. Only Douyin's own picture servers are contacted.",
				security: openToTokens("media"),
				tags: ["rooms"],
				querystring: z.object({ url: z.string().min(1).max(2048).describe("the address in an event") }),
				response: { 200: z.any().describe("the picture"), ...errorReplies(502) },
			},
		},
		async (request, reply) => {
			const gone = new AbortController();
			reply.raw.once("close", () => gone.abort());
			const { type, bytes } = await images.fetch(request.query.url, gone.signal);
			// A changed picture has another address.
			return reply
				.type(type)
				.header("cache-control", "private, max-age=86400, immutable")
				.header("content-disposition", "inline")
				.header("content-security-policy", "default-src 'none'; sandbox")
				.send(bytes as never);
		},
	);
}

/** Name of a sound, as its uploader gives it. */
const soundName = oneLineName.describe("what it is called, in the user's own words").meta({ examples: ["Ta-da"] });

/** A sound file of the user. */
const sound = z
	.object({
		id: z
			.string()
			.describe("made of the content: the same file has the same id; an overlay's `sound_of`")
			.meta({ examples: ["9f86d081884c7d65"] }),
		name: soundName,
		type: z
			.string()
			.describe("media type, by its content")
			.meta({ examples: ["audio/mpeg"] }),
		bytes: z
			.number()
			.describe("size of the file")
			.meta({ examples: [48_213] }),
		added_at: z
			.number()
			.describe("ms since the epoch")
			.meta({ examples: [1_767_225_600_000] }),
	})
	.meta({ id: "Sound" });

const tags = ["sounds"];
const all = "/api/v1/sounds";
const one = `${all}/:id`;
const params = z.object({ id: z.string().min(1).max(64) });

/** `GET` and `POST /api/v1/sounds`; `GET` and `DELETE /api/v1/sounds/{id}`. */
function soundsRoutes(app: App, deps: RouteDeps): void {
	listRoute(app, deps);
	// Parsers belong to a scope, and only this route takes a body that is not JSON.
	app.register(async (scope) => uploadRoute(scope, deps));
	fileRoute(app, deps);
	removeRoute(app, deps);
}

function listRoute(app: App, { sounds }: RouteDeps): void {
	app.get(
		all,
		{
			schema: {
				operationId: "listSounds",
				summary: "All sound files",
				tags,
				response: {
					200: z.object({ success: z.literal(true), sounds: z.array(sound) }),
					...errorReplies(403, 503),
				},
			},
		},
		async () => ({ success: true as const, sounds: (await sounds.list()).map(toWire) }),
	);
}

function uploadRoute(app: App, { sounds }: RouteDeps): void {
	app.removeAllContentTypeParsers();
	// A browser asks before it sends these to another origin.
	const types = /^(?:audio\/|video\/|application\/octet-stream)/;
	app.addContentTypeParser(types, { parseAs: "buffer" }, async (_request: unknown, file: Buffer) => file);
	app.post(
		all,
		{
			bodyLimit: maxSoundBytes,
			errorHandler: (error, request, reply) => replyWithError(refusalOf(error) ?? error, request, reply),
			schema: {
				operationId: "addSound",
				summary: "Add a sound file",
				description:
					"The body is an mp3, ogg, wav, m4a or webm file of at most 512 KB, which overlays play with its id as `sound_of`. At most 50 files.",
				tags,
				consumes: ["audio/*"],
				querystring: z.object({ name: soundName }),
				body: z.any(),
				response: {
					201: z.object({ success: z.literal(true), sound }),
					...errorReplies(403, 409, 503),
				},
			},
		},
		async (request, reply) => {
			const file: unknown = request.body;
			const added = await sounds.add(request.query.name, Buffer.isBuffer(file) ? file : Buffer.alloc(0));
			return reply.code(201).send({ success: true, sound: toWire(added) });
		},
	);
}

/** The framework's refusals of a body, in words of this route. */
function refusalOf({ code }: { code?: string }): LivekeeperError | undefined {
	if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return soundTooLarge();
	return code === "FST_ERR_CTP_INVALID_MEDIA_TYPE" ? unsupportedSound() : undefined;
}

function fileRoute(app: App, { sounds }: RouteDeps): void {
	app.get(
		one,
		{
			schema: {
				operationId: "getSound",
				summary: "A sound file",
				security: openToTokens("media"),
				tags,
				params,
				response: { 200: z.any().describe("the file"), ...errorReplies(403, 404, 503) },
			},
		},
		async (request, reply) => {
			const { id, type } = await sounds.get(request.params.id);
			const etag = `"${id}"`;
			// The content never changes, but a deleted sound must fall silent: browsers ask whether it is still there.
			reply.header("etag", etag).header("cache-control", "private, no-cache");
			if (request.headers["if-none-match"]?.includes(etag)) return reply.code(304 as 200).send();
			return reply
				.type(type)
				.header("content-disposition", "attachment")
				.header("content-security-policy", "default-src 'none'; sandbox")
				.send(Buffer.from(await sounds.read(id)) as never);
		},
	);
}

function removeRoute(app: App, { sounds }: RouteDeps): void {
	app.delete(
		one,
		{
			schema: {
				operationId: "removeSound",
				summary: "Delete a sound file",
				description: "Overlays that played it play the chime instead.",
				tags,
				params,
				response: {
					200: z.object({ success: z.literal(true), id: z.string() }),
					...errorReplies(403, 404, 503),
				},
			},
		},
		async (request) => {
			await sounds.remove(request.params.id);
			return { success: true as const, id: request.params.id };
		},
	);
}

function toWire({ addedAt, ...rest }: Awaited<ReturnType<RouteDeps["sounds"]["get"]>>): z.output<typeof sound> {
	return { ...rest, added_at: addedAt };
}
