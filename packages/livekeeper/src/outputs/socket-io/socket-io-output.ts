import type { Server as HttpServer, IncomingMessage } from "node:http";
import { toWire } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { Server } from "socket.io";
import { LivekeeperError } from "../../errors.ts";
import { type LiveService, toWireStatus } from "../../live/index.ts";
import { cut, type EngineConnection, waitingBytes } from "./connection.ts";
import { batchRoomOf, handleSocket, type IoServer, roomOf } from "./handlers.ts";
import type { WireMessage } from "./messages.ts";

/** Who may connect; the same answers as for HTTP. */
export interface SocketAccess {
	keyOpens(key: string | undefined): boolean;
	bearerKey(header: string | undefined): string | undefined;
	originAllowed(origin: string | undefined, host: string | undefined): boolean;
	hostAllowed(host: string | undefined): boolean;
}

export interface SocketIoDeps {
	/** Served on the same port, at `/socket.io`. */
	server: HttpServer;
	live: Pick<LiveService, "getRoom" | "onMessages" | "onStatus">;
	access: SocketAccess;
	corsOrigins: readonly string[];
	/** A client is disconnected when more than this waits to be read by it, bytes. */
	bufferBytes: number;
	logger: Logger;
}

export interface SocketIoOutput {
	readerCounts(): { connected: number; slowReaders: number; refused: number };
	/** Cuts every client; they reconnect by themselves when the service is back. */
	close(): void;
}

type Messages = Parameters<Parameters<LiveService["onMessages"]>[0]>[1];

/** Hands rooms' events to browsers: one `message` for each event, encoded once however many read it. */
export function createSocketIoOutput(deps: SocketIoDeps): SocketIoOutput {
	const { live, logger, bufferBytes } = deps;
	const counts = { slowReaders: 0, refused: 0 };
	const connections = new Set<EngineConnection>();
	const io: IoServer = new Server(deps.server, {
		serveClient: true,
		maxHttpBufferSize: 64 * 1024,
		connectTimeout: 10_000,
		cors: { origin: deps.corsOrigins.includes("*") ? "*" : [...deps.corsOrigins] },
		allowRequest: (request, done) => {
			const why = refusal(request, deps.access);
			if (why) counts.refused++;
			done(why ?? null, why === undefined);
		},
	});
	io.engine.on("connection", (connection: EngineConnection) => {
		connections.add(connection);
		connection.once("close", () => connections.delete(connection));
	});
	io.use((socket, next) => {
		const token: unknown = socket.handshake.auth["token"];
		const key = typeof token === "string" ? token : deps.access.bearerKey(socket.handshake.headers.authorization);
		if (deps.access.keyOpens(key)) return next();
		counts.refused++;
		next(withData(new LivekeeperError("unauthorized", key ? "The API key is wrong" : "An API key is needed")));
	});
	io.on("connection", (socket) => handleSocket(socket, { live, logger }));

	const { rooms } = io.of("/").adapter;
	const cutSlowReaders = (room: string) => {
		for (const id of rooms.get(room) ?? []) {
			const connection = io.of("/").sockets.get(id)?.conn;
			if (!connection || waitingBytes(connection) <= bufferBytes) continue;
			counts.slowReaders++;
			logger.warn({ code: "slow_reader", socket: id }, "A Socket.IO client that doesn't read was disconnected");
			cut(connection);
		}
	};
	const publish = (liveId: string, events: Messages) => {
		const single = roomOf(liveId);
		const batch = batchRoomOf(liveId);
		if (!rooms.has(single) && !rooms.has(batch)) return;
		cutSlowReaders(single);
		cutSlowReaders(batch);
		const wire = events.map((event) => toWire(event) as WireMessage);
		if (rooms.has(batch)) io.to(batch).emit("messages", wire);
		if (rooms.has(single)) for (const event of wire) io.to(single).emit("message", event);
	};
	const unsubscribe = [
		live.onMessages(publish),
		live.onStatus((status) => {
			const readers = [roomOf(status.liveId), batchRoomOf(status.liveId)];
			if (readers.some((room) => rooms.has(room))) io.to(readers).emit("status", toWireStatus(status));
		}),
	];
	return {
		readerCounts: () => ({ connected: io.of("/").sockets.size, ...counts }),
		close() {
			for (const stop of unsubscribe.reverse()) stop();
			for (const connection of connections) cut(connection);
			io.engine.close();
		},
	};
}

function refusal(request: IncomingMessage, access: SocketAccess): string | undefined {
	const { host, origin } = request.headers;
	if (!access.hostAllowed(host)) return "forbidden_host";
	return access.originAllowed(origin, host) ? undefined : "forbidden_origin";
}

/** Socket.IO hands `data` of a refusal to the client's `connect_error`. */
function withData(error: LivekeeperError): LivekeeperError & { data: object } {
	return Object.assign(error, { data: { code: error.code, message: error.message, hint: error.hint } });
}
