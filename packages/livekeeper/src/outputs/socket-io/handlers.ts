import { type ErrorReply, errorReply, LivekeeperError } from "@livekeeper/base/errors";
import { type Language, languageOf, requestTexts } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import type { LiveEventType, WireEvent } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { Server, Socket } from "socket.io";
import { z } from "zod";
import type { LiveService, Scope } from "../../live/index.ts";
import { toWireStatus, type WireStatus } from "../../wire/index.ts";
import { parseReadRequest, type ReaderHub, type ReadFrom } from "../readers/index.ts";
import type { ClientConnection } from "./connection.ts";

/** One event as sent: snake_case, with its sequence in the room. */
export type WireMessage = WireEvent & { seq: number };

export type JoinReply = { success: true; live_id: string; status: WireStatus | null } | ErrorReply;
export type LeaveReply = { success: true; live_id: string } | ErrorReply;

/** Events that a client may emit. Acknowledgements are optional: without one an error is sent as `error`. */
export interface ClientEvents {
	join: (
		request: { live_id: string; after?: number; types?: readonly LiveEventType[]; batch?: boolean; raw?: boolean },
		ack?: (reply: JoinReply) => void,
	) => void;
	leave: (request: { live_id: string }, ack?: (reply: LeaveReply) => void) => void;
}

/** Events that a client may receive. */
export interface ServerEvents {
	/** One event of a joined room. */
	message: (event: WireMessage) => void;
	/** Events that arrived together, for clients that joined with `batch: true`. */
	messages: (events: WireMessage[]) => void;
	/** Requested events were deleted by retention, or the log was reset; the events after `to` follow. */
	truncated: (notice: { live_id: string; from: number; to: number; reason: "retention" | "reset" }) => void;
	/** The state or health of a joined room changed. */
	status: (status: WireStatus) => void;
	/** A `join` or `leave` without acknowledgement was refused. */
	error: (reply: ErrorReply) => void;
}

export type IoServer = Server<ClientEvents, ServerEvents>;
export type IoSocket = Socket<ClientEvents, ServerEvents>;

/**
 * Socket.IO room of the subscribers to a room's status in one language. Socket.IO's own rooms are named by socket ids;
 * the prefix keeps these apart.
 */
export const roomOf = (liveId: string, language: Language) => `live:${language}:${liveId}`;

interface HandlerDeps {
	live: Pick<LiveService, "getRoom" | "requireReadable">;
	hub: ReaderHub;
	/** Permissions of the client. */
	scope: Pick<Scope, "require">;
	/**
	 * Maximum number of rooms a client may join, and of its queued requests: a client that reconnects asks for all its
	 * rooms.
	 */
	maxRooms: number;
	logger: Logger;
	/** Called if the client is disconnected because it does not read. */
	onSlow: () => void;
}

/** Maximum number of refused requests while others are queued; a client that still sends more is disconnected. */
const maxRefused = 1000;

type Reply = JoinReply | LeaveReply;
type Ack = (reply: Reply) => void;

/**
 * One client, the rooms it reads, and how to leave each. Its requests are served one after the other. Nothing it does
 * changes anything upstream.
 */
export class ClientRooms {
	readonly #socket: IoSocket;
	readonly #connection: ClientConnection;
	readonly #deps: HandlerDeps;
	/** Language of the client's texts, from its handshake. */
	readonly #language: Language;
	/** Ends the reading of each joined room. The latest `join` of a room counts. */
	readonly #leave = new Map<string, () => void>();
	/** Validated requests that wait for their turn. */
	readonly #waiting: (() => Promise<void>)[] = [];
	#serving = false;
	/** Refused requests since the queue was last empty. */
	#refused = 0;
	/** Created once, because a client that floods the service receives it many times. */
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

	/** Handles anything a client sends: any event with any number of arguments, with or without an acknowledgement. */
	#request(event: unknown, args: readonly unknown[]): void {
		const { hub, maxRooms, onSlow } = this.#deps;
		// Requests that arrived together are still handled after their connection was closed.
		if (!this.#connection.isOpen) return;
		// Answers are queued as well: a client that sends requests and reads nothing would make them grow without bound.
		if (this.#connection.unreadAnswerBytes > hub.bound) {
			onSlow();
			this.#connection.cut();
			return;
		}
		const last = args.at(-1);
		const ack = typeof last === "function" ? (last as Ack) : undefined;
		try {
			if (this.#waiting.length >= maxRooms) {
				this.#sendRefusal(this.#tooMany, ack);
				if (++this.#refused >= maxRefused) this.#cutFlood();
				return;
			}
			const action = this.#actionOf(event, args[0] === ack ? undefined : args[0]);
			this.#waiting.push(() => this.#answer(action, ack));
			if (!this.#serving) void this.#serve();
		} catch (refusal) {
			this.#refuse(refusal, ack);
		}
	}

	/**
	 * Disconnects a client with too many refusals. Each costs time too, so without a limit a client could keep the
	 * service busy with nothing else.
	 */
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
		this.#sendRefusal(errorReply(known(thrown, this.#deps.logger), this.#language), ack);
	}

	#sendRefusal(refusal: ErrorReply, ack: Ack | undefined): void {
		this.#connection.answer(() => (ack ? ack(refusal) : this.#socket.emit("error", refusal)));
		this.#note();
	}

	/** Records the bytes queued for the client, events and answers alike. */
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
		// The client may have left while the log was queried.
		if (!socket.connected) close();
		else {
			this.#leave.set(liveId, close);
			// The in-memory adapter joins synchronously.
			void socket.join(roomOf(liveId, this.#language));
		}
		const status = live.getRoom(liveId);
		// Answers last: everything committed after the client knows that it has joined reaches it.
		return { success: true, live_id: liveId, status: status ? toWireStatus(status, this.#language) : null };
	}

	#leaveRoom(liveId: string): LeaveReply {
		this.#leave.get(liveId)?.();
		this.#leave.delete(liveId);
		void this.#socket.leave(roomOf(liveId, this.#language));
		return { success: true, live_id: liveId };
	}
}

function tooManyRequests(max: number): LivekeeperError {
	return new LivekeeperError("too_many_requests", requestTexts.tooManyWaiting(max), {
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

const join = z.object({
	live_id: z.unknown(),
	after: z.unknown(),
	types: z.unknown(),
	raw: z.unknown(),
	batch: z.boolean().optional(),
});

/** Parsed request of a `join`. */
interface JoinRequest extends ReadFrom {
	/** Whether to send `messages` (arrays) instead of `message`. */
	batch: boolean;
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
function parseJoin(input: unknown): JoinRequest {
	const parsed = join.partial().safeParse(input);
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		const where = issue?.path.join(".") || "request";
		const { code = "custom", message = "not valid", ...details } = issue ?? {};
		const text = requestTexts.field(where, issueText({ code, message, details }));
		throw new LivekeeperError("invalid_request", text, { hint: requestTexts.socketEventHint });
	}
	return { ...parseReadRequest(parsed.data), batch: parsed.data.batch ?? false };
}

/** @throws {LivekeeperError} `invalid_request` or `invalid_live_id` */
function parseLeave(input: unknown): string {
	return parseJoin(input).liveId;
}
