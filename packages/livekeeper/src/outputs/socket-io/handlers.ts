import type { Logger } from "pino";
import type { Server, Socket } from "socket.io";
import { errorReply, LivekeeperError } from "../../errors.ts";
import { type LiveService, toWireStatus } from "../../live/index.ts";
import type { ReaderHub } from "../readers/index.ts";
import type { ClientEvents, JoinReply, LeaveReply, ServerEvents } from "./messages.ts";
import { parseJoin, parseLeave } from "./requests.ts";
import { socketIoSink } from "./socket-io-sink.ts";

export type IoServer = Server<ClientEvents, ServerEvents>;
export type IoSocket = Socket<ClientEvents, ServerEvents>;

/** Those who are told of a room's status. Socket.IO's own rooms are named by socket ids: the prefix keeps ours apart. */
export const roomOf = (liveId: string) => `live:${liveId}`;

export interface HandlerDeps {
	live: Pick<LiveService, "getRoom" | "requireReadable">;
	hub: ReaderHub;
	logger: Logger;
	/** Called for each client that is cut because it does not read. */
	onSlow: (socket: IoSocket) => void;
}

/** One client: which rooms it reads, and how to leave each. Nothing it does changes anything upstream. */
export class ClientRooms {
	readonly #socket: IoSocket;
	readonly #deps: HandlerDeps;
	/** Ends the reading of each joined room; the newest `join` of a room counts. */
	readonly #leave = new Map<string, () => void>();

	constructor(socket: IoSocket, deps: HandlerDeps) {
		this.#socket = socket;
		this.#deps = deps;
		socket.on("join", (...args: unknown[]) => void this.#answer(args, (input, ack) => this.#join(input, ack)));
		socket.on("leave", (...args: unknown[]) => void this.#answer(args, (input, ack) => this.#leaveRoom(input, ack)));
		socket.once("disconnect", () => {
			for (const leave of this.#leave.values()) leave();
			this.#leave.clear();
		});
	}

	/** Clients send what they like: any number of arguments, with or without an acknowledgement. */
	async #answer(args: readonly unknown[], action: (input: unknown, ack: Ack) => unknown): Promise<void> {
		const last = args.at(-1);
		const reply = typeof last === "function" ? (last as Ack) : undefined;
		const input = args[0] === last && reply ? undefined : args[0];
		try {
			await action(input, reply ?? (() => undefined));
		} catch (thrown) {
			const refusal = errorReply(known(thrown, this.#deps.logger));
			if (reply) reply(refusal);
			else this.#socket.emit("error", refusal);
		}
	}

	async #join(input: unknown, ack: Ack): Promise<void> {
		const { live, hub, onSlow } = this.#deps;
		const { batch, ...from } = parseJoin(input);
		const { liveId } = from;
		const socket = this.#socket;
		await live.requireReadable(liveId);
		if (!socket.connected) return;
		this.#leave.get(liveId)?.();
		// The in-memory adapter joins at once.
		void socket.join(roomOf(liveId));
		let left = false;
		const leave = () => {
			left = true;
		};
		this.#leave.set(liveId, leave);
		const close = await hub.open(
			socketIoSink(socket, liveId, { batch, raw: from.raw }, () => onSlow(socket)),
			from,
		);
		const status = live.getRoom(liveId);
		// Only now: whatever is committed after the client knows that it has joined, it gets.
		ack({ success: true, live_id: liveId, status: status ? toWireStatus(status) : null });
		// It may have left, or joined anew, while the log was asked.
		if (left || !socket.connected) return close();
		this.#leave.set(liveId, close);
	}

	#leaveRoom(input: unknown, ack: Ack): void {
		const liveId = parseLeave(input);
		this.#leave.get(liveId)?.();
		this.#leave.delete(liveId);
		void this.#socket.leave(roomOf(liveId));
		ack({ success: true, live_id: liveId });
	}
}

type Ack = (reply: JoinReply | LeaveReply) => void;

function known(thrown: unknown, logger: Logger): LivekeeperError {
	if (thrown instanceof LivekeeperError) return thrown;
	logger.error({ err: thrown }, "A Socket.IO request failed");
	return new LivekeeperError("internal", "The service failed to answer", { cause: thrown });
}
