import type { Logger } from "pino";
import type { Server, Socket } from "socket.io";
import { type ErrorReply, errorReply, LivekeeperError } from "../../errors.ts";
import type { LiveService, Scope } from "../../live/index.ts";
import { type Language, languageOf, requestTexts } from "../../text/index.ts";
import { toWireStatus } from "../../wire/index.ts";
import type { ReaderHub } from "../readers/index.ts";
import type { ClientConnection } from "./connection.ts";
import type { ClientEvents, JoinReply, LeaveReply, ServerEvents } from "./messages.ts";
import { type JoinRequest, parseJoin, parseLeave } from "./requests.ts";

export type IoServer = Server<ClientEvents, ServerEvents>;
export type IoSocket = Socket<ClientEvents, ServerEvents>;

/** Subscribers of a room's status in one language. Socket.IO's own rooms are named by socket ids: the prefix keeps ours apart. */
export const roomOf = (liveId: string, language: Language) => `live:${language}:${liveId}`;

export interface HandlerDeps {
	live: Pick<LiveService, "getRoom" | "requireReadable">;
	hub: ReaderHub;
	/** What the client may do. */
	scope: Pick<Scope, "require">;
	/** Rooms that one client may join, and requests of it that may wait: one that comes back asks for all its rooms. */
	maxRooms: number;
	logger: Logger;
	/** Called where the client is cut because it does not read. */
	onSlow: () => void;
}

/** Requests of a client that are refused while others of it wait; one that still asks on is cut. */
const mostRefused = 1000;

type Reply = JoinReply | LeaveReply;
type Ack = (reply: Reply) => void;

/**
 * One client: which rooms it reads, and how to leave each. Its requests are served one after the other. Nothing it does
 * changes anything upstream.
 */
export class ClientRooms {
	readonly #socket: IoSocket;
	readonly #connection: ClientConnection;
	readonly #deps: HandlerDeps;
	/** Language of texts for the client, as its handshake asked. */
	readonly #language: Language;
	/** Ends the reading of each joined room; the newest `join` of a room counts. */
	readonly #leave = new Map<string, () => void>();
	/** Checked requests whose turn is to come. */
	readonly #waiting: (() => Promise<void>)[] = [];
	#serving = false;
	/** Refused since all that waited had been served. */
	#refused = 0;
	/** Made once: a client that floods us receives it many times. */
	readonly #tooMany: ErrorReply;

