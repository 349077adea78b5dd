import type { Agent } from "node:http";
import { DouyinError, failureClasses } from "../errors.ts";
import { siteOrigin } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import { askWhileOpen } from "./backfill.ts";
import { PushConnection } from "./push-connection.ts";
import { pushUrl } from "./push-url.ts";
import type { SessionDeps } from "./session-deps.ts";
import { type SessionStart, startSession } from "./session-start.ts";

/**
 * Runs one session with a room, as specified by `DouyinUpstream.session`: the first state from `im/fetch` (when
 * resumed, as a backfill), then `opened`, then frames.
 */
export async function openSession(
	deps: SessionDeps,
	request: SessionRequest,
	take: (item: SessionItem) => void,
): Promise<void> {
	const { signal } = request;
	if (signal.aborted) return;
	// Ends with the session: also aborts requests, and a proxy's connection that is still being made.
	const scope = new AbortController();
	let push: PushConnection | undefined;
	const stop = () => push?.close();
	signal.addEventListener("abort", stop, { once: true });
	/** Takes items of the socket; after a frame requests the room's newest messages if needed. */
	const takePushed = (item: SessionItem) => {
		take(item);
		if (item.type !== "frame" || !request.needsBackfill?.()) return;
		const over = AbortSignal.any([signal, scope.signal]);
		void askWhileOpen(deps, { ...request, signal: over }).then((page) => page && push?.give(page));
	};
	try {
		let start: SessionStart | undefined = await startSession(deps, request, take);
		if (signal.aborted) return;
		const agent = await agentOf(deps, scope.signal);
		if (signal.aborted) return;
		push = connect(deps, { request, take: takePushed, agent }, start);
		// A waiting function keeps its variables: cursor and signature would live as long as the socket.
		start = undefined;
		const failure = await push.ended;
		noteHost(deps, request, push, failure);
		if (failure && !signal.aborted) throw failure.at(push.host);
	} catch (error) {
		if (!signal.aborted) throw failureOfError(error, "The push socket could not be opened");
	} finally {
		signal.removeEventListener("abort", stop);
		scope.abort();
	}
}

interface Opening {
	request: SessionRequest;
	take: (item: SessionItem) => void;
	agent: Agent | undefined;
}

/** Creates the agent of the identity's proxy, if it has one. @param scope aborts when the session is over */
async function agentOf({ lookup, options }: SessionDeps, scope: AbortSignal): Promise<Agent | undefined> {
	return lookup.http.proxy?.({ signal: scope, timeoutMs: options.handshakeTimeoutMs });
}

function connect(deps: SessionDeps, { request, take, agent }: Opening, start: SessionStart): PushConnection {
	const { http, profile, token } = deps.lookup;
	const { from, signature } = start;
	return new PushConnection(
		deps.transport,
		{
			url: pushUrl(profile(), start.base, request, {
				start: from,
				signature,
				userAgent: http.userAgent,
				token: token(),
			}),
			headers: { Cookie: http.cookies.header(), "User-Agent": http.userAgent, Origin: siteOrigin },
			agent,
			ca: http.ca,
			maxMessageBytes: deps.options.maxMessageBytes,
		},
		{
			clock: deps.clock,
			limits: deps.options,
			request,
			take,
			watch: deps.lookup.watch,
			base: start.base,
			opened: {
				type: "opened",
				host: new URL(start.base).host,
				resumed: start.resumed,
				...(start.firstStateFailure && { firstStateFailure: start.firstStateFailure }),
			},
		},
		start.cursor,
	);
}

/** Records which hosts work, so that the next session chooses one that does. */
function noteHost(
	deps: SessionDeps,
	{ hosts, signal }: SessionRequest,
	push: PushConnection,
	failure: DouyinError | undefined,
): void {
	const { base, heldMs } = push;
	// A session that was stopped after this long without a message was stopped because it was mute.
	const mute = failure === undefined && push.openMs >= 2 * deps.options.heartbeatMs;
	if (heldMs !== undefined) deps.hosts.worked(base);
	else if (mute || (failure && failureClasses[failure.reason].blamesHost)) deps.hosts.failed(base);
	const why = failure ?? (signal.reason instanceof DouyinError ? signal.reason : undefined);
	if (why) hosts?.failed(push.host, why.reason, heldMs, deps.clock.elapsed());
}
