import type { Clock, Timer } from "../clock.ts";
import { type Attempt, type ConnectionHost, keepConnected } from "../connection.ts";
import { DouyinError, failureClasses } from "../errors.ts";
import { GiftCounter } from "../gifts/index.ts";
import { failureOfError } from "../net/index.ts";
import { nextRetry, noRetries } from "../reconnect/index.ts";
import { type Emitted, Sequencer } from "../sequencer/index.ts";
import type { Anchor, DecodeProblem, DouyinUpstream, RoomLookup, SessionItem, SessionRequest } from "../upstream.ts";

/** A room, as its page last described it. */
export interface RoomInfo {
	/** Room id of the current broadcast, or of the last one. */
	roomId: string;
	title: string;
	anchor?: Anchor;
}

/** Steps reported while a room is followed. */
export type FollowStep =
	| { type: "events"; emitted: readonly Emitted[]; problems: DecodeProblem[] }
	| ({ type: "connected"; host: string; resumed: boolean } & RoomInfo)
	| { type: "disconnected"; failure: DouyinError; attempt: number; nextAttemptInMs: number }
	/** There is nothing to connect to now; the room is looked up again after `nextAttemptInMs`. */
	| { type: "waiting"; why: Idle; nextAttemptInMs: number };

export interface FollowOptions {
	liveId: string;
	clock: Clock;
	/** Time between lookups of a room that is not live, ms. */
	pollMs: number;
	/** Whether each typed event includes its payload. */
	raw?: boolean | undefined;
}

/** Minimum delay before the next attempt after the upstream blocked us, ms. */
const blockedMs = 300_000;
/** Number of lookups that may still report an ended broadcast as live before that is believed. */
const staleLookups = 3;

/** Why there is nothing to connect to. */
export type Idle = "offline" | "no_room" | "hidden" | "closed" | "not_found" | "ended";

type LiveRoom = RoomLookup & { status: "live" };

/** A room that is followed from time to time. Keeps its state between attempts and between calls of `follow`. */
export class FollowedRoom implements ConnectionHost {
	readonly #upstream: DouyinUpstream;
	readonly #options: FollowOptions;
	readonly #onStep: (step: FollowStep) => void;
	#gifts = new GiftCounter();
	/** Sequencer of the broadcast `#roomId`. */
	#sequencer = new Sequencer();
	#roomId: string | undefined;
	/** Fires when the sequencer has waited long enough. */
	#timer: Timer | undefined;
	#retry = noRetries;
	#attempt = 0;
	#ended: { roomId: string; lookups: number } | undefined;
	#info: RoomInfo | undefined;
	/** State of the current session. */
	#session = { opened: false, proven: false };

	constructor(upstream: DouyinUpstream, options: FollowOptions, onStep: (step: FollowStep) => void) {
		this.#upstream = upstream;
		this.#options = options;
		this.#onStep = onStep;
	}

	/** The room; `undefined` until a page has been read. */
	get info(): RoomInfo | undefined {
		return this.#info;
	}

