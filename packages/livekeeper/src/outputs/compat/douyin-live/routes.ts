import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { askedLanguage, type Language, liveIdHint, liveIdTexts, requestTexts } from "@livekeeper/base/text";
import { parseLiveId } from "@livekeeper/douyin";
import type { LiveRoomStatus, Scope } from "../../../live/index.ts";
import { douyinLiveTexts } from "../../../text/index.ts";
import { version } from "../../../version.ts";
import { addressOf, unescaped } from "../listener-server.ts";
import type { DouyinLiveDeps } from "./douyin-live.ts";
import { douyinLiveMessages } from "./messages.ts";

/** douyinLive's codes for the state of a room. */
export type StatusCode =
	| "ROOM_OFFLINE"
	| "ACCOUNT_OFFLINE_NO_ROOM"
	| "ROOM_ONLINE"
	| "ROOM_ENDED"
	| "ROOM_NOT_FOUND"
	| "ROOM_STATUS_UNKNOWN";

interface Meaning {
	status: string;
	valid: boolean;
	live: boolean | null;
	hasRoom: boolean | null;
}

const meanings: Record<StatusCode, Meaning> = {
	ROOM_OFFLINE: { status: "offline", valid: true, live: false, hasRoom: true },
	ACCOUNT_OFFLINE_NO_ROOM: { status: "account_offline", valid: true, live: false, hasRoom: false },
	ROOM_ONLINE: { status: "online", valid: true, live: true, hasRoom: true },
	ROOM_ENDED: { status: "ended", valid: true, live: false, hasRoom: true },
	ROOM_NOT_FOUND: { status: "not_found", valid: false, live: false, hasRoom: null },
	ROOM_STATUS_UNKNOWN: { status: "unknown", valid: false, live: null, hasRoom: null },
};

/**
 * Returns the status code to send next for a room.
 * @param before code sent to the listener last
 * @returns `undefined` if nothing is known yet
 */
export function codeOf({ state, reason }: LiveRoomStatus, before: StatusCode | undefined): StatusCode | undefined {
	switch (state) {
		case "connected":
			return "ROOM_ONLINE";
		case "waiting":
			if (reason.code === "no_room") return "ACCOUNT_OFFLINE_NO_ROOM";
			return before === "ROOM_ONLINE" || before === "ROOM_ENDED" ? "ROOM_ENDED" : "ROOM_OFFLINE";
		case "not_found":
			return "ROOM_NOT_FOUND";
		case "blocked":
			return "ROOM_STATUS_UNKNOWN";
		case "queued":
		case "reconnecting":
			// A reconnect says nothing about the broadcast.
			return before ?? "ROOM_STATUS_UNKNOWN";
		case "idle":
		case "resolving":
		case "connecting":
		case "stopped":
			return before;
	}
}

export type StatusWords = (typeof douyinLiveTexts)[StatusCode];

/**
 * @param room known facts of the room
 * @param how.words default: the words of the code
 */
export function statusMessage(
	code: StatusCode,
	liveId: string,
	room: LiveRoomStatus | undefined,
	{
		now,
		language,
		words = douyinLiveTexts[code],
	}: { now: number; language: Language; words?: StatusWords | undefined },
): string {
	const { status, valid, live, hasRoom } = meanings[code];
	const nextAt = live === true || !valid ? undefined : room?.nextAttemptAt;
	return JSON.stringify({
		type: "system",
		event: "live_status",
		code,
		valid,
		live,
		status,
		status_text: words.status[language],
		room_id: liveId,
		live_name: room?.anchor?.nickname ?? "",
		title: room?.title ?? "",
		avatar_thumb: room?.anchor?.avatar ?? "",
		has_room: hasRoom,
		account_only: hasRoom === null ? null : !hasRoom,
		message: words.message[language],
		suggestion: words.suggestion[language],
		...(nextAt !== undefined && { retry_interval_seconds: Math.max(1, Math.ceil((nextAt - now) / 1000)) }),
		...(code === "ROOM_ENDED" && { ended: true }),
	});
}

interface Asked {
	/** Part captured by the route's pattern, decoded. */
	part: string;
	query: URLSearchParams;
	body(): Promise<unknown>;
	signal: AbortSignal;
}

