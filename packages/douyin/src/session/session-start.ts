import { DouyinError } from "../errors.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import { askBackfill, askMessages, isRepeat } from "./backfill.ts";
import { fallbackStart, type PushStart } from "./push-url.ts";
import type { SessionDeps } from "./session-deps.ts";

type FrameItem = SessionItem & { type: "frame" };
type BackfillItem = SessionItem & { type: "backfill" };

/** Parameters for opening the socket. */
export interface SessionStart {
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
export async function startSession(
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
