import { sleep } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { fetchFirstState } from "../lookup/index.ts";
import { failureOfError } from "../net/index.ts";
import { isId, OverlapCursor } from "../recents/index.ts";
import type { Cursor, DecodeProblem, SessionItem, SessionRequest } from "../upstream.ts";
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
	const answers = new Answers(request.cursor?.roomId === roomId ? request.cursor : undefined);
	let opened = false;
	try {
		while (!signal.aborted) {
			const { from } = answers;
			const state = await ask(deps, request, { gifts, from });
			const receivedAt = deps.clock.now();
			if (!opened) yield { type: "opened", host, resumed: from !== undefined, polling: true };
			const { problems } = state;
			const cursor = state.cursor ? { roomId, cursor: state.cursor, internalExt: state.internalExt } : undefined;
			const { events, parts } = answers.take({ events: state.events, problems, cursor, receivedAt });
			if (opened && parts) yield { type: "rejoined", host };
			opened = true;
			request.onSign?.(receivedAt);
			yield { type: "frame", events, problems, cursor: cursor ?? from, receivedAt };
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
	{ liveId, roomId, userUniqueId, raw, signal }: SessionRequest,
	{ gifts, from }: { gifts: NonNullable<SessionRequest["gifts"]>; from: Cursor | undefined },
) {
	await deps.lookup.visitor.ensure(signal);
	const state = await fetchFirstState(deps.lookup, { liveId, roomId, userUniqueId, gifts, raw, from, signal });
	deps.hosts.learn(state.pushServers);
	return state;
}

function pause(askedMs = shortestIntervalMs): number {
	return Math.min(longestIntervalMs, Math.max(shortestIntervalMs, askedMs));
}

/** As many events as the answer before, and at least so many: both may be no more than what an answer has room for. */
const fullAnswer = 5;
/** So many that are all known may be all that an answer has room for: what is new would never come. */
const stuckAnswer = 15;
/** By how much upstream times may be off, ms: some are in whole seconds. */
const inexactMs = 1_000;

/** Answers that are asked for so that each begins with the newest messages of the one before: an overlap proves that they join. */
class Answers {
	readonly #cursor = new OverlapCursor();
	/** All messages of the last answer that had new ones. */
	#last = new Set<string>();
	/** Events of the last answer. */
	#size = 0;
	/** The newest upstream time in the last answer that had events. */
	#newestAt = 0;
	/** When the answers since the last empty one were received; the last two. */
	#receivedAts: readonly number[] = [];

	constructor(cursor: Cursor | undefined) {
		if (cursor) this.#cursor.restore(cursor);
	}

	/** What to ask for. */
	get from(): Cursor | undefined {
		return this.#cursor.from;
	}

	/** @returns what is new, and whether something may be missing before it */
	take(answer: Answer): { events: UpstreamEvent[]; parts: boolean } {
		const events = answer.events.filter(({ id }) => !this.#last.has(id));
		const repeats = answer.events.length - events.length;
		const { overlaps } = this.#cursor;
		const parts = this.#parts(answer, repeats);
		if (events.length > 0) this.#last = new Set(answer.events.flatMap(({ id }) => (isId(id) ? id : [])));
		if (parts) this.#cursor.part();
		this.#cursor.reached(answer.cursor, events, answer.problems);
		if (overlaps && events.length === 0 && repeats >= stuckAnswer) this.#cursor.skip();
		return { events, parts };
	}

	/** Those that go on from their cursor and repeat nothing are seldom of one size, and leave no time out. */
	#parts({ events, receivedAt }: Answer, repeats: number): boolean {
		const [size, newestAt, before] = [this.#size, this.#newestAt, this.#receivedAts.at(-2)];
		this.#size = events.length;
		this.#receivedAts = events.length === 0 ? [] : [...this.#receivedAts.slice(-1), receivedAt];
		if (events.length === 0) return false;
		const ats = events.map(({ at }) => at);
		this.#newestAt = Math.max(...ats);
		if (repeats > 0) return false;
		if (this.#cursor.overlaps) return true;
		const full = events.length >= fullAnswer && events.length === size;
		return full || (before !== undefined && Math.min(...ats) - newestAt > receivedAt - before + inexactMs);
	}
}

interface Answer {
	events: UpstreamEvent[];
	problems: readonly DecodeProblem[];
	cursor: Cursor | undefined;
	receivedAt: number;
}