type Answer = (asked: Asked, deps: DouyinLiveDeps, scope: Scope) => unknown;

interface Route {
	method: "GET" | "POST";
	path: RegExp;
	answer: Answer;
	/** Whether the route needs no key. */
	open?: true;
}

type RoomState = "online" | "offline" | "account_no_room" | "unknown" | "not_found";
const states: Record<StatusCode, RoomState> = {
	ROOM_ONLINE: "online",
	ROOM_OFFLINE: "offline",
	ROOM_ENDED: "offline",
	ACCOUNT_OFFLINE_NO_ROOM: "account_no_room",
	ROOM_NOT_FOUND: "not_found",
	ROOM_STATUS_UNKNOWN: "unknown",
};

const maxAtOnce = 50;
const maxBodyBytes = 64 * 1024;

/** douyinLive's HTTP routes. All of them are queries. */
const routes: readonly Route[] = [
	{ method: "GET", path: /^\/health$/, answer: health, open: true },
	{ method: "GET", path: /^\/api\/v1\/health$/, answer: health },
	{ method: "GET", path: /^\/api\/v1\/capabilities$/, answer: capabilities },
	{ method: "GET", path: /^\/api\/v1\/rooms$/, answer: roomList },
	{ method: "GET", path: /^\/api\/v1\/rooms\/resolve$/, answer: resolved },
	{ method: "POST", path: /^\/api\/v1\/rooms\/status:batch$/, answer: statuses },
	{
		method: "GET",
		path: /^\/api\/v1\/rooms\/([^/]+)$/,
		answer: ({ part, signal }, deps) => roomOf(part, deps, signal),
	},
	{ method: "GET", path: /^\/api\/v1\/rooms\/([^/]+)\/status$/, answer: status },
];

/** Returns a handler that answers every request and never throws. */
export function answerRoutes(deps: DouyinLiveDeps): (request: IncomingMessage, response: ServerResponse) => void {
	return (request, response) => {
		const gone = new AbortController();
		response.once("close", () => gone.abort());
		answer(request, response, deps, gone.signal).catch((thrown: unknown) => {
			if (!(thrown instanceof LivekeeperError)) deps.logger.error({ event: "request_failed", err: thrown });
			const error = thrown instanceof LivekeeperError ? thrown : new LivekeeperError("internal", requestTexts.failed);
			const { code, message, hint } = errorReply(error, askedLanguage(request) ?? "zh").error;
			reply(response, error.status, { data: null, error: { code, message, ...(hint && { suggestion: hint }) } });
		});
	};
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	deps: DouyinLiveDeps,
	signal: AbortSignal,
): Promise<void> {
	const { path, query } = addressOf(request);
	const admit = () => deps.access.admit(request, deps.access.connectionKey(request)).scope;
	if (path === "/metrics" && request.method === "GET") {
		admit().require("everything");
		const text = await deps.metrics.text();
		response.writeHead(200, { "content-type": deps.metrics.contentType }).end(text);
		return;
	}
	const found = routes.filter((one) => one.path.test(path));
	const route = found.find(({ method }) => method === request.method);
	if (!route) {
		throw found[0]
			? new LivekeeperError("method_not_allowed", requestTexts.wrongMethod(path.slice(0, 200), request.method ?? ""))
			: new LivekeeperError("not_found", requestTexts.noRoute(request.method ?? "", path.slice(0, 200)));
	}
	const part = unescaped(route.path.exec(path)?.[1] ?? "");
	const scope = route.open ? undefined : admit();
	scope?.require("all_rooms");
	const data = await route.answer({ part, query, signal, body: () => bodyOf(request) }, deps, scope as Scope);
	reply(response, 200, { data, error: null });
}

function reply(response: ServerResponse, code: number, { data, error }: { data: unknown; error: object | null }): void {
	if (response.headersSent) return;
	const id = randomUUID();
	const headers = {
		"content-type": "application/json; charset=utf-8",
		"cache-control": "no-store",
		"x-request-id": id,
	};
	response.writeHead(code, headers);
	response.end(JSON.stringify({ ok: error === null, data, error, request_id: id }));
}

function health(): object {
	return { status: "ok", version };
}

