import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from "node:http";
import type { Clock, Timer } from "@livekeeper/douyin";
import { isKnown, parseCookies } from "../cookies.ts";
import { type Fault, type FaultBoard, isStroke, type Stroke, strokes } from "../faults/fault-board.ts";
import type { Identities } from "../identities.ts";
import type { Broadcast } from "../rooms/broadcast.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomSet } from "../rooms/room-set.ts";
import { plainAddress, type Site } from "../site/site.ts";
import type { IdMode } from "../traffic/message-ids.ts";
import { type ConnectionInfo, PushConnection, type PushSocket } from "./push-connection.ts";
import { badFrame, PushFrames, SharedBatches } from "./push-frames.ts";
import { signatureProblem } from "./signature-check.ts";
import { acceptKey } from "./web-socket-frames.ts";

const pushPath = "/webcast/im/push/v2/";

/** Parameters that the socket's query must have, word for word (the web page's protocol, "Socket"). */
const fixedParameters: Readonly<Record<string, string>> = {
	app_name: "douyin_web",
	version_code: "180800",
	compress: "gzip",
	device_platform: "web",
	cookie_enabled: "true",
	host: "https://live.douyin.com",
	aid: "6383",
	live_id: "1",
	did_rule: "3",
	endpoint: "live_pc",
	support_wrds: "1",
	im_path: "/webcast/im/fetch/",
	identity: "audience",
};

/** Values that the site's page sends today. Clients that name an older one are let in unless `strict`. */
const versionParameters: Readonly<Record<string, string>> = {
	webcast_sdk_version: "1.0.15",
	update_version_code: "1.0.15",
};

const filledParameters = [
	...Object.keys(versionParameters),
	"screen_width",
	"screen_height",
	"browser_language",
	"browser_platform",
	"browser_name",
	"browser_version",
	"browser_online",
	"tz_name",
	"cursor",
	"user_unique_id",
	"need_persist_msg_count",
	"room_id",
	"heartbeatDuration",
	"signature",
];

/**
 * Further parameters of the site's page, with a non-empty `internal_ext`. Clients without them are let in unless
 * `strict`.
 */
const pageParameters = ["internal_ext", "insert_task_id", "live_reason"];

interface Guest {
	room: Room;
	broadcast: Broadcast;
	/** The login by its `sessionid`, or `anonymous`. */
	identity: string;
	userUniqueId: string;
	userAgent: string;
	cursor: string;
}

/** A refusal as the upstream's edge gives it: HTTP 200 with these two headers. `why` is for debugging. */
interface Refusal {
	handshakeStatus: string;
	handshakeMsg: string;
	why: string;
}

const deviceBlocked = (why: string): Refusal => ({
	handshakeStatus: "415",
	handshakeMsg: "DEVICE_BLOCKED",
	why,
});

interface HandshakeRules {
	rooms: RoomSet;
	identities: Identities;
	site: Pick<Site, "queryProblem" | "settings">;
	strict: boolean;
}

/** Checks whether a client may connect. `strict` requires that it is like the site's page, not just good enough. */
function checkHandshake(
	query: URLSearchParams,
	headers: IncomingHttpHeaders,
	{ rooms, identities, site, strict }: HandshakeRules,
): { guest: Guest } | { refusal: Refusal } {
	const cookies = parseCookies(headers.cookie);
	const problem =
		headersProblem(headers, strict) ??
		(isKnown(cookies) ? undefined : "no ttwid cookie, and no user's cookie") ??
		site.queryProblem((name) => query.get(name)) ??
		queryProblem(query, strict);
	if (problem !== undefined) return { refusal: deviceBlocked(problem) };
	const get = (name: string) => query.get(name) ?? "";
	// A plus that was not escaped reads as a space; the signature has no spaces of its own.
	const signature = get("signature").replaceAll(" ", "+");
	const badSignature = signatureProblem(signature, query, strict, site.settings.signatureDigits);
	if (badSignature !== undefined) return { refusal: deviceBlocked(badSignature) };
	const found = rooms.byRoomId(get("room_id"));
	if (!found) {
		const why = `there is no broadcast with room_id ${get("room_id")}`;
		return { refusal: { handshakeStatus: "404", handshakeMsg: "ROOM_NOT_FOUND", why } };
	}
	const guest: Guest = {
		...found,
		identity: identities.of(cookies),
		userUniqueId: get("user_unique_id"),
		userAgent: headers["user-agent"] ?? "",
		cursor: get("cursor"),
	};
	return { guest };
}

function headersProblem(headers: IncomingHttpHeaders, strict: boolean): string | undefined {
	if (!headers["user-agent"]) return "no User-Agent header";
	if (!strict || headers.origin === "https://live.douyin.com") return undefined;
	return "the Origin header is not https://live.douyin.com";
}

