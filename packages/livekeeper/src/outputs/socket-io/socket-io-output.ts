import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { Server } from "socket.io";
import { LivekeeperError } from "../../errors.ts";
import { type LiveService, toWireStatus } from "../../live/index.ts";
import type { ReaderHub } from "../readers/index.ts";
import { cut, type EngineConnection } from "./connection.ts";
import { ClientRooms, type IoServer, type IoSocket, roomOf } from "./handlers.ts";

/** Who may connect; the same answers as for HTTP. */
export interface SocketAccess {
	bearerKey(header: string | undefined): string | undefined;
	/** Of a session that is asked for; its key comes later. @throws {LivekeeperError} when the request is refused */
	checkSource(request: IncomingMessage): void;
	/** @throws {LivekeeperError} when the request is refused */
	admit(request: IncomingMessage, key: string | undefined): void;
}

export interface SocketIoDeps {
	/** Served on the same port, at `/socket.io`. */
	server: HttpServer;
	live: Pick<LiveService, "getRoom" | "requireReadable" | "onStatus">;
	access: SocketAccess;
	corsOrigins: readonly string[];
	hub: ReaderHub;
	logger: Logger;
}

export interface SocketIoOutput {
	readerCounts(): { connected: number; slowReaders: number; refused: number };
	/** Cuts every client; they reconnect by themselves when the service is back. */
	close(): void;
}

/** Hands rooms' events to browsers: one `message` for each event, encoded once however many read it. */
export function createSocketIoOutput(deps: SocketIoDeps): SocketIoOutput {
	const { live, hub, logger } = deps;
	const counts = { slowReaders: 0, refused: 0 };
	const connections = new Set<EngineConnection>();
	let closed = false;
	const io: IoServer = new Server(deps.server, {
		serveClient: true,
		// Other upgrades on this port are answered by their own outputs.
		destroyUpgrade: false,
		maxHttpBufferSize: 64 * 1024,
		connectTimeout: 10_000,
		cors: { origin: deps.corsOrigins.includes("*") ? "*" : [...deps.corsOrigins] },
		allowRequest: (request, done) => {
			const why = closed ? "shutting_down" : refusalOf(() => deps.access.checkSource(request))?.code;
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
		const refusal = refusalOf(() => deps.access.admit(socket.request, key));
		if (!refusal) return next();
		counts.refused++;
		next(withData(refusal));
	});
	const onSlow = (socket: IoSocket) => {
		counts.slowReaders++;
		logger.warn({ code: "slow_reader", socket: socket.id }, "A Socket.IO client that doesn't read was disconnected");
	};
	io.on("connection", (socket) => void new ClientRooms(socket, { live, hub, logger, onSlow }));
	const unsubscribe = live.onStatus((status) => {
		const room = roomOf(status.liveId);
		if (io.of("/").adapter.rooms.has(room)) io.to(room).emit("status", toWireStatus(status));
	});
	return {
		readerCounts: () => ({ connected: io.of("/").sockets.size, ...counts }),
		close() {
			closed = true;
			unsubscribe();
			for (const connection of connections) cut(connection);
			io.engine.close();
		},
	};
}

/** Socket.IO is told of a refusal, where others throw it. */
function refusalOf(check: () => void): LivekeeperError | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (error instanceof LivekeeperError) return error;
		throw error;
	}
}

/** Socket.IO hands `data` of a refusal to the client's `connect_error`. */
function withData(error: LivekeeperError): LivekeeperError & { data: object } {
	return Object.assign(error, { data: { code: error.code, message: error.message, hint: error.hint } });
}
