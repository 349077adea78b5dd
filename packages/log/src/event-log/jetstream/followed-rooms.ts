import { type Clock, sleep } from "@livekeeper/douyin";
import type { NatsConnection, Subscription } from "@nats-io/transport-node";
import type { CommittedBatch, ReadPage, StoredEvent, Unsubscribe } from "../event-log.ts";
import type { Placed } from "./claim.ts";
import type { LogStreams } from "./log-streams.ts";
import { toRepublished } from "./log-streams.ts";
import { eventsOf } from "./message.ts";

export interface FollowedRoomsOptions {
	nc: Pick<NatsConnection, "subscribe" | "flush" | "status">;
	clock: Clock;
	streams: Pick<LogStreams, "names">;
	/** Returns the room's newest message if this node owns it, and thus reports its events itself. */
	owned: (liveId: string) => Placed | undefined;
	lastSeq: (liveId: string) => Promise<number>;
	read: (liveId: string, after: number) => Promise<ReadPage>;
	publish: (batch: CommittedBatch) => void;
	onError: (error: unknown, liveId: string) => void;
}

interface Followed {
	subscription: Subscription;
	followers: number;
	/** The `seq` of the next event to report; `undefined` until the end of the log is known. */
	next: number | undefined;
	/** Settles when everything received so far was reported. */
	turn: Promise<void>;
}

/** Delay before a failed read is retried, ms. */
const retryMs = 1_000;

/**
 * Reports the live events of rooms that other nodes own, while at least one caller follows them. The servers republish
 * each stored message at most once. A missing message is read from the log once a later one reveals the hole, and
 * whenever the connection was lost.
 */
export class FollowedRooms {
	readonly #options: FollowedRoomsOptions;
	readonly #rooms = new Map<string, Followed>();
	/** Rooms that may have missed messages without a later message to reveal it. */
	readonly #behind = new Set<string>();
	#catchingUp = false;
	readonly #closed = new AbortController();

	constructor(options: FollowedRoomsOptions) {
		this.#options = options;
		void this.#catchUpWhenBack();
	}

	/**
	 * Resolves once no event stored from now on is missed.
	 * @returns a function that stops following.
	 * @throws errors of NATS
	 */
	async follow(liveId: string): Promise<Unsubscribe> {
		const room = this.#rooms.get(liveId) ?? this.#begin(liveId);
		room.followers++;
		let over = false;
		const end = () => {
			if (over) return;
			over = true;
			if (--room.followers > 0) return;
			room.subscription.unsubscribe();
			this.#rooms.delete(liveId);
		};
		try {
			await room.turn;
			// If that failed, later messages would not be reported.
			if (room.next === undefined) await this.#locate(liveId, room);
		} catch (error) {
			end();
			throw error;
		}
		return end;
	}

	/** Must be called with events that this node has stored. @returns those not reported yet */
	stored({ liveId, events }: CommittedBatch): CommittedBatch | undefined {
		const room = this.#rooms.get(liveId);
		if (room?.next === undefined) return { liveId, events };
		const fresh = freshOf(events, room.next);
		if (fresh[0] && fresh[0].seq > room.next) {
			// The former owner has stored some that did not arrive, so all of them are read.
			this.#missed([liveId]);
			return undefined;
		}
		room.next += fresh.length;
		return fresh.length === 0 ? undefined : { liveId, events: fresh };
	}

	close(): void {
		this.#closed.abort();
		for (const { subscription } of this.#rooms.values()) subscription.unsubscribe();
		this.#rooms.clear();
		this.#behind.clear();
	}

	async #catchUpWhenBack(): Promise<void> {
		for await (const { type } of this.#options.nc.status()) {
			if (type === "reconnect") this.#missed(this.#rooms.keys());
		}
	}

	#missed(liveIds: Iterable<string>): void {
		for (const liveId of liveIds) this.#behind.add(liveId);
		if (!this.#catchingUp) void this.#catchUpAll();
	}

	/** Catches up room by room, each until it has succeeded. */
	async #catchUpAll(): Promise<void> {
		this.#catchingUp = true;
		for (const liveId of this.#behind) {
			this.#behind.delete(liveId);
			const room = this.#rooms.get(liveId);
			if (!room) continue;
			this.#inTurn(liveId, room, async () => {
				// The servers know the subscription before the earlier messages are read.
				await this.#locate(liveId, room);
				await this.#catchUp(liveId, room);
			});
			await room.turn;
			if (this.#behind.has(liveId)) await sleep(this.#options.clock, retryMs, this.#closed.signal);
		}
		this.#catchingUp = false;
	}

	#begin(liveId: string): Followed {
		const { nc, streams, onError } = this.#options;
		const subscription = nc.subscribe(streams.names.liveSubjectOf(liveId), {
			callback: (error, message) => {
				if (error) onError(error, liveId);
				else this.#inTurn(liveId, room, () => this.#heard(liveId, room, toRepublished(message)));
			},
		});
		const room: Followed = { subscription, followers: 0, next: undefined, turn: Promise.resolve() };
		this.#rooms.set(liveId, room);
		this.#inTurn(liveId, room, () => this.#locate(liveId, room));
		return room;
	}

	async #locate(liveId: string, room: Followed): Promise<void> {
		// The servers know the subscription before they are asked for the end of the log.
		await this.#options.nc.flush();
		if (room.next !== undefined) return;
		const lastSeq = await this.#options.lastSeq(liveId);
		// Another attempt may have come first, and events with it.
		room.next ??= lastSeq + 1;
	}

	async #heard(liveId: string, room: Followed, message: ReturnType<typeof toRepublished>): Promise<void> {
		const { head } = message;
		const mine = this.#options.owned(liveId);
		if (mine && mine.head.epoch === head.epoch) return;
		if (room.next === undefined) await this.#locate(liveId, room);
		if (room.next !== undefined && head.next - head.count > room.next) await this.#catchUp(liveId, room);
		this.#publish(liveId, room, eventsOf(liveId, message));
	}

	async #catchUp(liveId: string, room: Followed): Promise<void> {
		for (;;) {
			const after = (room.next ?? 1) - 1;
			const page = await this.#options.read(liveId, after);
			if (page.truncated) room.next = page.truncated.to + 1;
			this.#publish(liveId, room, page.events);
			if (page.caughtUp || page.nextAfter === after) return;
		}
	}

	#publish(liveId: string, room: Followed, events: readonly StoredEvent[]): void {
		const fresh = freshOf(events, room.next ?? 1);
		const last = fresh.at(-1);
		if (!last) return;
		room.next = last.seq + 1;
		this.#options.publish({ liveId, events: fresh });
	}

	#inTurn(liveId: string, room: Followed, work: () => Promise<void>): void {
		room.turn = room.turn.then(work).catch((error) => {
			if (this.#rooms.get(liveId) !== room) return;
			this.#options.onError(error, liveId);
			this.#missed([liveId]);
		});
	}
}

function freshOf(events: readonly StoredEvent[], next: number): readonly StoredEvent[] {
	return events[0] && events[0].seq >= next ? events : events.filter(({ seq }) => seq >= next);
}
