import { type Clock, sleep } from "../clock.ts";
import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import { StreakMemory } from "../gifts/index.ts";
import { failureOfError } from "../net/index.ts";
import { OverlapCursor, RecentIds, RecentMerge } from "../recents/index.ts";
import { RetrySchedule } from "../reconnect/index.ts";
import type { Anchor, DecodeProblem, DouyinUpstream, RoomLookup, SessionItem } from "../upstream.ts";

/** A room, as its page last told of it. */
export interface RoomInfo {
	/** Of its broadcast, or its last one. */
	roomId: string;
	title: string;
	anchor?: Anchor;
}

/** What happens to somebody who follows a room. */
export type FollowStep =
	| { type: "events"; events: UpstreamEvent[]; problems: DecodeProblem[] }
	| ({ type: "connected"; host: string; resumed: boolean } & RoomInfo)
	| { type: "disconnected"; failure: DouyinError; attempt: number; nextAttemptInMs: number }
	/** Nothing to connect to now: the room is looked up again in a while. */
	| { type: "waiting"; why: Idle; nextAttemptInMs: number };

export interface FollowOptions {
	liveId: string;
	clock: Clock;
	/** Between look-ups of a room that is not live, ms. */
	pollMs: number;
	/** Whether each typed event is to have its payload. */
	raw?: boolean | undefined;
}

const rememberedIds = 4_096;
/** How often the upstream is asked again after it blocked us, ms. */
const blockedMs = 300_000;
/** Look-ups that may still call an ended broadcast live before it is believed. */
const staleLookups = 3;

/** Why there is nothing to connect to. */
export type Idle = "offline" | "no_room" | "not_found" | "ended";

interface Taken {
	pieces: readonly { events: UpstreamEvent[] }[];
	problems: DecodeProblem[];
}

type FrameItem = SessionItem & { type: "frame" };

type LiveRoom = RoomLookup & { status: "live" };

/** A room that is followed now and then, and what is remembered of it from one attempt, and one time, to the next. */
export class FollowedRoom {
	readonly #upstream: DouyinUpstream;
	readonly #options: FollowOptions;
	readonly #seen = new RecentIds(rememberedIds);
	readonly #streaks = new StreakMemory();
	readonly #cursor = new OverlapCursor();
	#schedule = new RetrySchedule();
	#attempt = 0;
	#outcome: DouyinError | Idle = "offline";
	#ended: { roomId: string; lookups: number } | undefined;
	#info: RoomInfo | undefined;

	constructor(upstream: DouyinUpstream, options: FollowOptions) {
		this.#upstream = upstream;
		this.#options = options;
	}

	/** `undefined` until a page has told of it. */
	get info(): RoomInfo | undefined {
		return this.#info;
	}

	/**
	 * Follows the room for as long as `signal` lets it, and not twice at a time: waits while it is offline, reconnects with
	 * growing delays and the cursor before the last messages, leaves out repeats. Never throws.
	 */
	async *follow(signal: AbortSignal): AsyncGenerator<FollowStep, void> {
		while (!signal.aborted) {
			const found = await this.#lookup(signal);
			if (signal.aborted) return;
			if (found.status === "live") yield* this.#session(found, signal);
			else if (found.status === "unknown") this.#failed(found.failure);
			else this.#idle(found.status);
			if (signal.aborted) return;
			const pause = this.#pause();
			yield pause;
			await sleep(this.#options.clock, pause.nextAttemptInMs, signal);
		}
	}

	/** The room; one that has just ended counts as ended for a few look-ups even if its page is late. */
	async #lookup(signal: AbortSignal): Promise<RoomLookup | { status: "ended" }> {
		const { liveId } = this.#options;
		try {
			const found = await this.#upstream.lookup(liveId, signal);
			if (found.status === "live" || found.status === "offline") this.#info = infoOf(found);
			if (found.status !== "live" || found.roomId !== this.#ended?.roomId) return found;
			return ++this.#ended.lookups > staleLookups ? found : { status: "ended" };
		} catch (error) {
			const failure = failureOfError(error, "The room could not be looked up");
			return { status: "unknown", liveId, failure };
		}
	}

	async *#session(found: LiveRoom, signal: AbortSignal): AsyncGenerator<FollowStep, void> {
		const { roomId, userUniqueId } = found;
		if (this.#cursor.from?.roomId !== roomId) this.#cursor.clear();
		const cursor = this.#cursor.from;
		const { liveId, clock, raw } = this.#options;
		const knownStreaks = this.#streaks.known(clock.now());
		const request = { liveId, roomId, userUniqueId, cursor, knownStreaks, raw, signal };
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
					yield { type: "connected", ...infoOf(found), host: item.host, resumed: item.resumed };
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
					// What nobody wants any more is not taken: it comes again.
					if (signal.aborted) return;
					joins = recovered.length === 0 && (joins || frame.events.some(({ id }) => this.#seen.has(id)));
					if (frame.events.length > 0 && !joins) this.#cursor.part();
					const fresh = yield* this.#take({ pieces: [frame], ...frame });
					// Behind messages whose place is not known yet nothing is finished.
					if (!recents.holding) this.#cursor.reached(frame.cursor, fresh, frame.problems);
					joins ||= fresh.length > 0;
				}
			}
			if (!signal.aborted) this.#failed(new DouyinError("network", "The session ended without saying why."));
		} catch (error) {
			yield* this.#rest(recents, error);
			this.#failed(failureOfError(error, "The session failed"));
			if (error instanceof DouyinError && error.reason === "broadcast_ended") {
				this.#ended = { roomId, lookups: 0 };
				this.#idle("ended");
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
	*#take({ pieces, problems }: Taken): Generator<FollowStep, UpstreamEvent[]> {
		const events = pieces.flatMap((piece) => piece.events).filter((event) => this.#seen.add(event.id));
		this.#streaks.note(events);
		if (events.length + problems.length > 0) yield { type: "events", events, problems };
		return events;
	}

	#works(): void {
		this.#attempt = 0;
		this.#schedule.works(this.#options.clock.now());
	}

	#failed(failure: DouyinError): void {
		this.#attempt++;
		this.#outcome = failure;
	}

	#idle(why: Idle): void {
		this.#attempt = 0;
		this.#schedule = new RetrySchedule();
		this.#outcome = why;
	}

	/** What to tell before the next attempt, and when that is. */
	#pause(): FollowStep & { nextAttemptInMs: number } {
		const outcome = this.#outcome;
		const { pollMs } = this.#options;
		if (typeof outcome === "string") return { type: "waiting", why: outcome, nextAttemptInMs: pollMs };
		const floorMs = outcome.reason === "blocked" ? blockedMs : 0;
		// A reader that is too slow says nothing of the connection.
		const { delayMs } = this.#schedule.next(this.#attempt, this.#options.clock.now(), outcome.reason !== "storage");
		const nextAttemptInMs = Math.max(delayMs, outcome.retryAfterMs ?? 0, floorMs);
		return { type: "disconnected", failure: outcome, attempt: this.#attempt, nextAttemptInMs };
	}
}

export function infoOf({ roomId, title, anchor }: RoomInfo): RoomInfo {
	return { roomId, title, ...(anchor && { anchor }) };
}
