import type { Clock } from "../clock.ts";
import type { DecodedResponse } from "../codec/index.ts";
import { DouyinError } from "../errors.ts";
import { fetchFirstState } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import type { SessionDeps } from "./session-deps.ts";

/** A reconnect does not wait for the newest messages for longer than this, ms. */
const limitMs = 3_000;

/**
 * Asks `im/fetch` as the site's page does; with a cursor for what has been said since, else for the newest messages.
 * @throws DouyinError when there is no readable answer; `signal.reason` when aborted
 */
export async function askMessages(deps: SessionDeps, request: SessionRequest, from?: Cursor): Promise<DecodedResponse> {
	const { liveId, roomId, userUniqueId, raw, signal } = request;
	const state = await fetchFirstState(deps.lookup, { liveId, roomId, userUniqueId, raw, from, signal });
	deps.hosts.learn(state.pushServers);
	if (from === undefined) noteFirstState(deps, roomId);
	return state;
}

/**
 * Time for which the site gives a guest no second first state of a broadcast, ms: it is empty then, and the socket is as
 * good without (a client's author, 2026-07). Minutes were seen; an hour is a guess.
 */
const repeatMs = 3_600_000;

function noteFirstState({ firstStates, clock }: SessionDeps, roomId: string): void {
	const now = clock.elapsed();
	firstStates.set(roomId, now);
	for (const [other, at] of firstStates) if (now - at >= repeatMs) firstStates.delete(other);
}

/** Whether `im/fetch` was empty because it was asked again: for a room with a cursor, or that it has answered for lately. */
export function isRepeat(
	{ firstStates, clock }: SessionDeps,
	{ roomId, cursor }: SessionRequest,
	{ upstreamMessage }: DouyinError,
): boolean {
	const at = firstStates.get(roomId);
	const had = cursor?.roomId === roomId || (at !== undefined && clock.elapsed() - at < repeatMs);
	return had && upstreamMessage === "empty";
}

/**
 * The room's newest messages, in case the upstream does not go on from the cursor. A failure is given back, unless the
 * socket would only meet it as well.
 * @throws DouyinError `blocked`; `signal.reason` when aborted
 */
export async function askBackfill(
	deps: SessionDeps,
	request: SessionRequest,
): Promise<(SessionItem & { type: "backfill" }) | DouyinError> {
	const { signal } = request;
	try {
		const { events, problems } = await within(deps.clock, limitMs, signal, (scope) =>
			askMessages(deps, { ...request, signal: scope }),
		);
		return { type: "backfill", events, problems };
	} catch (error) {
		signal.throwIfAborted();
		const failure = failureOfError(error, "The room's newest messages (im/fetch) could not be had");
		if (failure.reason === "blocked") throw failure;
		return failure;
	}
}

/** The same while the socket is open. `undefined`: no answer, and it is not for this answer to say that we are blocked. */
export async function askWhileOpen(
	deps: SessionDeps,
	request: SessionRequest,
): Promise<(SessionItem & { type: "backfill" }) | undefined> {
	try {
		const page = await askBackfill(deps, request);
		return page instanceof DouyinError ? undefined : page;
	} catch {
		return undefined;
	}
}

/** What `work` gives within `delayMs`; its signal aborts when nobody waits for it any more. */
async function within<T>(
	clock: Clock,
	delayMs: number,
	signal: AbortSignal,
	work: (scope: AbortSignal) => Promise<T>,
): Promise<T> {
	signal.throwIfAborted();
	// Not AbortSignal.any: what a request leaves on it would stay for as long as the session's signal does.
	const scope = new AbortController();
	const givenUp = new Promise<never>((_resolve, reject) => {
		scope.signal.addEventListener("abort", () => reject(scope.signal.reason), { once: true });
	});
	const timer = clock.after(delayMs, () => {
		scope.abort(new DouyinError("timeout", `No answer within ${delayMs} ms.`));
	});
	const stop = () => scope.abort(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	try {
		return await Promise.race([work(scope.signal), givenUp]);
	} finally {
		timer.cancel();
		signal.removeEventListener("abort", stop);
	}
}
