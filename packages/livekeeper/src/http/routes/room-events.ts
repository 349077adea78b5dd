import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import { eventText } from "../../outputs/readers/index.ts";
import { itsTurn, streamEvents } from "../../outputs/sse/index.ts";
import { requestTexts } from "../../text/index.ts";
import type { App, RouteDeps } from "../app.ts";
import { errorReplies } from "../schemas/error.ts";
import { rawParam, seqParam, timeParam, typesParam } from "../schemas/event-query.ts";
import { liveIdParams, plainLiveId } from "../schemas/live-id.ts";
import { openToTokens } from "../token-routes.ts";

const truncation = z.object({
	from: z.number(),
	to: z.number(),
	reason: z.enum(["retention", "reset"]),
});

/** `GET /api/v1/rooms/{live_id}/events`: a page of a room's events, as stored. */
export function roomEventsRoute(app: App, { live, log, clock }: RouteDeps): void {
	const now = () => clock.now();
	app.get(
		"/api/v1/rooms/:live_id/events",
		{
			schema: {
				operationId: "readEvents",
				summary: "A page of a room's events",
				description: "Continue with after = next_after until caught_up.",
				security: openToTokens("room"),
				tags: ["events"],
				params: liveIdParams,
				querystring: z.object({
					after: seqParam,
					limit: z.coerce.number().int().min(1).max(5000).default(500),
					types: typesParam,
					from: timeParam("from", now),
					to: timeParam("to", now),
					raw: rawParam,
				}),
				response: {
					200: z.object({
						success: z.literal(true),
						events: z.array(z.looseObject({ seq: z.number(), type: z.string() })),
						next_after: z.number(),
						caught_up: z.boolean(),
						truncated: truncation.optional(),
						oldest_seq: z.number(),
						last_seq: z.number(),
					}),
					...errorReplies(400, 401, 404, 429, 503),
				},
			},
			// The events are JSON already, and were validated when they were stored.
			serializerCompiler: () => (body) => (typeof body === "string" ? body : JSON.stringify(body)),
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { events, nextAfter, caughtUp, truncated, oldestSeq, lastSeq } = await log.read(liveId, request.query);
			const rest = { next_after: nextAfter, caught_up: caughtUp, truncated, oldest_seq: oldestSeq, last_seq: lastSeq };
			const text = `{"success":true,"events":[${events.map((event) => eventText(event, request.query.raw)).join(",")}],${JSON.stringify(rest).slice(1)}`;
			return reply.type("application/json; charset=utf-8").send(text as never);
		},
	);
}

/**
 * `GET /api/v1/rooms/{live_id}/events/stream`: a room's events as server-sent events, from a `seq` on and then live.
 */
export function roomEventStreamRoute(app: App, { live, hub, clock }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/events/stream",
		{
			// A HEAD request would never end, and would read the whole log.
			exposeHeadRoute: false,
			schema: {
				operationId: "streamEvents",
				summary: "A room's events as server-sent events",
				description: "Each event's id is its seq. A reconnect with Last-Event-ID continues after it.",
				security: openToTokens("room"),
				tags: ["events"],
				params: liveIdParams,
				querystring: z.object({ after: seqParam, types: typesParam, raw: rawParam }),
				response: { 200: z.any().describe("text/event-stream"), ...errorReplies(400, 401, 404, 429, 503) },
			},
		},
		async (request, reply) => {
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			// A browser's EventSource reconnects to the same URL, so the last id it has seen overrides the query.
			const after = lastEventId(request) ?? request.query.after;
			await itsTurn(reply.raw);
			hub.admit(reply.raw, request.party);
			reply.hijack();
			const [{ types, raw }, { scope }] = [request.query, request];
			try {
				await streamEvents(reply.raw, { liveId, after, types, raw }, headersOf(reply), { hub, clock, scope });
			} catch (error) {
				// The stream is closed, and no reply can give the reason: its client reconnects, and gets the answer then.
				request.log.warn({ event: "request_failed", err: error });
			}
		},
	);
}

function lastEventId(request: FastifyRequest): number | undefined {
	const header = request.headers["last-event-id"];
	if (header === undefined || header === "") return undefined;
	if (typeof header === "string" && /^\d{1,15}$/.test(header)) return Number(header);
	throw new LivekeeperError("invalid_request", requestTexts.lastEventId);
}

/** Returns the headers set by hooks, such as CORS and security headers. */
function headersOf(reply: FastifyReply): Record<string, string> {
	return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
