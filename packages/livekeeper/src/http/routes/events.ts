import { LivekeeperError } from "@livekeeper/base/errors";
import { plainLiveId } from "@livekeeper/base/live-id";
import { checkTexts, requestTexts } from "@livekeeper/base/text";
import { type Clock, readFields } from "@livekeeper/douyin";
import type { EventLog, SearchCursor, SearchPage, StoredEvent } from "@livekeeper/log";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { eventText } from "../../outputs/readers/index.ts";
import { itsTurn, streamEvents } from "../../outputs/sse.ts";
import type { App, Route, RouteDeps } from "../app.ts";
import { goneSignal } from "../app.ts";
import { openToTokens } from "../areas.ts";
import { errorReplies } from "../schemas/error.ts";
import { liveIdParams, maxRooms, rawParam, roomList, seqParam, timeParam, typesParam } from "../schemas/parameters.ts";

/** Routes of stored events. */
export const eventsRoutes: readonly Route[] = [roomEventsRoute, roomEventStreamRoute, eventFieldsRoute, searchRoute];

const truncation = z.object({
	from: z.number(),
	to: z.number(),
	reason: z.enum(["retention", "reset"]),
});

/** `GET /api/v1/rooms/{live_id}/events`: a page of a room's events, as stored. */
function roomEventsRoute(app: App, { live, log, clock }: RouteDeps): void {
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
					...errorReplies(404, 503),
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
				response: { 200: z.any().describe("text/event-stream"), ...errorReplies(404, 503) },
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

const field = z
	.object({
		field: z.int().describe("its number"),
		kind: z
			.enum(["number", "fixed64", "fixed32", "text", "message", "bytes"])
			.describe("its wire type; for a field with a length, what the content looks like"),
		get value() {
			return z
				.union([z.string(), z.array(field)])
				.describe("numbers in decimal, bytes as base64, a message's fields as a list");
		},
		more: z.int().optional().describe("number of bytes that are not shown"),
	})
	.meta({ id: "RawField" });

/** `GET /api/v1/rooms/{live_id}/events/{seq}/fields`: the content of an event's payload, read without a schema. */
function eventFieldsRoute(app: App, { live, log }: RouteDeps): void {
	app.get(
		"/api/v1/rooms/:live_id/events/:seq/fields",
		{
			schema: {
				operationId: "getEventFields",
				summary: "The fields of an event's raw data, by number",
				description:
					"For events without a type, and for all events of a room that stores raw data. At most 2,000 fields, 8 levels deep.",
				tags: ["events"],
				params: liveIdParams.extend({ seq: z.coerce.number().int().min(1).describe("the event's seq") }),
				response: {
					200: z.object({
						success: z.literal(true),
						seq: z.int(),
						method: z.string().describe("Douyin's name of the kind"),
						fields: z.array(field),
						unread: z.int().describe("bytes at the end that were not read"),
					}),
					...errorReplies(404, 503),
				},
			},
		},
		async (request) => {
			const { seq } = request.params;
			const liveId = plainLiveId(request.params.live_id);
			await live.requireReadable(liveId);
			const { events } = await log.read(liveId, { after: seq - 1, limit: 1, raw: true });
			const event = events.find((one) => one.seq === seq);
			const { method = "", payload } = event ? kept(event) : {};
			if (payload === undefined) {
				throw new LivekeeperError("not_found", requestTexts.noPayload(seq), { hint: requestTexts.noPayloadHint });
			}
			return { success: true as const, seq, method, ...readFields(Buffer.from(payload, "base64")) };
		},
	);
}

/** Returns an event's payload. Untyped events have it as a field, others beside them, if their room stores it. */
function kept({ json, raw }: StoredEvent): { method: string; payload: string | undefined } {
	const { method, payload } = JSON.parse(json) as { method: string; payload?: string };
	return { method, payload: raw ?? payload };
}

const roomsParam = roomList
	.optional()
	.describe(`only these rooms: room numbers separated by commas, at most ${maxRooms}; default all`);

const cursorParam = z
	.string()
	.max(200)
	.optional()
	.transform((text, context): SearchCursor | undefined => {
		if (text === undefined || text === "") return undefined;
		const [, storedAt, seq, liveId] = /^(\d{1,16})\.(\d{1,16})\.([\w.-]{1,64})$/.exec(text) ?? [];
		if (liveId !== undefined) return { storedAt: Number(storedAt), seq: Number(seq), liveId };
		context.addIssue({ code: "custom", message: checkTexts.cursor.en });
		return z.NEVER;
	})
	.describe("the cursor from the previous page");

const cursorText = ({ storedAt, seq, liveId }: SearchCursor) => `${storedAt}.${seq}.${liveId}`;

const searchAnswer = z.object({
	success: z.literal(true),
	events: z.array(z.looseObject({ seq: z.number(), live_id: z.string(), type: z.string() })),
	looked: z.number().describe("events searched for this page"),
	reached_at: z.number().nullable().describe("everything stored after this time has been searched; null: everything"),
	oldest_at: z.number().nullable().describe("time at which the search ends; null: there is nothing to search"),
	cursor: z.string().nullable().describe("pass it to continue; null: there is no more"),
});

/** `GET /api/v1/search`: messages and gifts, newest first, over all rooms. */
export function searchRoute(app: App, { log, clock }: { log: Pick<EventLog, "search">; clock: Clock }): void {
	const now = () => clock.now();
	const querystring = z.object({
		q: z.string().max(200).optional().describe("text that a message, gift name, nickname or Douyin ID contains"),
		user: z
			.string()
			.max(200)
			.optional()
			.describe("only from the person with this id, sec_uid, display_id (the Douyin ID) or webcast_uid"),
		types: typesParam,
		rooms: roomsParam,
		from: timeParam("from", now),
		to: timeParam("to", now),
		cursor: cursorParam,
		limit: z.coerce.number().int().min(1).max(500).default(100),
	});
	app.get(
		"/api/v1/search",
		{
			// A HEAD request would run the search, only to discard its result.
			exposeHeadRoute: false,
			schema: {
				operationId: "searchEvents",
				summary: "Search messages and gifts in all rooms",
				description:
					"Newest first. A page takes at most about a second and may be empty: continue with its cursor until that is null.",
				tags: ["events"],
				querystring,
				response: { 200: searchAnswer, ...errorReplies(503) },
			},
			// The events are JSON already, and were validated when they were stored.
			serializerCompiler: () => (body) => (typeof body === "string" ? body : JSON.stringify(body)),
		},
		async (request, reply) => {
			const signal = goneSignal(reply);
			const { q: text, user, types, rooms: liveIds, from, to, cursor, limit } = request.query;
			if (from !== undefined && to !== undefined && from >= to) {
				throw new LivekeeperError("invalid_request", requestTexts.fromAfterTo);
			}
			try {
				const page = await log.search({ text, user, types, liveIds, from, to, cursor, limit }, signal);
				return reply.type("application/json; charset=utf-8").send(pageText(page) as never);
			} catch (error) {
				// The client has left.
				if (signal.aborted) return reply.hijack();
				throw error;
			}
		},
	);
}

function pageText({ events, looked, reachedAt, oldestAt, cursor }: SearchPage): string {
	const rest = {
		looked,
		reached_at: reachedAt ?? null,
		oldest_at: oldestAt ?? null,
		cursor: cursor ? cursorText(cursor) : null,
	};
	return `{"success":true,"events":[${events.map(({ json }) => json).join(",")}],${JSON.stringify(rest).slice(1)}`;
}
