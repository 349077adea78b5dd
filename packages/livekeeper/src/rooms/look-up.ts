import { DouyinError, orAbort, type RoomLookup } from "@livekeeper/douyin";
import { roomTexts } from "../text/index.ts";
import type { Room } from "./room.ts";
import { RoomFailure } from "./room-failure.ts";

/** Looks the room up, for at most `limitMs`. Never rejects; when `signal` aborts the answer is of no use. */
export async function lookUp(room: Room, limitMs: number, signal: AbortSignal): Promise<RoomLookup> {
	const { liveId, deps } = room;
	const limit = new AbortController();
	const timer = deps.clock.after(limitMs, () => {
		limit.abort(new RoomFailure("timeout", roomTexts.noPage(Math.round(limitMs / 1000))));
	});
	const scope = AbortSignal.any([signal, limit.signal]);
	try {
		const { upstream } = room.connections.pageRoute ?? room.route.connections[0];
		return await orAbort(upstream.lookup(liveId, scope), scope);
	} catch (error) {
		const failure = signal.aborted ? new RoomFailure("timeout", roomTexts.givenUp) : asFailure(room, error);
		return { status: "unknown", liveId, failure };
	} finally {
		timer.cancel();
	}
}

/** What went wrong, typed. Anything but a {@link DouyinError} is a bug: it is logged, and the room lives on. */
export function asFailure(room: Room, error: unknown): DouyinError {
	if (error instanceof DouyinError) return error;
	room.log("error", "unexpected_error", "【!】意外错误中断了连接，将重试", { err: error });
	const message = error instanceof Error ? error.message : String(error);
	return new RoomFailure("network", roomTexts.unexpected(message), { cause: error });
}
