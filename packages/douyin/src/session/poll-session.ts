import { sleep } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { fetchFirstState } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import type { Cursor, SessionItem, SessionRequest } from "../upstream.ts";
import { trackerOf } from "./open-session.ts";
import type { SessionDeps } from "./session-deps.ts";

/** Never more often than this, whatever the upstream asks for, ms. */
const shortestIntervalMs = 1_000;
/** Never less often, ms: a room that is polled has nothing else. */
const longestIntervalMs = 30_000;

/**
 * Follows a room without a socket, as the contract of `DouyinUpstream.poll` says. An answer that fails ends it: whether
 * and when to go on is for others to decide.
 * @throws DouyinError
 */
export async function* pollSession(deps: SessionDeps, request: SessionRequest): AsyncGenerator<SessionItem, void> {
	const { roomId, signal } = request;
	const gifts = trackerOf(deps, request);
	const { host } = new URL(deps.lookup.baseUrl);
	let from = request.cursor?.roomId === roomId ? request.cursor : undefined;
	const pages = new Pages();
	let opened = false;
	try {
		while (!signal.aborted) {
			const state = await ask(deps, request, { gifts, from });
			const receivedAt = deps.clock.now();
			if (!opened) yield { type: "opened", host, resumed: from !== undefined, polling: true };
			const parts = pages.parts(state.events, receivedAt);
			if (opened && parts) yield { type: "rejoined", host };
			opened = true;
			request.onSign?.(receivedAt);
			const { events, problems } = state;
			from = state.cursor ? { roomId, cursor: state.cursor, internalExt: state.internalExt } : from;
			yield { type: "frame", events, problems, cursor: from, receivedAt, dropped: 0 };
			if (events.some((event) => event.type === "control" && event.action === "end")) {
				throw new DouyinError("broadcast_ended", "The broadcast ended.");
			}
			await sleep(deps.clock, pause(state.fetchIntervalMs), signal);
		}
	} catch (error) {
		if (!signal.aborted) throw failureOfError(error, "The room could not be polled");
	} finally {
		if (!request.gifts && !request.knownStreaks) deps.gifts.release(roomId);
	}
}

async function ask(
	deps: SessionDeps,
	{ liveId, roomId, userUniqueId, signal }: SessionRequest,
	{ gifts, from }: { gifts: NonNullable<SessionRequest["gifts"]>; from: Cursor | undefined },
) {
	await deps.lookup.visitor.ensure(signal);
	const state = await fetchFirstState(deps.lookup, { liveId, roomId, userUniqueId, gifts, from, signal });
	deps.hosts.learn(state.pushServers);
	return state;
}

function pause(askedMs = shortestIntervalMs): number {
	return Math.min(longestIntervalMs, Math.max(shortestIntervalMs, askedMs));
}

/** As many events as the answer before, and at least so many: both may be no more than what an answer has room for. */
const fullAnswer = 5;
/** In a pause between two answers the pace of the later one does not put so many events, unless they were left out. */
const fewestLeftOut = 10;
/** By how much upstream times may be off, ms: some are in whole seconds. */
const inexactMs = 1_000;

/** Watches whether answers join. Nothing but an overlap proves that; these are the signs that they don't. */
class Pages {
	#last = new Set<string>();
	#repeats = false;
	/** Events of the last answer. */
	#size = 0;
	/** The newest upstream time in the last answer that had events. */
	#newestAt = 0;
	/** When the answers since the last empty one were received; the last two. */
	#receivedAts: readonly number[] = [];

	/** @returns whether something may be missing before these events */
	parts(events: readonly UpstreamEvent[], receivedAt: number): boolean {
		const [size, newestAt, before] = [this.#size, this.#newestAt, this.#receivedAts.at(-2)];
		this.#size = events.length;
		this.#receivedAts = events.length === 0 ? [] : [...this.#receivedAts.slice(-1), receivedAt];
		if (events.length === 0) return false;
		const overlaps = events.some(({ id }) => id !== "" && id !== "0" && this.#last.has(id));
		const ats = events.map(({ at }) => at).sort((a, b) => a - b);
		const [oldest, newest] = [ats[0] ?? 0, ats.at(-1) ?? 0];
		this.#last = new Set(events.map(({ id }) => id));
		this.#newestAt = newest;
		if (overlaps) {
			this.#repeats = true;
			return false;
		}
		// Those that go on from their cursor never repeat anything, are seldom of one size, and leave out neither more time
		// than passed since the answer before the last nor one in which the room would have said much.
		const full = events.length >= fullAnswer && events.length === size;
		const leftOutMs = oldest - newestAt;
		const jumps = before !== undefined && leftOutMs > receivedAt - before + inexactMs;
		const perMs = events.length / Math.max(inexactMs, newest - oldest);
		return this.#repeats || full || jumps || (size > 0 && leftOutMs * perMs >= fewestLeftOut);
	}
}
