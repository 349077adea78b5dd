import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Logger } from "pino";
import { Server } from "socket.io";
import { errorReply, LivekeeperError } from "../../errors.ts";
import { type LiveService, type Scope, toWireStatus } from "../../live/index.ts";
import { type Language, languageOf, languages, requestTexts } from "../../text/index.ts";
import { type ReaderHub, ReaderWebSocketServer } from "../readers/index.ts";
import { ClientConnection, type EngineConnection } from "./connection.ts";
import { ClientRooms, type IoServer, type IoSocket, roomOf } from "./handlers.ts";
import { WaitingSessions } from "./waiting-sessions.ts";

/** Who may connect; the same answers as for HTTP. */
export interface SocketAccess {
	bearerKey(header: string | undefined): string | undefined;
	/** Of a session that is asked for; its key comes later. @throws {LivekeeperError} when the request is refused */
	checkSource(request: IncomingMessage): void;
	/** @throws {LivekeeperError} when the request is refused */
	admit(request: IncomingMessage, key: string | undefined): Scope;
}

export interface SocketIoDeps {
	/** Served on the same port, at `/socket.io`. */
	server: HttpServer;
	live: Pick<LiveService, "getRoom" | "requireReadable" | "onStatus">;
	access: SocketAccess;
	corsOrigins: readonly string[];
	hub: ReaderHub;
	/** Rooms that one client may join. */
	maxRooms: number;
	logger: Logger;
}

export interface SocketIoOutput {
	readerCounts(): { connected: number; slowReaders: number; refused: number };
	/** Cuts every client; they reconnect by themselves when the service is back. */
	close(): void;
}

const clientFile = /\.js(\.map)?(\?|$)/;

/** Hands rooms' events to browsers: one `message` for each event, encoded once however many read it. */
export function createSocketIoOutput(deps: SocketIoDeps): SocketIoOutput {
	const { live, hub, logger, maxRooms } = deps;
	const counts = { slowReaders: 0, refused: 0 };
	const connections = new Map<EngineConnection, ClientConnection>();
	const waiting = new WaitingSessions();
	let closed = false;
	const io: IoServer = new Server(deps.server, {
		serveClient: true,
		// Other upgrades on this port are answered by their own outputs.
		destroyUpgrade: false,
		// Requests are small, and many of them may come in one body.
		maxHttpBufferSize: 16 * 1024,
		connectTimeout: 10_000,
		wsEngine: ReaderWebSocketServer,
		// A compressor takes more memory than what it compresses.
		httpCompression: false,
		cors: (asked, done) => {
			const request = asked as IncomingMessage;
			// A page loads the client's file before it asks for anything: the browser refuses it, and the log says why.
			if (clientFile.test(request.url ?? "")) refusalOf(() => deps.access.checkSource(request));
			done(null, { origin: deps.corsOrigins.includes("*") ? "*" : [...deps.corsOrigins] });
		},
		allowRequest: (request, done) => {
			const stopping = closed ? new LivekeeperError("shutting_down", requestTexts.stopping) : undefined;
			const refusal = stopping ?? refusalOf(() => deps.access.checkSource(request));
			if (!refusal) return done(null, true);
			counts.refused++;
			const { code, message, hint } = errorReply(refusal, languageOf(request)).error;
			done(`${code}: ${message} → ${hint}`, false);
		},
	});
	io.engine.on("connection", (engine: EngineConnection) => {
		const connection = new ClientConnection(engine);
		connections.set(engine, connection);
		engine.once("close", () => {
			connections.delete(engine);
			waiting.delete(connection);
		});
		if (waiting.add(connection)) counts.refused++;
	});
	io.use((socket, next) => {
		const connection = connections.get(socket.conn);
		const refusal = refusalOf(() => letIn(socket, connection, deps));
		if (refusal) {
			counts.refused++;
			return next(withData(refusal, languageOf(socket.request)));
		}
		if (connection) waiting.delete(connection);
		next();
	});
	const onSlow = (socket: IoSocket) => {
		counts.slowReaders++;
		logger.warn({ code: "slow_reader", socket: socket.id }, "【!】Socket.IO 客户端长时间不接收，已断开");
	};
	io.on("connection", (socket) => {
		const connection = connections.get(socket.conn);
		const scope = connection?.scope;
		if (!connection || !scope) return;
		new ClientRooms(socket, connection, { live, hub, logger, maxRooms, onSlow, scope });
		socket.once(
			"disconnect",
			scope.onRevoked((why) => endWith(socket, connection, why)),
		);
	});
	const unsubscribe = live.onStatus((status) => {
		for (const language of languages) {
			const room = roomOf(status.liveId, language);
			if (io.of("/").adapter.rooms.has(room)) io.to(room).emit("status", toWireStatus(status, language));
		}
	});
	return {
		readerCounts: () => ({ connected: io.of("/").sockets.size, ...counts }),
		close() {
			closed = true;
			unsubscribe();
			for (const connection of connections.values()) connection.cut();
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

/** @throws LivekeeperError what `admit` throws, `too_many_readers`, `invalid_request` */
function letIn(socket: IoSocket, connection: ClientConnection | undefined, { access, hub }: SocketIoDeps): void {
	// Once for each connection: each time would make a socket of its own, and an answer that waits to be read.
	if (!connection?.isOpen || connection.asked) {
		connection?.cut();
		throw new LivekeeperError("invalid_request", requestTexts.oneAdmission);
	}
	connection.asked = true;
	const token: unknown = socket.handshake.auth["token"];
	connection.scope = access.admit(
		socket.request,
		typeof token === "string" ? token : access.bearerKey(socket.handshake.headers.authorization),
	);
	hub.admit(socket.conn);
}

/** Tells a client why, and ends its connection; one that doesn't read is cut, since it would never be told. */
function endWith(socket: IoSocket, connection: ClientConnection, why: LivekeeperError): void {
	if (connection.waitingBytes > 0) {
		connection.cut();
		return;
	}
	socket.emit("error", errorReply(why, languageOf(socket.request)));
	socket.disconnect(true);
}

/** Socket.IO hands `data` of a refusal to the client's `connect_error`. */
function withData(refusal: LivekeeperError, language: Language): Error & { data: object } {
	const { error } = errorReply(refusal, language);
	return Object.assign(new Error(error.message), { data: error });
}
