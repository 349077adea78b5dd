import type { Clock } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { GiftTracker } from "../gifts/index.ts";
import { fetchRecent } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import { mayBeAfter, type Sighting } from "../recents/index.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import type { SessionDeps } from "./session-deps.ts";

export type RecentItem = SessionItem & { type: "recent" };

/** A reconnect does not wait for recent messages for longer than this, ms. */
const limitMs = 3_000;

/**
 * Asks `im/fetch` for a room's recent messages, as the site's page does whenever it starts, in case the socket does not
 * go on from its cursor. A failure is given back, unless the socket would only meet it as well.
 * @throws DouyinError `blocked`; `signal.reason` when aborted
 */
export async function askRecent(
	deps: SessionDeps,
	{ liveId, roomId, userUniqueId, raw, signal }: SessionRequest,
	gifts: GiftTracker,
): Promise<RecentItem | DouyinError> {
	try {
		const state = await within(deps.clock, limitMs, signal, (scope) =>
			fetchRecent(deps.lookup, { liveId, roomId, userUniqueId, gifts, raw, signal: scope }),
		);
		deps.hosts.learn(state.pushServers);
		const { recent } = state;
		return { type: "recent", preview: recent.preview, take: (from, to) => recent.take(from, to) };
	} catch (error) {
		signal.throwIfAborted();
		const failure = failureOfError(error, "The room's recent messages (im/fetch) could not be had");
		if (failure.reason === "blocked") throw failure;
		return failure;
	}
}

/**
 * Asks once more, where the upstream may have begun the first frame at "now": what was said between the first answer and
 * the opening of the socket is in neither. So too where there was no first answer. `undefined` where there is nothing to
 * ask for, or no answer: then nobody can tell, and the frame must do without.
 * @param before what the first answer told
 */
export async function askAgain(
	deps: SessionDeps,
	request: SessionRequest,
	gifts: GiftTracker,
	{ before, frame }: { before: readonly Sighting[] | "missing"; frame: readonly Sighting[] },
): Promise<RecentItem | undefined> {
	if (before !== "missing" && !mayBeAfter(frame, before)) return undefined;
	try {
		const newer = await askRecent(deps, request, gifts);
		return newer instanceof DouyinError ? undefined : newer;
	} catch {
		// Aborted, or blocked: the socket stands, so it is not for this answer to say that we are.
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
	const scope = new AbortController();
	const givenUp = new Promise<never>((_resolve, reject) => {
		scope.signal.addEventListener("abort", () => reject(scope.signal.reason), { once: true });
	});
	const timer = clock.after(delayMs, () => {
		scope.abort(new DouyinError("timeout", `No answer came within ${delayMs} ms.`));
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
