import type { DouyinError, FailureReason } from "../errors.ts";
import { GiftStreaks, type GiftTracker } from "../gifts/index.ts";
import { siteOrigin } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import type { Sighting } from "../recents/index.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import { askAgain } from "./ask-recent.ts";
import { ItemQueue } from "./item-queue.ts";
import { PushConnection } from "./push-connection.ts";
import { pushUrl } from "./push-url.ts";
import type { SessionDeps } from "./session-deps.ts";
import { type SessionStart, startSession } from "./session-start.ts";

/**
 * One session with a room, as the contract of `DouyinUpstream.session` says: the first state from `im/fetch` (when
 * resumed, as recent messages), then `opened`, then frames. Returns when `signal` aborts, throws `DouyinError` for all
 * else, and in every case only after the socket is gone.
 */
export async function* openSession(deps: SessionDeps, request: SessionRequest): AsyncGenerator<SessionItem, void> {
	const { signal } = request;
	if (signal.aborted) return;
	const queue = new ItemQueue(deps.options.maxBufferedEvents);
	// Ends with the session: it also takes down a proxy's connection that is still being made.
	const scope = new AbortController();
	const gifts = trackerOf(deps, request);
	let push: PushConnection | undefined;
	const early = new EarlyMessages();
	const stop = () => {
		queue.stop();
		push?.close();
	};
	signal.addEventListener("abort", stop, { once: true });
	try {
		push = await open(deps, { request, queue, gifts, scope: scope.signal });
		for (;;) {
			for (let item = queue.take(); item; item = queue.take()) {
				const before = early.before(item);
				if (before && item.type === "frame") {
					const newer = await askAgain(deps, request, gifts, { before, frame: item.events });
					if (newer) yield newer;
					if (signal.aborted) return;
				}
				yield item;
			}
			if (queue.ended) break;
			await queue.readable();
		}
		if (signal.aborted) return;
		if (queue.failure) throw push ? queue.failure.at(push.host) : queue.failure;
	} finally {
		signal.removeEventListener("abort", stop);
		stop();
		await push?.ended;
		scope.abort();
		if (!request.gifts && !request.knownStreaks) deps.gifts.release(request.roomId);
	}
}

/** What `im/fetch` told before the socket opened, until its first frame with events. */
class EarlyMessages {
	#told: readonly Sighting[] | "missing" | undefined;
	#opened = false;

	/** @returns what was told before this item, where it is that frame */
	before(item: SessionItem): readonly Sighting[] | "missing" | undefined {
		const told = this.#told;
		if (item.type === "opened") {
			this.#opened = true;
			// What could not be had before the socket opened may be had now.
			if (item.resumed && item.firstStateFailure) this.#told = "missing";
		} else if (item.type === "recent") this.#told = item.preview;
		else if (item.type === "frame" && item.events.length > 0) {
			this.#told = this.#opened ? undefined : item.events;
			return this.#opened ? told : undefined;
		}
		return undefined;
	}
}

/** Who counts a session's gifts. To be released with the room where it is the upstream's own. */
export function trackerOf(deps: SessionDeps, { roomId, knownStreaks, gifts: given }: SessionRequest): GiftTracker {
	if (given) return given;
	if (!knownStreaks) return deps.gifts.acquire(roomId);
	const gifts = new GiftStreaks();
	gifts.restore(knownStreaks);
	return gifts;
}

interface Opening {
	request: SessionRequest;
	queue: ItemQueue;
	gifts: GiftTracker;
	/** Aborts when the session is over. */
	scope: AbortSignal;
}

/** Opens the socket. A failure on the way ends the queue, so that what came before it is still read. */
async function open(deps: SessionDeps, opening: Opening): Promise<PushConnection | undefined> {
	const { request, queue, gifts } = opening;
	try {
		const start = await startSession(deps, request, gifts, (item) => queue.push(item));
		return request.signal.aborted ? undefined : connect(deps, opening, start);
	} catch (error) {
		if (!request.signal.aborted) queue.fail(failureOfError(error, "The push socket could not be opened"));
		return undefined;
	}
}

function connect(deps: SessionDeps, { request, queue, gifts, scope }: Opening, start: SessionStart): PushConnection {
	const { http } = deps.lookup;
	const { heartbeatMs, handshakeTimeoutMs, maxMessageBytes, silenceMs } = deps.options;
	const push = new PushConnection({
		transport: deps.transport,
		request: {
			url: pushUrl(start.base, request, start.from, start.signature, http.userAgent),
			headers: { Cookie: http.cookies.header(), "User-Agent": http.userAgent, Origin: siteOrigin },
			agent: http.proxy?.({ signal: scope, timeoutMs: handshakeTimeoutMs }),
			ca: http.ca,
			maxMessageBytes,
		},
		clock: deps.clock,
		queue,
		liveId: request.liveId,
		roomId: request.roomId,
		gifts,
		raw: request.raw,
		opened: {
			type: "opened",
			host: new URL(start.base).host,
			resumed: start.resumed,
			...(start.firstStateFailure && { firstStateFailure: start.firstStateFailure }),
		},
		cursor: start.cursor,
		heartbeatMs,
		handshakeTimeoutMs,
		silenceMs,
		onSign: request.onSign,
		onRoundTrip: request.onRoundTrip,
		onEnd: (failure) => noteHost(deps, start.base, push, failure),
	});
	return push;
}

/** Failures that may be the host's own, so that another is worth trying. */
const hostFailures: readonly FailureReason[] = [
	"network",
	"dns",
	"tls",
	"timeout",
	"handshake_refused",
	"upstream_error",
	"silence",
];

/** Remembers which hosts work, so that the next session goes to one that does. */
function noteHost(deps: SessionDeps, base: string, push: PushConnection, failure: DouyinError | undefined): void {
	// Whoever stopped a session that stood open for so long and heard nothing had a reason.
	const mute = failure === undefined && push.openMs >= 2 * deps.options.heartbeatMs;
	if (push.heard) deps.hosts.worked(base);
	else if (mute || (failure && hostFailures.includes(failure.reason))) deps.hosts.failed(base);
}