function queryProblem(query: URLSearchParams, strict: boolean): string | undefined {
	const fixed = strict ? { ...fixedParameters, ...versionParameters } : fixedParameters;
	for (const [name, value] of Object.entries(fixed)) {
		if (query.get(name) !== value) return `the query's ${name} is not ${value}`;
	}
	const unfilled = filledParameters.find((name) => !query.get(name));
	if (unfilled) return `the query has no ${unfilled}`;
	const absent = strict ? pageParameters.find((name) => !query.has(name)) : undefined;
	if (absent) return `the query has no ${absent}`;
	return strict && !query.get("internal_ext") ? "the query's internal_ext is empty" : undefined;
}

interface PushServerDeps {
	clock: Clock;
	rooms: RoomSet;
	faults: FaultBoard;
	identities: Identities;
	site: Pick<Site, "refusesHandshake" | "queryProblem" | "settings">;
	log: (line: string) => void;
	/** Whether clients must be like the site's page, not just good enough for the site. */
	strict: boolean;
	ids: IdMode;
}

/** The push socket: accepts clients, and passes each of them its room's messages. */
export class PushServer {
	readonly #deps: PushServerDeps;
	readonly #frames: PushFrames;
	readonly #connections = new Map<Broadcast, Set<PushConnection>>();
	/** Every socket that asked to become a WebSocket, whatever the answer: the HTTP server no longer manages them. */
	readonly #sockets = new Set<PushSocket>();
	/** Handshakes that a fault delays. */
	readonly #waiting = new Map<PushSocket, Timer>();
	#nextId = 1;

	constructor(deps: PushServerDeps) {
		this.#deps = deps;
		this.#frames = new PushFrames(deps.ids);
		deps.faults.onAdded((fault) => this.#strikeOpen(fault));
	}

	/** Handles an HTTP request to become a WebSocket. */
	upgrade(request: Pick<IncomingMessage, "url" | "headers">, socket: PushSocket, head: Buffer): void {
		this.#sockets.add(socket);
		socket.on("close", () => this.#sockets.delete(socket));
		socket.on("error", () => socket.destroy());
		if (head.length > 0) socket.unshift(head);
		const [path, search] = (request.url ?? "").split("?", 2);
		const key = request.headers["sec-websocket-key"];
		if (path !== pushPath) answer(socket, 404);
		else if (request.headers.upgrade?.toLowerCase() !== "websocket" || !key) answer(socket, 400);
		else this.#knock({ socket, key, headers: request.headers, query: new URLSearchParams(search) });
	}

	/** Sends to each client messages that it has not received, and handles the passing of time. */
	tick(now: number): void {
		for (const [broadcast, connections] of this.#connections) {
			this.#flush(broadcast, connections, now);
			for (const connection of connections) connection.tick(now);
		}
	}

	/** Sends a broadcast's newest messages at once. */
	flush(broadcast: Broadcast): void {
		const connections = this.#connections.get(broadcast);
		if (connections) this.#flush(broadcast, connections, this.#deps.clock.now());
	}

	connections(): ConnectionInfo[] {
		return [...this.#all()].map((connection) => connection.info());
	}

	/** Returns the number of open sockets on a broadcast. */
	viewers(broadcast: Broadcast): number {
		return this.#connections.get(broadcast)?.size ?? 0;
	}

	close(): void {
		for (const timer of this.#waiting.values()) timer.cancel();
		this.#waiting.clear();
		for (const socket of this.#sockets) socket.destroy();
	}

	#wait(socket: PushSocket, ms: number, proceed: () => void): void {
		const stop = () => {
			this.#waiting.get(socket)?.cancel();
			this.#waiting.delete(socket);
			socket.destroy();
		};
		socket.once("close", stop);
		socket.once("end", stop);
		const timer = this.#deps.clock.after(ms, () => {
			this.#waiting.delete(socket);
			socket.off("close", stop);
			socket.off("end", stop);
			proceed();
		});
		this.#waiting.set(socket, timer);
		// Without a reader the client's leaving would go unnoticed.
		socket.resume();
	}

	#knock(knock: Knock): void {
		const liveId = this.#deps.rooms.byRoomId(knock.query.get("room_id") ?? "")?.room.liveId;
		const slow = this.#deps.faults.take("slow_handshake", liveId);
		if (slow) this.#wait(knock.socket, slow.ms ?? 0, () => this.#handshake(knock, liveId));
		else this.#handshake(knock, liveId);
	}

	#handshake(knock: Knock, liveId: string | undefined): void {
		const { faults, log, site } = this.#deps;
		const { socket, query, headers, key } = knock;
		const refused = site.refusesHandshake(plainAddress(socket.remoteAddress), headers.host);
		if (refused === "dead_host") {
			log(`refused a socket: ${headers.host} lets nobody in any more`);
			answer(socket, 200, { "x-sim-why": "this host lets nobody in any more" });
			return;
		}
		const failure = faults.take("http_status", liveId, "socket");
		if (failure?.status !== undefined) {
			const retry = failure.retry_after === undefined ? {} : { "Retry-After": String(failure.retry_after) };
			answer(socket, failure.status, { ...retry, "x-sim-why": "the fault http_status is on" });
			return;
		}
		const blocked = faults.take("device_blocked", liveId) && deviceBlocked("the fault device_blocked is on");
		const banned = refused && deviceBlocked("this address is banned from the push server: GET /__sim/addresses");
		const refusal = blocked ?? banned;
		const verdict = refusal ? { refusal } : checkHandshake(query, headers, this.#deps);
		if ("refusal" in verdict) {
			log(`refused a socket: ${verdict.refusal.why}`);
			refuse(socket, verdict.refusal);
			return;
		}
		const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
		socket.write(`${upgrade}Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`);
		this.#welcome(verdict.guest, socket);
	}

	#welcome(guest: Guest, socket: PushSocket): void {
		const { clock, faults, identities, strict } = this.#deps;
		const { room, broadcast, identity, userUniqueId, userAgent, cursor } = guest;
		room.viewerCame(broadcast);
		const found = broadcast.resume(cursor);
		const position = found !== undefined && faults.take("ignore_cursor", room.liveId) ? undefined : found;
		const visit = {
			id: this.#nextId++,
			broadcast,
			identity,
			userUniqueId,
			userAgent,
			cursor,
			resumed: position !== undefined,
			position: position ?? broadcast.head,
			mute: faults.take("half_open", room.liveId) !== undefined,
		};
		const leave = identities.cameIn(guest);
		const onClosed = () => {
			leave();
			this.#remove(broadcast, connection);
		};
		const connection = new PushConnection(socket, visit, { clock, faults, identities, strict, onClosed });
		const others = this.#connections.get(broadcast) ?? new Set();
		this.#connections.set(broadcast, others.add(connection));
		for (const stroke of strokes) if (faults.take(stroke, room.liveId)) this.#strike(connection, stroke);
		this.#flush(broadcast, [connection], clock.now());
	}

