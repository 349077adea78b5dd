import type { Logger } from "pino";
import type { Server, Socket } from "socket.io";
import { errorReply, LivekeeperError, RoomNotFoundError } from "../../errors.ts";
import { type LiveService, toWireStatus } from "../../live/index.ts";
import type { ClientEvents, JoinReply, LeaveReply, ServerEvents } from "./messages.ts";
import { parseRoomRequest } from "./requests.ts";

export type IoServer = Server<ClientEvents, ServerEvents>;
export type IoSocket = Socket<ClientEvents, ServerEvents>;

/** Those who read event by event. Socket.IO's own rooms are named by socket ids: the prefix keeps ours apart. */
export const roomOf = (liveId: string) => `live:${liveId}`;
/** Those who read in batches. */
export const batchRoomOf = (liveId: string) => `batch:${liveId}`;

export interface HandlerDeps {
	live: Pick<LiveService, "getRoom">;
	logger: Logger;
}

/** Lets a client join and leave rooms. Nothing a client does here changes anything upstream. */
export function handleSocket(socket: IoSocket, deps: HandlerDeps): void {
	socket.on("join", (...args: unknown[]) => answer(socket, deps, args, join));
	socket.on("leave", (...args: unknown[]) => answer(socket, deps, args, leave));
}

type Action = (socket: IoSocket, input: unknown, deps: HandlerDeps) => JoinReply | LeaveReply;

/** Clients send what they like: any number of arguments, with or without an acknowledgement. */
function answer(socket: IoSocket, deps: HandlerDeps, args: readonly unknown[], action: Action): void {
	const last = args.at(-1);
	const ack = typeof last === "function" ? (last as (reply: unknown) => void) : undefined;
	const input = args[0] === last && ack ? undefined : args[0];
	let reply: JoinReply | LeaveReply;
	try {
		reply = action(socket, input, deps);
	} catch (thrown) {
		reply = errorReply(known(thrown, deps.logger));
	}
	if (ack) ack(reply);
	else if (!reply.success) socket.emit("error", reply);
}

function join(socket: IoSocket, input: unknown, { live }: HandlerDeps): JoinReply {
	const { liveId, batch } = parseRoomRequest(input);
	const status = live.getRoom(liveId);
	if (!status) throw new RoomNotFoundError(liveId);
	// The in-memory adapter joins at once; joining again in the other way switches.
	void socket.leave(batch ? roomOf(liveId) : batchRoomOf(liveId));
	void socket.join(batch ? batchRoomOf(liveId) : roomOf(liveId));
	return { success: true, live_id: liveId, status: toWireStatus(status) };
}

function leave(socket: IoSocket, input: unknown): LeaveReply {
	const { liveId } = parseRoomRequest(input);
	void socket.leave(roomOf(liveId));
	void socket.leave(batchRoomOf(liveId));
	return { success: true, live_id: liveId };
}

function known(thrown: unknown, logger: Logger): LivekeeperError {
	if (thrown instanceof LivekeeperError) return thrown;
	logger.error({ err: thrown }, "A Socket.IO request failed");
	return new LivekeeperError("internal", "The service failed to answer", { cause: thrown });
}
