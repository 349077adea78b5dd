import type { Clock } from "@livekeeper/douyin";
import { z } from "zod";
import { LivekeeperError } from "../../errors.ts";
import type { EventLog, SearchCursor, SearchPage } from "../../event-log/index.ts";
import { checkTexts, requestTexts } from "../../text/index.ts";
import type { App } from "../app.ts";
import { goneSignal } from "../gone-signal.ts";
import { errorReplies } from "../schemas/error.ts";
import { timeParam, typesParam } from "../schemas/event-query.ts";
import { maxRooms, roomList } from "../schemas/live-id.ts";

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

const answer = z.object({
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
				response: { 200: answer, ...errorReplies(400, 401, 429, 503) },
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