	#flush(broadcast: Broadcast, connections: Iterable<PushConnection>, now: number): void {
		const batches = new SharedBatches(this.#frames, broadcast, now);
		for (const connection of connections) connection.flush(batches, now);
	}

	#strikeOpen(fault: Fault): void {
		const kind = fault.spec.fault;
		if (!isStroke(kind) && kind !== "half_open") return;
		for (const connection of this.#all()) {
			if (fault.liveId !== undefined && connection.visit.broadcast.liveId !== fault.liveId) continue;
			if (!this.#deps.faults.strike(fault)) return;
			if (kind === "half_open") connection.fallMute();
			else this.#strike(connection, kind);
		}
	}

	#strike(connection: PushConnection, stroke: Stroke): void {
		const frame = badFrame(this.#frames, stroke);
		if (frame) connection.sendNow(frame);
		else if (stroke === "bad_message") connection.spoilNext();
		else if (stroke === "cut") connection.end();
		else connection.reset();
	}

	#remove(broadcast: Broadcast, connection: PushConnection): void {
		const connections = this.#connections.get(broadcast);
		connections?.delete(connection);
		if (connections?.size === 0) this.#connections.delete(broadcast);
	}

	*#all(): Generator<PushConnection> {
		for (const connections of this.#connections.values()) yield* connections;
	}
}

/** A handshake that has not been answered. */
interface Knock {
	socket: PushSocket;
	key: string;
	headers: IncomingHttpHeaders;
	query: URLSearchParams;
}

/** Refuses a handshake as the upstream's edge does, with a 200. */
function refuse(socket: PushSocket, refusal: Refusal): void {
	answer(socket, 200, {
		"handshake-status": refusal.handshakeStatus,
		"handshake-msg": refusal.handshakeMsg,
		"x-sim-why": refusal.why,
	});
}

function answer(socket: PushSocket, status: number, headers: Record<string, string> = {}): void {
	const all = { ...headers, "Content-Length": "0", Connection: "close" };
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace(/[^\x20-\x7e]/g, "?")}\r\n`);
	// Unread, the client's own end would go unnoticed, and the socket would stay.
	socket.resume();
	socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\n${lines.join("")}\r\n`);
}
