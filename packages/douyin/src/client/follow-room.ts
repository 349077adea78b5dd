import { type Clock, sleep } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { StreakMemory } from "../gifts/index.ts";
import { failureOfError } from "../net/index.ts";
import { OverlapCursor, RecentIds, RecentMerge } from "../recents/index.ts";
import { RetrySchedule } from "../reconnect/index.ts";
import type { DecodeProblem, DouyinUpstream, RoomLookup, SessionItem } from "../upstream.ts";

/** What happens to somebody who follows a room. */
export type FollowStep =
	| { type: "events"; events: UpstreamEvent[]; problems: DecodeProblem[]; dropped: number }
	| { type: "connected"; roomId: string; title: string; host: string; resumed: boolean }
	| { type: "disconnected"; failure: DouyinError; attempt: number; nextAttemptInMs: number }
	/** Nothing to connect to now: the room is looked up again in a while. */
	| { type: "waiting"; why: "offline" | "no_room" | "not_found" | "ended"; nextAttemptInMs: number };

export interface FollowOptions {
	liveId: string;
	clock: Clock;
	/** Between look-ups of a room that is not live, ms. */
	pollMs: number;
	signal: AbortSignal;
}

const rememberedIds = 4_096;
/** How often the upstream is asked again after it blocked us, ms. */
const blockedMs = 300_000;
/** Look-ups that may still call an ended broadcast live before it is believed. */
const staleLookups = 3;

interface Taken {
	pieces: readonly { events: UpstreamEvent[] }[];
	problems: DecodeProblem[];
	dropped?: number;
}

type FrameItem = SessionItem & { type: "frame" };

type LiveRoom = RoomLookup & { status: "live" };

/**
 * Follows one room for as long as `signal` lets it: waits while it is offline, reconnects with growing delays and the
 * cursor before the last messages, leaves out repeats. Never throws.
 */
export async function* followRoom(upstream: DouyinUpstream, options: FollowOptions): AsyncGenerator<FollowStep, void> {
	const { clock, pollMs, signal } = options;
	const room = new FollowedRoom(upstream, options);
	while (!signal.aborted) {
		const found = await room.lookup();
		if (signal.aborted) return;
		if (found.status === "live") yield* room.session(found);
		else if (found.status === "unknown") room.failed(found.failure);
		else room.idle(found.status);
		const pause = room.pause(pollMs);
		if (signal.aborted) return;
		yield pause;
		await sleep(clock, pause.nextAttemptInMs, signal);
	}
}

/** What is remembered about a room from one attempt to the next. */
class FollowedRoom {
	readonly #upstream: DouyinUpstream;
	readonly #liveId: string;
	readonly #signal: AbortSignal;
	readonly #clock: Clock;
	readonly #seen = new RecentIds(rememberedIds);
	readonly #streaks = new StreakMemory();
	readonly #cursor = new OverlapCursor();
	#schedule = new RetrySchedule();
	#attempt = 0;
	#outcome: DouyinError | "offline" | "no_room" | "not_found" | "ended" = "offline";
	#ended: { roomId: string; lookups: number } | undefined;

	constructor(upstream: DouyinUpstream, { liveId, signal, clock }: FollowOptions) {
		this.#upstream = upstream;
		this.#liveId = liveId;
		this.#signal = signal;
		this.#clock = clock;
	}

