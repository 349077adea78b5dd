import type { Clock } from "../clock.ts";
import type { DecodedResponse } from "../codec/index.ts";
import { DouyinError } from "../errors.ts";
import { fetchFirstState } from "../lookup/index.ts";
import { failureOfError, repeatOf } from "../net/index.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import type { SessionDeps } from "./session-deps.ts";

/** Maximum time for which a reconnect waits for the newest messages, ms. */
const limitMs = 3_000;

/** Answers of `im/fetch` for one broadcast that decide about the next request. Times are of `Clock.elapsed`, ms. */
export interface FetchRecord {
	/** When the first state was last given. */
	givenAt?: number;
	/** The answer that asked us to wait, and until when. */
	wait?: { failure: DouyinError; until: number };
}

/**
 * Sends the `im/fetch` request of the site's page; with a cursor for the messages since then, otherwise for the newest.
 * Sends nothing while the upstream has asked to wait, whatever the request is for: it fails as the last one did.
 * @throws DouyinError if there is no readable answer; `signal.reason` when aborted
 */
export async function askMessages(deps: SessionDeps, request: SessionRequest, from?: Cursor): Promise<DecodedResponse> {
	const { liveId, roomId, userUniqueId, raw, signal } = request;
	const { clock, fetches } = deps;
	const { wait } = fetches.get(roomId) ?? {};
	if (wait && wait.until > clock.elapsed()) throw repeatOf(wait.failure, wait.until - clock.elapsed());
	try {
		const state = await fetchFirstState(deps.lookup, { liveId, roomId, userUniqueId, raw, from, signal });
		deps.hosts.learn(state.pushServers);
		if (from === undefined) noteFetch(deps, roomId, { givenAt: clock.elapsed() });
		return state;
	} catch (error) {
		if (error instanceof DouyinError && error.retryAfterMs !== undefined) {
			noteFetch(deps, roomId, { wait: { failure: error, until: clock.elapsed() + error.retryAfterMs } });
		}
		throw error;
	}
}

/**
 * Time for which the site gives a guest no second first state of a broadcast, ms: the answer is empty then, and the
 * socket works just as well without it (a client's author, 2026-07). Minutes were observed; an hour is a guess. No wait
 * is longer.
 */
const repeatMs = 3_600_000;

function noteFetch({ fetches, clock }: SessionDeps, roomId: string, noted: FetchRecord): void {
	const now = clock.elapsed();
	fetches.set(roomId, { ...fetches.get(roomId), ...noted });
	for (const [other, { givenAt = Number.NEGATIVE_INFINITY, wait }] of fetches)
		if (now - givenAt >= repeatMs && (wait?.until ?? now) <= now) fetches.delete(other);
}

/** Whether `im/fetch` was empty because it was repeated: for a room with a cursor, or with a recent answer. */
export function isRepeat(
	{ fetches, clock }: SessionDeps,
	{ roomId, cursor }: SessionRequest,
	{ upstreamMessage }: DouyinError,
): boolean {
	const at = fetches.get(roomId)?.givenAt;
	const had = cursor?.roomId === roomId || (at !== undefined && clock.elapsed() - at < repeatMs);
	return had && upstreamMessage === "empty";
}

/**
 * Requests the room's newest messages, in case the upstream does not honour the cursor. Returns a failure, unless the
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

/** Requests the newest messages while the socket is open. `undefined`: no answer; it must not report us as blocked. */
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

/** Resolves with the result of `work` within `delayMs`; its signal aborts when the result is no longer needed. */
async function within<T>(
	clock: Clock,
	delayMs: number,
	signal: AbortSignal,
	work: (scope: AbortSignal) => Promise<T>,
): Promise<T> {
	signal.throwIfAborted();
	// Not AbortSignal.any: listeners left by a request would stay for as long as the session's signal does.
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
