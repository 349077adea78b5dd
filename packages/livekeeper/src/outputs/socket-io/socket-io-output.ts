import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { Server } from "socket.io";
import { errorReply, LivekeeperError } from "../../errors.ts";
import type { LiveRoomStatus, LiveService, Scope } from "../../live/index.ts";
import { type Language, languageOf, languages, requestTexts } from "../../text/index.ts";
import { toWireStatus } from "../../wire/index.ts";
import { type Party, type ReaderHub, ReaderWebSocketServer, SharedPlaces } from "../readers/index.ts";
import { ClientFiles } from "./client-files.ts";
import { ClientConnection, type EngineConnection } from "./connection.ts";
import { placeBefore } from "./front-door.ts";
import { ClientRooms, type IoServer, type IoSocket, roomOf } from "./handlers.ts";

/** Decides who may connect; the same answers as for HTTP. */
export interface SocketAccess {
	/** What a session is asked for with; browsers mostly give their key later, in the session. */
	connectionKey(request: IncomingMessage): string | undefined;
	/** @throws {LivekeeperError} when no key can open it */
	checkSource(request: IncomingMessage): void;
	/** @throws {LivekeeperError} past the client's limit */
	count(request: IncomingMessage, key: string | undefined): Party;
	/** @throws {LivekeeperError} when the request is refused */
	admit(request: IncomingMessage, key: string | undefined): { scope: Scope; party: Party };
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

/**
 * Sessions whose client has not been let in: a browser can give its key only once it has a session, so everyone who
 * reaches us gets one.
 */
const mostWaiting = 500;
/** A session whose client has not been admitted within this time ends. */
const connectTimeoutMs = 10_000;

/** Hands rooms' events to browsers: one `message` for each event, encoded once however many read it. */
export class SocketIoOutput {
	readonly #deps: SocketIoDeps;
	readonly #io: IoServer;
	readonly #connections = new Map<EngineConnection, ClientConnection>();
	/** Places of sessions whose client has not been admitted. */
	readonly #waiting = new SharedPlaces(mostWaiting);
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
			// A compressor takes more memory than what it compresses.
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
		this.#unsubscribe = deps.live.onStatus((status) => this.#tell(status));
	}

	get readerCounts(): { connected: number; slowReaders: number; refused: number } {
		return {
			connected: this.#io.of("/").sockets.size,
			slowReaders: this.#slowReaders,
			refused: this.#refused,
		};
	}

	/** Cuts every client; they reconnect by themselves when the service is back. */
	close(): void {
		this.#closed = true;
		this.#unsubscribe();
		for (const connection of this.#connections.values()) connection.cut();
		this.#io.engine.close();
	}

	/** Any page may load the client, which holds no data: what it then asks for is judged. */
	#servesFile(request: IncomingMessage, response: ServerResponse): boolean {
		const { access, corsOrigins, logger } = this.#deps;
		const name = request.method === "GET" || request.method === "HEAD" ? ClientFiles.nameOf(request) : undefined;
		if (name === undefined) return false;
		// A module of a foreign page is refused by the browser, and the log says why.
		refusalOf(() => access.checkSource(request));
		const { origin } = request.headers;
		const allowed = [origin, "*"].find((one) => one !== undefined && corsOrigins.includes(one));
		this.#clientFiles.serve(name, request, response, allowed).catch((error: unknown) => {
			logger.error({ event: "client_script_unreadable", err: error });
			response.destroy();
		});
		return true;
	}

	/** Why a session may not be opened, in the language of its request. */
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

	/** @returns why a client is not let in */
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

	#tell(status: LiveRoomStatus): void {
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

/** Socket.IO receives a refusal as a value, where others throw it. */
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
	const key = typeof token === "string" ? token : access.connectionKey(socket.request);
	const { scope, party } = access.admit(socket.request, key);
	connection.scope = scope;
	hub.admit(socket.conn, party);
}

/** Tells a client why, and ends its connection; one that doesn't read is cut, since the reason would never reach it. */
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