	/**
	 * Follows the room until `signal` aborts: waits while it is offline, reconnects with growing delays and the cursor
	 * before the last messages, drops repeats. Must not run twice at the same time. Never rejects.
	 */
	async follow(signal: AbortSignal): Promise<void> {
		// Messages that the sequencer still holds wait for the next call.
		signal.addEventListener("abort", () => this.#timer?.cancel(), { once: true });
		this.#expireWhenDue();
		await keepConnected(this, this.#options.clock, signal);
	}

	async prepare(signal: AbortSignal): Promise<Attempt | number> {
		const found = await this.#lookup(signal);
		if (signal.aborted) return 0;
		if (found.status === "unknown") return this.failed(found.failure);
		if (found.status !== "live") return this.#idle(found.status);
		const { roomId } = found;
		const { clock } = this.#options;
		if (roomId !== this.#roomId) {
			this.#emit(this.#sequencer.ended(clock.elapsed()));
			this.#sequencer = new Sequencer();
		}
		this.#roomId = roomId;
		this.#session = { opened: false, proven: false };
		return {
			open: (scope, take) => this.#upstream.session(this.#request(found, scope), take),
			close: (failure) => {
				const unreadable = failure?.reason === "bad_frame";
				if (!signal.aborted) this.#emit(this.#sequencer.closed(0, clock.elapsed(), { unreadable }));
			},
		};
	}

	take(item: SessionItem): void {
		const session = this.#session;
		if (item.type === "opened") {
			session.opened = true;
			this.#sequencer.opened(0, item.resumed);
			if (this.#info) this.#onStep({ type: "connected", ...this.#info, host: item.host, resumed: item.resumed });
			return;
		}
		const now = this.#options.clock.elapsed();
		if (item.type === "backfill" || !session.opened)
			this.#emit(this.#sequencer.backfill(0, { ...item, now }), item.problems);
		else {
			// The socket is proven by its first frame, not by its handshake.
			if (!session.proven) this.#works();
			session.proven = true;
			const isEnd = this.#sequencer.isEnd(item.events);
			this.#emit(this.#sequencer.accept(0, { ...item, now }), item.problems);
			if (isEnd) throw new DouyinError("broadcast_ended", "The broadcast ended.");
		}
	}

	failed(failure: DouyinError): number {
		const { clock } = this.#options;
		if (failure.reason === "broadcast_ended" && this.#roomId !== undefined) {
			this.#emit(this.#sequencer.ended(clock.elapsed()));
			this.#ended = { roomId: this.#roomId, lookups: 0 };
			return this.#idle("ended");
		}
		const attempt = ++this.#attempt;
		const { state, flap } = failureClasses[failure.reason];
		const floorMs = state === "blocked" ? blockedMs : 0;
		const { delayMs, record } = nextRetry(this.#retry, attempt, clock.elapsed(), flap);
		this.#retry = record;
		const nextAttemptInMs = Math.max(delayMs, failure.retryAfterMs ?? 0, floorMs);
		this.#onStep({ type: "disconnected", failure, attempt, nextAttemptInMs });
		return clock.elapsed() + nextAttemptInMs;
	}

	bug(error: unknown): DouyinError {
		return failureOfError(error, "The session failed");
	}

	/**
	 * Looks the room up. A broadcast that has just ended counts as ended for a few lookups, even if its page is stale.
	 */
	async #lookup(signal: AbortSignal): Promise<RoomLookup | { status: "ended" }> {
		const { liveId } = this.#options;
		try {
			const found = await this.#upstream.lookup(liveId, signal);
			const roomId = "roomId" in found ? (found.roomId ?? this.#info?.roomId) : undefined;
			if ("title" in found && roomId !== undefined) this.#info = infoOf({ ...found, roomId });
			if (found.status !== "live" || found.roomId !== this.#ended?.roomId) return found;
			return ++this.#ended.lookups > staleLookups ? found : { status: "ended" };
		} catch (error) {
			const failure = failureOfError(error, "The room could not be looked up");
			return { status: "unknown", liveId, failure };
		}
	}

	#request({ roomId, userUniqueId }: LiveRoom, signal: AbortSignal): SessionRequest {
		const { liveId, raw } = this.#options;
		const needsBackfill = () => this.#sequencer.takePageRequest(0);
		return { liveId, roomId, userUniqueId, cursor: this.#sequencer.open(0), needsBackfill, raw, signal };
	}

	/** Counts gifts and reports new events. */
	#emit(emitted: readonly Emitted[], problems: DecodeProblem[] = []): void {
		for (const { events, startedOver } of emitted) {
			if (startedOver) this.#gifts = new GiftCounter();
			this.#gifts.count(events);
		}
		if (emitted.length + problems.length > 0) this.#onStep({ type: "events", emitted, problems });
		this.#expireWhenDue();
	}

	#expireWhenDue(): void {
		this.#timer?.cancel();
		const { clock } = this.#options;
		const { dueAt } = this.#sequencer;
		const expire = () => this.#emit(this.#sequencer.expire(clock.elapsed()));
		this.#timer = dueAt === undefined ? undefined : clock.after(Math.max(0, dueAt - clock.elapsed()), expire);
	}

	#works(): void {
		this.#attempt = 0;
		this.#retry = { ...this.#retry, provenAt: this.#options.clock.elapsed() };
	}

	/** Reports that there is nothing to connect to. @returns when to look again */
	#idle(why: Idle): number {
		const { clock, pollMs } = this.#options;
		this.#attempt = 0;
		this.#retry = noRetries;
		this.#onStep({ type: "waiting", why, nextAttemptInMs: pollMs });
		return clock.elapsed() + pollMs;
	}
}

export function infoOf({ roomId, title, anchor }: RoomInfo): RoomInfo {
	return { roomId, title, ...(anchor && { anchor }) };
}
