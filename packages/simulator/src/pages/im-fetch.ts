import { encodeResponse } from "@livekeeper/douyin/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isKnown, parseCookies } from "../cookies.ts";
import { type Broadcast, formatCursor, formatInternalExt } from "../rooms/broadcast.ts";
import { plainAddress } from "../site/site.ts";
import { bytesFor } from "../traffic/message-ids.ts";
import { countGifts } from "../traffic/source.ts";
import { json, type PagesContext, type PushServerStyle } from "./pages-context.ts";

const fixedParameters: Readonly<Record<string, string>> = {
	resp_content_type: "protobuf",
	did_rule: "3",
	app_name: "douyin_web",
	endpoint: "live_pc",
	identity: "audience",
	version_code: "180800",
	live_id: "1",
	aid: "6383",
	device_platform: "web",
};

/** Maximum number of messages in one answer to a poll. */
const maxMessages = 200;
/** Interval at which a client without a socket should poll, ms; interval of heartbeats on a socket, s. */
const fetchIntervalMs = 1000;
const heartbeatSeconds = 15;

/** Answers with the first state of a broadcast, or with the messages after a cursor. */
export function imFetch(
	context: PagesContext,
	request: FastifyRequest<{ Querystring: Record<string, string> }>,
	reply: FastifyReply,
): FastifyReply {
	const cookies = parseCookies(request.headers.cookie);
	const roomId = request.query["room_id"] ?? "";
	const found = context.rooms.byRoomId(roomId);
	reply.header("content-type", "application/x-protobuf");
	const problem = isKnown(cookies)
		? (context.site.queryProblem((name) => request.query[name]) ?? queryProblem(request.query))
		: "no ttwid cookie, and no user's cookie";
	if (problem !== undefined || !found) {
		const why = (problem ?? `there is no broadcast with room_id ${roomId}`).replace(/[^\x20-\x7e]/g, "?");
		return reply.header("x-sim-why", why).send(Buffer.alloc(0));
	}
	const { room, broadcast } = found;
	if (isRepeated(context, cookies, request)) return json(reply, "");
	room.viewerCame(broadcast);
	const session = { identity: context.identities.of(cookies), broadcast };
	const shown = context.identities.fetchFilter(session);
	const filter = context.faults.peek("no_gifts", room.liveId) ? { ...shown, gifts: 0 } : shown;
	const position = broadcast.resume(request.query["cursor"] ?? "");
	const ignored = position !== undefined && context.faults.take("ignore_cursor", room.liveId) !== undefined;
	const from = position === undefined || ignored ? broadcast.recent(filter) : position;
	const to = Math.min(broadcast.head, from + maxMessages);
	const now = context.clock.now();
	const messages = broadcast.messages(from, to, filter);
	context.identities.fetched(session, countGifts(messages));
	const receiver = context.nextReceiver();
	const body = Buffer.concat([
		...messages.map((message) => bytesFor(message, context.ids, receiver)),
		head(broadcast, to, now, pushServers(context.pushServer, request.headers.host ?? "")),
	]);
	// Only a fully written answer counts.
	reply.raw.once("finish", () =>
		broadcast.markSent(from, to, filter, { at: context.clock.now(), identity: session.identity }),
	);
	return reply.send(body);
}

/** Whether a guest requests the first state again: the answer is empty (a client's author, 2026-07). */
function isRepeated(
	{ logins, site }: PagesContext,
	cookies: ReadonlyMap<string, string>,
	{ query, ip }: FastifyRequest<{ Querystring: Record<string, string> }>,
): boolean {
	if (logins.holds(cookies) || query["cursor"]) return false;
	return site.repeatsPrefetch(`${plainAddress(ip)} ${cookies.get("ttwid")}`, query["room_id"] ?? "");
}

function head(broadcast: Broadcast, to: number, now: number, servers: Record<string, string>): Uint8Array {
	return encodeResponse({
		cursor: formatCursor(broadcast.roomId, to, now),
		internalExt: formatInternalExt(broadcast.roomId, to, now),
		fetchInterval: fetchIntervalMs,
		now,
		fetchType: 1,
		heartbeatDuration: heartbeatSeconds,
		liveCursor: "d-1_u-1",
		historyNoMore: true,
		...servers,
	});
}

function pushServers(style: PushServerStyle, host: string): { pushServer?: string; pushServerV2?: string } {
	if (style === "none" || host === "") return {};
	const name = style === "url" ? `ws://${host}` : host;
	return { pushServer: name, pushServerV2: name };
}

function queryProblem(query: Record<string, string>): string | undefined {
	for (const [name, value] of Object.entries(fixedParameters)) {
		if (query[name] !== value) return `the query's ${name} is not ${value}`;
	}
	if (!query["user_unique_id"]) return "the query has no user_unique_id";
	return undefined;
}
