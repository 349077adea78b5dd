import type { Agent } from "node:http";
import { DouyinError, failureClasses } from "../errors.ts";
import { browserVersion, randomId, siteOrigin } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import type { SignatureIds } from "../signature/index.ts";
import { queryOf, type SiteProfile } from "../site-profile/index.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import { askBackfill, askMessages, askWhileOpen, isRepeat } from "./backfill.ts";
import { PushConnection } from "./push-connection.ts";
import type { SessionDeps } from "./session-deps.ts";

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

/** Position at which a socket begins: given by `im/fetch` or a frame, or invented. */
interface PushStart {
	cursor: string;
	internalExt: string;
}

/**
 * Invents a start if `im/fetch` gave none (the web page's protocol, "socket"): the upstream begins with new messages.
 */
function fallbackStart({ roomId, userUniqueId }: SignatureIds, now: number, random: () => number): PushStart {
	return {
		cursor: `d-1_u-1_fh-${randomId(random)}_t-${now}_r-1`,
		internalExt:
			`internal_src:dim|wss_push_room_id:${roomId}|wss_push_did:${userUniqueId}|first_req_ms:${now}` +
			`|fetch_time:${now}|seq:1|wss_info:0-${now}-0-0|wrds_v:${randomId(random)}`,
	};
}

/** Further parts of the push socket's address. */
interface PushParts {
	start: PushStart;
	signature: string;
	userAgent: string;
	token: string;
}

/** Returns the push socket's address (the web page's protocol, "socket"). `base` is `ws://` or `wss://` with a host. */
function pushUrl(
	profile: SiteProfile,
	base: string,
	{ roomId, userUniqueId }: SignatureIds,
	{ start, signature, userAgent, token }: PushParts,
): string {
	const query = queryOf(profile, "push", {
		...{ room_id: roomId, user_unique_id: userUniqueId, cursor: start.cursor, internal_ext: start.internalExt },
		...{ signature, browser_version: browserVersion(userAgent), ms_token: token },
	});
	return `${base}${profile.calls.push.path}?${query}`;
}

type FrameItem = SessionItem & { type: "frame" };
type BackfillItem = SessionItem & { type: "backfill" };

/** Parameters for opening the socket. */
interface SessionStart {
	/** `ws://` or `wss://` with a host. */
	base: string;
	/** Position at which the upstream is asked to continue. */
	from: PushStart;
	signature: string;
	/** The newest cursor that the upstream gave, if any. */
	cursor: Cursor | undefined;
	resumed: boolean;
	firstStateFailure: DouyinError | undefined;
}

/**
 * Performs everything before the socket: visitor cookie, first state, host, signature. Passes the first state to
 * `onFirstState` as soon as it is there; for a resumed session only as messages that it may have missed.
 * @throws DouyinError if the socket need not be tried; `signal.reason` when aborted
 */
async function startSession(
	deps: SessionDeps,
	request: SessionRequest,
	onFirstState: (item: FrameItem | BackfillItem) => void,
): Promise<SessionStart> {
	const resume = request.cursor?.roomId === request.roomId ? request.cursor : undefined;
	await deps.lookup.visitor.ensure(request.signal);
	const first = resume ? await askBackfill(deps, request) : await firstState(deps, request);
	const failure = first instanceof DouyinError && !isRepeat(deps, request, first) ? first : undefined;
	if (failure?.upstreamMessage === "empty") deps.lookup.drift({ kind: "empty", name: "fetch" });
	if (!(first instanceof DouyinError)) onFirstState(first);
	const cursor = "cursor" in first ? first.cursor : resume;
	const signature = await sign(deps, request);
	return {
		base: deps.hosts.choose(request.avoidHosts, (hosts) => request.hosts?.choose(hosts, deps.clock.elapsed())),
		from: cursor ?? fallbackStart(request, deps.clock.now(), deps.random),
		signature,
		cursor,
		resumed: resume !== undefined,
		firstStateFailure: failure,
	};
}

/** Returns the first state as an item, or a failure, unless the socket would only meet it as well. */
async function firstState(deps: SessionDeps, request: SessionRequest): Promise<FrameItem | DouyinError> {
	const { roomId } = request;
	try {
		const { events, problems, internalExt, ...state } = await askMessages(deps, request);
		const cursor = state.cursor ? { roomId, cursor: state.cursor, internalExt } : undefined;
		return { type: "frame", events, problems, cursor, receivedAt: deps.clock.now() };
	} catch (error) {
		if (!(error instanceof DouyinError) || error.reason === "blocked") throw error;
		return error;
	}
}

async function sign(deps: SessionDeps, { roomId, userUniqueId, signal }: SessionRequest): Promise<string> {
	try {
		return await deps.lookup.signer.sign({ roomId, userUniqueId, signal });
	} catch (error) {
		if (error instanceof DouyinError) throw error;
		throw new DouyinError("signature_rejected", "The signer failed.", { cause: error });
	}
}
