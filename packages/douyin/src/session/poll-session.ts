import { sleep } from "../clock.ts";
import { failureOfError } from "../net/index.ts";
import type { SessionItem, SessionRequest } from "../upstream.ts";
import { askMessages, askWhileOpen } from "./backfill.ts";
import type { SessionDeps } from "./session-deps.ts";

/** Minimum interval, whatever the upstream asks for, ms. */
const minIntervalMs = 1_000;
/** Maximum interval, ms: a polled room has no other connection. */
const maxIntervalMs = 30_000;

/**
 * Follows a room without a socket, as specified by `DouyinUpstream.poll`. A failed request ends it: the caller decides
 * whether and when to continue.
 * @throws DouyinError
 */
export async function pollSession(
	deps: SessionDeps,
	request: SessionRequest,
	take: (item: SessionItem) => void,
): Promise<void> {
	const { roomId, signal } = request;
	const { host } = new URL(deps.lookup.baseUrl);
	let from = request.cursor?.roomId === roomId ? request.cursor : undefined;
	let opened = false;
	try {
		while (!signal.aborted) {
			await deps.lookup.visitor.ensure(signal);
			if (opened && request.nextCursor) from = request.nextCursor();
			const state = await askMessages(deps, request, from);
			const receivedAt = deps.clock.now();
			if (!opened) take({ type: "opened", host, resumed: from !== undefined, polling: true });
			opened = true;
			const { events, problems, internalExt } = state;
			const cursor = state.cursor ? { roomId, cursor: state.cursor, internalExt } : from;
			request.onSign?.();
			take({ type: "frame", events, problems, cursor, receivedAt });
			const page = request.needsBackfill?.() ? await askWhileOpen(deps, request) : undefined;
			if (page) take(page);
			from = cursor;
			await sleep(deps.clock, pause(state.fetchIntervalMs), signal);
		}
	} catch (error) {
		if (!signal.aborted) throw failureOfError(error, "The room could not be polled");
	}
}

function pause(askedMs = minIntervalMs): number {
	return Math.min(maxIntervalMs, Math.max(minIntervalMs, askedMs));
}