	constructor(socket: IoSocket, connection: ClientConnection, deps: HandlerDeps) {
		this.#socket = socket;
		this.#connection = connection;
		this.#deps = deps;
		this.#language = languageOf(socket.request);
		this.#tooMany = errorReply(tooManyRequests(deps.maxRooms), this.#language);
		socket.onAny((event: unknown, ...args: unknown[]) => this.#request(event, args));
		connection.onTaken(() => this.#note());
		socket.once("disconnect", () => {
			this.#waiting.length = 0;
			for (const leave of this.#leave.values()) leave();
			this.#leave.clear();
			deps.hub.note(connection.account, 0);
		});
	}

	/** Clients send what they like: any event with any number of arguments, with or without an acknowledgement. */
	#request(event: unknown, args: readonly unknown[]): void {
		const { hub, maxRooms, onSlow } = this.#deps;
		// Requests that came together are still handled after their connection was cut.
		if (!this.#connection.isOpen) return;
		// Answers wait to be read as well: one that asks on and reads nothing would have them grow without bound.
		if (this.#connection.unreadAnswerBytes > hub.bound) {
			onSlow();
			this.#connection.cut();
			return;
		}
		const last = args.at(-1);
		const ack = typeof last === "function" ? (last as Ack) : undefined;
		try {
			if (this.#waiting.length >= maxRooms) {
				this.#tell(this.#tooMany, ack);
				if (++this.#refused >= mostRefused) this.#cutFlood();
				return;
			}
			const action = this.#actionOf(event, args[0] === ack ? undefined : args[0]);
			this.#waiting.push(() => this.#answer(action, ack));
			if (!this.#serving) void this.#serve();
		} catch (refusal) {
			this.#refuse(refusal, ack);
		}
	}

	/** Each refusal costs as well: without an end to them a client could keep the service busy with nothing else. */
	#cutFlood(): void {
		const { logger } = this.#deps;
		logger.warn({ event: "client_flooded", client: this.#socket.id, refused: this.#refused });
		this.#connection.cut();
	}

	/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
	#actionOf(event: unknown, input: unknown): () => Promise<Reply> | Reply {
		if (event === "join") {
			const request = parseJoin(input);
			return () => this.#join(request);
		}
		if (event === "leave") {
			const liveId = parseLeave(input);
			return () => this.#leaveRoom(liveId);
		}
		throw new LivekeeperError("invalid_request", requestTexts.noSocketEvent(JSON.stringify(event)?.slice(0, 60)), {
			hint: requestTexts.socketEventHint,
		});
	}

	async #serve(): Promise<void> {
		this.#serving = true;
		for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next();
		this.#serving = false;
		this.#refused = 0;
	}

	async #answer(action: () => Promise<Reply> | Reply, ack: Ack | undefined): Promise<void> {
		try {
			const reply = await action();
			this.#connection.answer(() => ack?.(reply));
		} catch (thrown) {
			this.#refuse(thrown, ack);
		}
	}

	#refuse(thrown: unknown, ack: Ack | undefined): void {
		this.#tell(errorReply(known(thrown, this.#deps.logger), this.#language), ack);
	}

	#tell(refusal: ErrorReply, ack: Ack | undefined): void {
		this.#connection.answer(() => (ack ? ack(refusal) : this.#socket.emit("error", refusal)));
		this.#note();
	}

	/** What waits for a client counts, whether it is events or answers. */
	#note(): void {
		this.#deps.hub.note(this.#connection.account, this.#connection.waitingBytes);
	}

	async #join({ batch, ...from }: JoinRequest): Promise<JoinReply> {
		const { live, hub, maxRooms, scope } = this.#deps;
		const { liveId } = from;
		const socket = this.#socket;
		scope.require({ room: liveId });
		if (!this.#leave.has(liveId) && this.#leave.size >= maxRooms) throw tooManyJoins(maxRooms);
		await live.requireReadable(liveId);
		this.#leave.get(liveId)?.();
		this.#leave.delete(liveId);
		const sink = this.#connection.sink({
			batch,
			raw: from.raw,
			onTruncated: ({ from, to, reason }) => void socket.emit("truncated", { live_id: liveId, from, to, reason }),
			onSlow: this.#deps.onSlow,
		});
		const close = await hub.open(sink, from);
		// It may have gone while the log was asked.
		if (!socket.connected) close();
		else {
			this.#leave.set(liveId, close);
			// The in-memory adapter joins at once.
			void socket.join(roomOf(liveId, this.#language));
		}
		const status = live.getRoom(liveId);
		// Only now: whatever is committed after the client knows that it has joined, it gets.
		return { success: true, live_id: liveId, status: status ? toWireStatus(status, this.#language) : null };
	}

	#leaveRoom(liveId: string): LeaveReply {
		this.#leave.get(liveId)?.();
		this.#leave.delete(liveId);
		void this.#socket.leave(roomOf(liveId, this.#language));
		return { success: true, live_id: liveId };
	}
}

function tooManyRequests(most: number): LivekeeperError {
	return new LivekeeperError("too_many_requests", requestTexts.tooManyWaiting(most), {
		hint: requestTexts.tooManyWaitingHint,
	});
}

function tooManyJoins(maxRooms: number): LivekeeperError {
	return new LivekeeperError("too_many_joins", requestTexts.joinLimit(maxRooms));
}

function known(thrown: unknown, logger: Logger): LivekeeperError {
	if (thrown instanceof LivekeeperError) return thrown;
	logger.error({ event: "request_failed", err: thrown });
	return new LivekeeperError("internal", requestTexts.failed, { cause: thrown });
}
