import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { type Language, languageOf, languages, requestTexts } from "@livekeeper/base/text";
import type { Logger } from "pino";
import { Server } from "socket.io";
import type { LiveRoomStatus, LiveService, Scope } from "../../live/index.ts";
import { toWireStatus } from "../../wire/index.ts";
import { type Party, type ReaderHub, ReaderWebSocketServer, SharedPlaces } from "../readers/index.ts";
import { ClientConnection, type EngineConnection } from "./connection.ts";
import { ClientFiles, placeBefore } from "./front-door.ts";
import { ClientRooms, type IoServer, type IoSocket, roomOf } from "./handlers.ts";

/** Decides which clients may connect, with the same answers as HTTP. */
export interface SocketAccess {
	/** Key of the request for a session. Browsers mostly send theirs later, in the session. */
	connectionKey(request: IncomingMessage): string | undefined;
	/** @throws {LivekeeperError} if no key can open it */
	checkSource(request: IncomingMessage): void;
	/** @throws {LivekeeperError} if the client exceeds its limit */
	count(request: IncomingMessage, key: string | undefined): Party;
	/** @throws {LivekeeperError} if the request is refused */
	admit(request: IncomingMessage, key: string | undefined): { scope: Scope; party: Party };
}

export interface SocketIoDeps {
	/** HTTP server that it shares, at `/socket.io`. */
	server: HttpServer;
	live: Pick<LiveService, "getRoom" | "requireReadable" | "onStatus">;
	access: SocketAccess;
	corsOrigins: readonly string[];
	hub: ReaderHub;
	/** Maximum number of rooms a client may join. */
	maxRooms: number;
	logger: Logger;
}

/**
 * Maximum number of sessions without an admitted client. A browser can send its key only once it has a session, so
 * every client that connects gets one.
 */
const maxWaiting = 500;
/** Time after which a session without an admitted client ends, ms. */
const connectTimeoutMs = 10_000;

/** Sends rooms' events to browsers: one `message` per event, encoded once for all readers. */
export class SocketIoOutput {
	readonly #deps: SocketIoDeps;
	readonly #io: IoServer;
	readonly #connections = new Map<EngineConnection, ClientConnection>();
	/** Places of sessions without an admitted client. */
	readonly #waiting = new SharedPlaces(maxWaiting);
	/** The party that a requested session counts for. */
	readonly #askedFor = new WeakMap<IncomingMessage, Party>();
	readonly #clientFiles = new ClientFiles();
	readonly #unsubscribe: () => void;
	#slowReaders = 0;
	#refused = 0;
	#closed = false;

