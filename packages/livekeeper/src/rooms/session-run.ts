import { type Clock, DouyinError, type RoomLookup, sleep } from "@livekeeper/douyin";
import { roomTexts } from "../text/index.ts";
import type { Room } from "./room.ts";
import { RoomFailure } from "./room-failure.ts";
import type { RoomSessionItem, RoomSessionRequest, RoomUpstream } from "./room-upstream.ts";

/**
 * Drives one session until it has ended.
 * @returns why it ended; `undefined` when `signal` ended it
 */
export async function runSession(
	room: Room,
	request: RoomSessionRequest,
	onItem: (item: RoomSessionItem) => void,
): Promise<DouyinError | undefined> {
	const { signal } = request;
	const over = new AbortController();
	try {
		const outcome = await Promise.race([
			consume(room.upstream, request, onItem),
			overdue(room.deps.clock, signal, room.settings.sessionEndLimitMs, over.signal),
		]);
		if (outcome === "overdue") room.log("error", "session_overdue", "【!】会话没有按要求结束，不再等待");
		if (signal.aborted || outcome === "overdue") return undefined;
		return asFailure(room, outcome.error);
	} finally {
		over.abort();
	}
}

async function consume(
	upstream: RoomUpstream,
	request: RoomSessionRequest,
	onItem: (item: RoomSessionItem) => void,
): Promise<{ error: unknown }> {
	try {
		for await (const item of upstream.session(request)) {
			// What comes after the abort is not taken: the cursor stays behind it, so a resumed session brings it again.
			if (!request.signal.aborted) onItem(item);
		}
		return { error: new RoomFailure("network", roomTexts.sessionEnded) };
	} catch (error) {
		return { error };
	}
}

/** Looks the room up, for at most `limitMs`. Never rejects; when `signal` aborts the answer is of no use. */
export async function lookUp(room: Room, limitMs: number, signal: AbortSignal): Promise<RoomLookup> {
	const { liveId, deps } = room;
	const limit = new AbortController();
	const timer = deps.clock.after(limitMs, () => {
		limit.abort(new RoomFailure("timeout", roomTexts.noPage(Math.round(limitMs / 1000))));
	});
	const stop = () => limit.abort(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	try {
		return await orAbort(room.upstream.lookup(liveId, limit.signal), limit.signal);
	} catch (error) {
		const failure = signal.aborted ? new RoomFailure("timeout", roomTexts.givenUp) : asFailure(room, error);
		return { status: "unknown", liveId, failure };
	} finally {
		timer.cancel();
		signal.removeEventListener("abort", stop);
	}
}

/** What went wrong, typed. Anything but a {@link DouyinError} is a bug: it is logged, and the room lives on. */
export function asFailure(room: Room, error: unknown): DouyinError {
	if (error instanceof DouyinError) return error;
	room.log("error", "unexpected_error", "【!】意外错误中断了连接，将重试", { err: error });
	const message = error instanceof Error ? error.message : String(error);
	return new RoomFailure("network", roomTexts.unexpected(message), { cause: error });
}

/** The promise's outcome, or a rejection with the signal's reason, whichever comes first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener("abort", stop, { once: true });
		promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
	});
}

/** Resolves `limitMs` after `signal` has aborted; `over` ends the waiting. */
async function overdue(clock: Clock, signal: AbortSignal, limitMs: number, over: AbortSignal): Promise<"overdue"> {
	await new Promise<void>((resolve) => {
		const wake = () => {
			signal.removeEventListener("abort", wake);
			over.removeEventListener("abort", wake);
			resolve();
		};
		signal.addEventListener("abort", wake);
		over.addEventListener("abort", wake);
		if (signal.aborted) wake();
	});
	await sleep(clock, limitMs, over);
	return "overdue";
}