function capabilities(): object {
	return {
		api_version: "v1",
		read_only: true,
		message_transport: "websocket",
		http_send_supported: false,
		websocket_path: "/ws/{live_id}",
		endpoints: routes.map(({ method, path }) => `${method} ${readable(path)}`),
		message_types: Object.keys(douyinLiveMessages),
	};
}

const readable = ({ source }: RegExp) => source.slice(1, -1).replaceAll("\\/", "/").replace("([^/]+)", "{live_id}");

function roomList(_asked: Asked, { live, rooms, clock }: DouyinLiveDeps): object {
	const all = live.getStatus().rooms.map((room) => activeRoom(room, rooms.count(room.liveId), clock.now()));
	return { rooms: all, count: all.length };
}

function activeRoom(room: LiveRoomStatus, listeners: number, now: number) {
	const state = states[codeOf(room, undefined) ?? "ROOM_STATUS_UNKNOWN"];
	return {
		...roomFields(room.liveId, state, now),
		room_id: room.roomId ?? "",
		title: room.title ?? "",
		client_count: listeners,
		upstream_ready: room.state === "connected",
		status_unknown: state === "unknown",
		source: "active",
	};
}

function roomFields(liveId: string, status: RoomState, now: number) {
	const hasRoom = status === "unknown" || status === "not_found" ? null : status !== "account_no_room";
	return {
		live_id: liveId,
		status,
		is_live: status === "unknown" ? null : status === "online",
		has_room: hasRoom,
		account_only: hasRoom === null ? null : !hasRoom,
		checked_at: new Date(now).toISOString(),
	};
}

/** Returns a room's facts. A room that is not kept is looked up once on the site, and is not kept afterwards. */
async function roomOf(id: string, { live, rooms, finder, clock }: DouyinLiveDeps, signal: AbortSignal) {
	const liveId = knownId(id);
	const room = await live.findRoom(liveId);
	if (room) return activeRoom(room.status, rooms.count(liveId), clock.now());
	const [found] = await finder.find(liveId, signal);
	const state = found ? lookedUp[found.status] : "not_found";
	return { ...roomFields(liveId, state, clock.now()), room_id: "", title: found?.title ?? "", source: "probe" };
}

const lookedUp = {
	live: "online",
	offline: "offline",
	no_room: "account_no_room",
	// The room may be live, but is hidden from this visitor.
	hidden: "unknown",
	closed: "not_found",
	not_found: "not_found",
	unknown: "unknown",
	unusable: "not_found",
	aside: "not_found",
} as const;

async function status({ part, signal }: Asked, deps: DouyinLiveDeps): Promise<object> {
	const { live_id, status, is_live, has_room, checked_at } = await roomOf(part, deps, signal);
	return { live_id, status, is_live, has_room, checked_at };
}

async function statuses({ body, signal }: Asked, deps: DouyinLiveDeps): Promise<object> {
	const { live_ids: ids } = ((await body()) ?? {}) as { live_ids?: unknown };
	if (!Array.isArray(ids) || ids.length === 0 || ids.length > maxAtOnce) {
		throw new LivekeeperError("invalid_request", requestTexts.liveIdList(maxAtOnce));
	}
	const items = await Promise.all(ids.map((id) => roomOf(String(id), deps, signal)));
	const counts = { online: 0, offline: 0, account_no_room: 0, not_found: 0, unknown: 0 };
	for (const { status } of items) counts[status]++;
	return { items, total: items.length, ...counts };
}

/** Parses the address only; does not query the site. */
function resolved({ query }: Asked): object {
	const url = query.get("url") ?? "";
	const liveId = knownId(url);
	return { input_url: url, live_id: liveId, canonical_url: `https://live.douyin.com/${liveId}` };
}

function knownId(text: string): string {
	const parsed = parseLiveId(text);
	if (parsed.ok) return parsed.liveId;
	throw new LivekeeperError("invalid_live_id", liveIdTexts[parsed.code], { hint: liveIdHint });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > maxBodyBytes) throw new LivekeeperError("payload_too_large", requestTexts.bodyTooLarge);
		chunks.push(chunk);
	}
	try {
		return JSON.parse(Buffer.concat(chunks).toString());
	} catch (cause) {
		throw new LivekeeperError("invalid_json", requestTexts.notJson, { cause });
	}
}