	constructor(deps: SocketIoDeps) {
		this.#deps = deps;
		this.#io = new Server(deps.server, {
			serveClient: false,
			// Other upgrades on this port are answered by their own outputs.
			destroyUpgrade: false,
			// Requests are small, and many of them may come in one body.
			maxHttpBufferSize: 16 * 1024,
			connectTimeout: connectTimeoutMs,
			wsEngine: ReaderWebSocketServer,
			// A compressor takes more memory than the data it compresses.
			httpCompression: false,
			cors: { origin: deps.corsOrigins.includes("*") ? "*" : [...deps.corsOrigins] },
			allowRequest: (request, done) => {
				const refusal = this.#refusalOf(request);
				done(refusal, refusal === undefined);
			},
		});
		this.#io.engine.on("connection", (engine: EngineConnection) => this.#opened(engine));
		this.#io.use((socket, next) => next(this.#letIn(socket)));
		this.#io.on("connection", (socket) => this.#serve(socket));
		placeBefore(deps.server, (request, response) => this.#servesFile(request, response));
		this.#unsubscribe = deps.live.onStatus((status) => this.#sendStatus(status));
	}

	get readerCounts(): { connected: number; slowReaders: number; refused: number } {
		return {
			connected: this.#io.of("/").sockets.size,
			slowReaders: this.#slowReaders,
			refused: this.#refused,
		};
	}

	/** Disconnects every client. They reconnect by themselves when the service is back. */
	close(): void {
		this.#closed = true;
		this.#unsubscribe();
		for (const connection of this.#connections.values()) connection.cut();
		this.#io.engine.close();
	}

	/**
	 * Answers a request for a file of the client. Any page may load it, since it holds no data; what the page then asks
	 * for is checked.
	 */
	#servesFile(request: IncomingMessage, response: ServerResponse): boolean {
		const { access, corsOrigins, logger } = this.#deps;
		const name = request.method === "GET" || request.method === "HEAD" ? ClientFiles.nameOf(request) : undefined;
		if (name === undefined) return false;
		// The browser refuses the module to a foreign page, and the log says why.
		refusalOf(() => access.checkSource(request));
		const { origin } = request.headers;
		const allowed = [origin, "*"].find((one) => one !== undefined && corsOrigins.includes(one));
		this.#clientFiles.serve(name, request, response, allowed).catch((error: unknown) => {
			logger.error({ event: "client_script_unreadable", err: error });
			response.destroy();
		});
		return true;
	}

	/** Returns the reason to refuse a session, in the language of its request. */
	#refusalOf(request: IncomingMessage): string | undefined {
		const { access } = this.#deps;
		const refusal = refusalOf(() => {
			if (this.#closed) throw new LivekeeperError("shutting_down", requestTexts.stopping);
			access.checkSource(request);
			const party = access.count(request, access.connectionKey(request));
			if (!this.#waiting.hasPlaceFor(party)) throw tooManySessions();
			this.#askedFor.set(request, party);
		});
		if (!refusal) return undefined;
		this.#refused++;
		const { code, message, hint } = errorReply(refusal, languageOf(request)).error;
		return `${code}: ${message} → ${hint}`;
	}

	#opened(engine: EngineConnection): void {
		const connection = new ClientConnection(engine);
		this.#connections.set(engine, connection);
		const cut = () => {
			this.#refused++;
			connection.cut();
		};
		const party = this.#askedFor.get(engine.request as IncomingMessage);
		const letGo = party && this.#waiting.take(party, cut);
		engine.once("close", () => {
			this.#connections.delete(engine);
			letGo?.();
		});
		if (letGo) connection.onLetIn = letGo;
		else cut();
	}

	/** @returns the reason to refuse a client; `undefined` if it is admitted */
	#letIn(socket: IoSocket): (Error & { data: object }) | undefined {
		const connection = this.#connections.get(socket.conn);
		const refusal = refusalOf(() => letIn(socket, connection, this.#deps));
		if (!refusal) {
			connection?.onLetIn?.();
			return undefined;
		}
		this.#refused++;
		return withData(refusal, languageOf(socket.request));
	}

	#serve(socket: IoSocket): void {
		const { live, hub, logger, maxRooms } = this.#deps;
		const connection = this.#connections.get(socket.conn);
		const scope = connection?.scope;
		if (!connection || !scope) return;
		const onSlow = () => {
			this.#slowReaders++;
			logger.warn({ event: "slow_reader", socket: socket.id });
		};
		new ClientRooms(socket, connection, { live, hub, logger, maxRooms, onSlow, scope });
		socket.once(
			"disconnect",
			scope.onRevoked((why) => endWith(socket, connection, why)),
		);
	}

	#sendStatus(status: LiveRoomStatus): void {
		for (const language of languages) {
			const room = roomOf(status.liveId, language);
			if (this.#io.of("/").adapter.rooms.has(room)) this.#io.to(room).emit("status", toWireStatus(status, language));
		}
	}
}

function tooManySessions(): LivekeeperError {
	return new LivekeeperError("too_many_requests", requestTexts.sessionLimit, {
		hint: requestTexts.sessionLimitHint,
		retryAfterS: connectTimeoutMs / 1000,
	});
}

/** Returns a refusal as a value, as Socket.IO expects, if `check` throws one. */
function refusalOf(check: () => void): LivekeeperError | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (error instanceof LivekeeperError) return error;
		throw error;
	}
}

/** @throws LivekeeperError whatever `admit` throws, `too_many_readers`, `invalid_request` */
function letIn(socket: IoSocket, connection: ClientConnection | undefined, { access, hub }: SocketIoDeps): void {
	// Once per connection: each admission would create another socket, and another answer that waits to be read.
	if (!connection?.isOpen || connection.asked) {
		connection?.cut();
		throw new LivekeeperError("invalid_request", requestTexts.oneAdmission);
	}
	connection.asked = true;
	const token: unknown = socket.handshake.auth["token"];
	const key = typeof token === "string" ? token : access.connectionKey(socket.request);
	const { scope, party } = access.admit(socket.request, key);
	connection.scope = scope;
	hub.admit(socket.conn, party);
}

/**
 * Sends a client the reason and ends its connection. A client that does not read is disconnected at once, since the
 * reason would never reach it.
 */
function endWith(socket: IoSocket, connection: ClientConnection, why: LivekeeperError): void {
	if (connection.waitingBytes > 0) {
		connection.cut();
		return;
	}
	socket.emit("error", errorReply(why, languageOf(socket.request)));
	socket.disconnect(true);
}

/** Adds `data`, which Socket.IO passes to the client's `connect_error`. */
function withData(refusal: LivekeeperError, language: Language): Error & { data: object } {
	const { error } = errorReply(refusal, language);
	return Object.assign(new Error(error.message), { data: error });
}
