import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { languageOf } from "@livekeeper/base/text";
import type { FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { official as officialReply, toWireOfficial } from "../../wire/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams } from "../schemas/parameters.ts";

const path = "/api/v1/official/:live_id";
/**
 * Maximum size that is read, bytes. A callback that is too long to accept must still be read to verify its signature;
 * the origin of a longer one cannot be verified.
 */
const maxReadBytes = 4 * 1024 * 1024;
const guesses: ReadonlySet<string> = new Set(["callback_refused", "official_not_set", "invalid_live_id"]);

/**
 * `GET /api/v1/official/{live_id}`: the state of a room's official source. `POST`: accepts a callback of the open
 * platform, which needs a signature instead of a key; it is answered once its content is stored.
 */
export function officialRoutes(app: App, { official, access }: RouteDeps): void {
	const roomOf = ({ params, headers }: FastifyRequest) => {
		const liveId = plainLiveId((params as { live_id: string }).live_id);
		return official.roomOf(liveId, String(headers["x-roomid"]));
	};
	app.get(
		path,
		{
			config: { atOwner: "alone" },
			schema: {
				operationId: "getOfficial",
				summary: "State of the open platform's pushes for a room",
				tags: ["rooms"],
				params: liveIdParams,
				response: {
					200: z.object({ success: z.literal(true), official: officialReply }),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const liveId = plainLiveId(request.params.live_id);
			const status = await official.requireStatus(liveId);
			return { success: true as const, official: toWireOfficial(status, languageOf(request)) };
		},
	);

	app.register(async (scope) => {
		// The signature covers the bytes as received.
		scope.removeAllContentTypeParsers();
		scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
		scope.withTypeProvider<ZodTypeProvider>().post(
			path,
			{
				config: { atOwner: "alone", roomOf },
				bodyLimit: maxReadBytes,
				schema: {
					operationId: "officialCallback",
					summary: "Receive a callback from the open platform",
					description:
						"Authenticated by the platform's signature instead of a key. Answered once its content is stored.",
					tags: ["rooms"],
					params: liveIdParams,
					response: {
						200: z.object({ success: z.literal(true) }),
						...errorReplies(403, 404, 413, 429, 503),
					},
				},
			},
			async (request) => {
				const { headers, raw } = request;
				const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
				try {
					await official.receive(plainLiveId(request.params.live_id), { headers, body });
				} catch (error) {
					// A guess counts as a request with a wrong key; a callback signed by the platform is no guess.
					if (error instanceof LivekeeperError && guesses.has(error.code)) access.countRefused(raw, error);
					throw error;
				}
				return { success: true as const };
			},
		);
	});
}
