import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { LivekeeperError } from "@livekeeper/base/errors";
import { type Language, languageOf, requestTexts } from "@livekeeper/base/text";
import type { Clock } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { WebSocket } from "ws";
import type { LiveService, Scope } from "../../live/index.ts";
import { endTexts } from "../../text/index.ts";
import {
	ignoreReset,
	parseReadRequest,
	type ReaderHub,
	ReaderWebSocketServer,
	type ReadFrom,
	refuseUpgrade,
	type UpgradeAccess,
	watchOver,
} from "../readers/index.ts";
import { RoomsFeed, type RoomsSubscriber } from "./rooms-feed.ts";
import { endWebSocket, websocketSink } from "./websocket-sink.ts";

export interface WebsocketDeps {
	/**
	 * HTTP server that it shares: a room at `/ws/{live_id}?after=&types=&batch=1&raw=1`, the status of all rooms at
	 * `/ws`.
	 */
	server: HttpServer;
	hub: ReaderHub;
	live: Pick<LiveService, "getStatus" | "onStatus">;
	access: UpgradeAccess;
	/** @throws {LivekeeperError} if there is nothing to read of that room */
	requireRoom: (liveId: string) => Promise<void>;
	clock: Clock;
	logger: Logger;
}

const path = /^\/ws(?:\/([^/?]*))?(?:\?|$)/;
/** Sent to clients that request it with `keepalive=1`, because browsers show no pings to their pages. */
const keepAlive = '{"type":"keepalive"}';
const keepAliveMs = 15_000;
/** Path of upgrades that the Socket.IO output answers. */
const socketIoPath = /^\/socket\.io(?:[/?]|$)/;

/** Serves a room's events over a plain WebSocket: one text message per event, or with `batch=1` an array per batch. */
export function createWebsocketOutput(deps: WebsocketDeps): { close(): void } {
	// Readers only listen. Their messages are read to notice closes and pongs, and otherwise ignored.
	const sockets = new ReaderWebSocketServer({
		maxPayload: 16 * 1024,
		clientTracking: true,
		// A sub-protocol with the key is never echoed.
		handleProtocols: (offered) => (offered.has("livekeeper") ? "livekeeper" : false),
	});
	const feeds = {
		en: new RoomsFeed({ ...deps, language: "en" }),
		zh: new RoomsFeed({ ...deps, language: "zh" }),
	} satisfies Record<Language, RoomsFeed>;
	let closed = false;
	deps.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		const url = request.url ?? "";
		if (socketIoPath.test(url)) return;
		socket.on("error", ignoreReset);
		if (closed) {
			refuseUpgrade(request, socket, new LivekeeperError("shutting_down", requestTexts.stopping), deps.logger);
			return;
		}
		if (!path.test(url)) {
			// No other output would answer, and the socket would stay open for as long as its client likes.
			refuseUpgrade(request, socket, new LivekeeperError("not_found", requestTexts.noWebSocket), deps.logger);
			return;
		}
		accept(request, socket, deps).then(
			(streamRequest) => {
				socket.off("error", ignoreReset);
				sockets.handleUpgrade(request, socket, head, (webSocket) => {
					watchOver(webSocket, request.socket, { ...deps, servedByHub: streamRequest.from !== undefined });
					if (streamRequest.keepAlive) sendKeepAlives(webSocket, deps.clock);
					const end = (why: LivekeeperError) => endWebSocket(webSocket, request, "token_revoked", why.text);
					webSocket.once("close", streamRequest.scope.onRevoked(end));
					if (streamRequest.from) void serve(webSocket, request, streamRequest.from, streamRequest.batch, deps);
					else webSocket.once("close", feeds[languageOf(request)].subscribe(feedSink(webSocket)));
				});
			},
			(error: unknown) => refuseUpgrade(request, socket, error, deps.logger),
		);
	});
	return {
		close() {
			// Later clients are still answered, for as long as the server listens.
			closed = true;
			for (const socket of sockets.clients) socket.terminate();
			sockets.close();
		},
	};
}

interface StreamRequest {
	/** `undefined` for the status of all rooms. */
	from: ReadFrom | undefined;
	batch: boolean;
	keepAlive: boolean;
	/** Scope of the client's request. The connection ends when it is revoked. */
	scope: Scope;
}

async function accept(
	request: IncomingMessage,
	socket: Duplex,
	{ access, requireRoom, hub }: WebsocketDeps,
): Promise<StreamRequest> {
	const query = new URL(request.url ?? "", "http://localhost").searchParams;
	const { scope, party } = access.admit(request, access.connectionKey(request));
	const flag = (name: string) => query.get(name) === "1" || query.get(name) === "true";
	const streamRequest = { batch: flag("batch"), keepAlive: flag("keepalive"), scope };
	const [, id] = path.exec(request.url ?? "") ?? [];
	if (id === undefined) {
		scope.require("all_rooms");
		hub.admit(socket, party);
		return { ...streamRequest, from: undefined };
	}
	const from = parseReadRequest({
		live_id: decode(id),
		after: query.get("after"),
		types: query.get("types"),
		raw: query.get("raw"),
	});
	scope.require({ room: from.liveId });
	await requireRoom(from.liveId);
	hub.admit(socket, party);
	return { ...streamRequest, from };
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** Sends keep-alives, which show a client that requests them that the service is up. */
function sendKeepAlives(webSocket: WebSocket, clock: Clock): void {
	const timer = clock.every(keepAliveMs, () => {
		if (webSocket.bufferedAmount === 0) webSocket.send(keepAlive);
	});
	webSocket.once("close", () => timer.cancel());
}

function feedSink(webSocket: WebSocket): RoomsSubscriber {
	return { send: (text) => webSocket.send(text), bufferedBytes: () => webSocket.bufferedAmount };
}

async function serve(
	webSocket: WebSocket,
	request: IncomingMessage,
	from: ReadFrom,
	batch: boolean,
	{ hub, logger }: WebsocketDeps,
): Promise<void> {
	try {
		const leave = await hub.open(websocketSink(webSocket, request, { batch, raw: from.raw }), from);
		if (webSocket.readyState >= webSocket.CLOSING) leave();
		else webSocket.once("close", leave);
	} catch (error) {
		logger.error({ event: "client_not_served", err: error, live_id: from.liveId });
		endWebSocket(webSocket, request, "failed", endTexts.failed);
	}
}