	/** The room; one that has just ended counts as ended for a few look-ups even if its page is late. */
	async lookup(): Promise<RoomLookup | { status: "ended" }> {
		try {
			const found = await this.#upstream.lookup(this.#liveId, this.#signal);
			if (found.status !== "live" || found.roomId !== this.#ended?.roomId) return found;
			return ++this.#ended.lookups > staleLookups ? found : { status: "ended" };
		} catch (error) {
			const failure = failureOfError(error, "The room could not be looked up");
			return { status: "unknown", liveId: this.#liveId, failure };
		}
	}

	async *session({ roomId, userUniqueId, title }: LiveRoom): AsyncGenerator<FollowStep, void> {
		if (this.#cursor.from?.roomId !== roomId) this.#cursor.clear();
		const cursor = this.#cursor.from;
		const knownStreaks = this.#streaks.known(this.#clock.now());
		const request = { liveId: this.#liveId, roomId, userUniqueId, cursor, knownStreaks, signal: this.#signal };
		const recents = new RecentMerge<FrameItem>();
		const seen = (id: string) => this.#seen.has(id);
		let opened = false;
		let proven = false;
		let joins = false;
		try {
			for await (const item of this.#upstream.session(request)) {
				if (item.type === "recent") {
					recents.hold(item, opened);
					continue;
				}
				if (item.type === "opened") {
					opened = true;
					joins = false;
					yield { type: "connected", roomId, title, host: item.host, resumed: item.resumed };
					continue;
				}
				// Only merged and polled sessions do so; this is the session of one socket.
				if (item.type === "rejoined") continue;
				// The socket has proven itself with its first frame, not with its handshake.
				if (opened && !proven) this.#works();
				proven = opened;
				const held = recents.holding && item.events.length > 0;
				const placed = held ? recents.place(item, seen) : undefined;
				const recovered = placed ? yield* this.#take(placed) : [];
				for (const frame of placed?.frames ?? (held ? [] : [item])) {
					joins = recovered.length === 0 && (joins || frame.events.some(({ id }) => this.#seen.has(id)));
					if (frame.events.length > 0 && !joins) this.#cursor.part();
					const fresh = yield* this.#take({ pieces: [frame], ...frame });
					// Behind messages whose place is not known yet nothing is finished.
					if (!recents.holding) this.#cursor.reached(frame.cursor, fresh, frame.problems);
					joins ||= fresh.length > 0;
				}
			}
			this.failed(new DouyinError("network", "The session ended without saying why."));
		} catch (error) {
			yield* this.#rest(recents, error);
			this.failed(failureOfError(error, "The session failed"));
			if (error instanceof DouyinError && error.reason === "broadcast_ended") {
				this.#ended = { roomId, lookups: 0 };
				this.idle("ended");
			}
		}
	}

	/**
	 * What is held when a session has failed. No frame showed where the recent messages belong; what they overlap with
	 * did. A broadcast that is over brings nothing again.
	 */
	*#rest(recents: RecentMerge<FrameItem>, error: unknown): Generator<FollowStep, void> {
		const seen = (id: string) => this.#seen.has(id);
		const over = error instanceof DouyinError && error.reason === "broadcast_ended";
		const released = over ? recents.release(seen, true) : undefined;
		const merged = released ?? recents.end(seen);
		if (merged) yield* this.#take(merged);
		for (const frame of released?.frames ?? []) yield* this.#take({ pieces: [frame], ...frame });
	}

	/** Tells of what is new among events. @returns what is */
	*#take({ pieces, problems, dropped = 0 }: Taken): Generator<FollowStep, UpstreamEvent[]> {
		const events = pieces.flatMap((piece) => piece.events).filter((event) => this.#seen.add(event.id));
		this.#streaks.note(events);
		if (events.length + problems.length + dropped > 0) yield { type: "events", events, problems, dropped };
		return events;
	}

	#works(): void {
		this.#attempt = 0;
		this.#schedule.works(this.#clock.now());
	}

	failed(failure: DouyinError): void {
		this.#attempt++;
		this.#outcome = failure;
	}

	idle(why: "offline" | "no_room" | "not_found" | "ended"): void {
		this.#attempt = 0;
		this.#schedule = new RetrySchedule();
		this.#outcome = why;
	}

	/** What to tell before the next attempt, and when that is. */
	pause(pollMs: number): FollowStep & { nextAttemptInMs: number } {
		const outcome = this.#outcome;
		if (typeof outcome === "string") return { type: "waiting", why: outcome, nextAttemptInMs: pollMs };
		const floorMs = outcome.reason === "blocked" ? blockedMs : 0;
		// A reader that is too slow says nothing of the connection.
		const { delayMs } = this.#schedule.next(this.#attempt, this.#clock.now(), outcome.reason !== "storage");
		const nextAttemptInMs = Math.max(delayMs, outcome.retryAfterMs ?? 0, floorMs);
		return { type: "disconnected", failure: outcome, attempt: this.#attempt, nextAttemptInMs };
	}
}
