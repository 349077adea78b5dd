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
	/** The room's newest message, where this node owns it: then it tells its events itself. */
	owned: (liveId: string) => Placed | undefined;
	lastSeq: (liveId: string) => Promise<number>;
	read: (liveId: string, after: number) => Promise<ReadPage>;
	publish: (batch: CommittedBatch) => void;
	onError: (error: unknown, liveId: string) => void;
}

interface Followed {
	subscription: Subscription;
	followers: number;
	/** The `seq` of the next event to report; `undefined` until it is known where the log ends. */
	next: number | undefined;
	/** Settles when everything that has come so far was reported. */
	turn: Promise<void>;
}

/** What could not be read is read again after this, ms. */
const againMs = 1_000;

/**
 * Tells the live events of rooms that other nodes own, for as long as somebody follows them. The servers tell each stored
 * message once more, at most once: what did not come is read from the log, once a later one shows that, and whenever the
 * connection was lost.
 */
export class FollowedRooms {
	readonly #options: FollowedRoomsOptions;
	readonly #rooms = new Map<string, Followed>();
	/** Rooms of which something may not have come, with nothing that shows it. */
	readonly #behind = new Set<string>();
	#catchingUp = false;

	constructor(options: FollowedRoomsOptions) {
		this.#options = options;
		void this.#catchUpWhenBack();
	}

	/** @returns what ends it. Resolves once no event that is stored from now on is missed. @throws what NATS throws */
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
			// Where that failed, what comes next would not be reported.
			if (room.next === undefined) await this.#locate(liveId, room);
		} catch (error) {
			end();
			throw error;
		}
		return end;
	}

	/** This node has stored them itself. @returns those not reported yet */
	stored({ liveId, events }: CommittedBatch): CommittedBatch | undefined {
		const room = this.#rooms.get(liveId);
		if (room?.next === undefined) return { liveId, events };
		const fresh = freshOf(events, room.next);
		if (fresh[0] && fresh[0].seq > room.next) {
			// Its former owner has stored some that did not come: all of them are read.
			this.#missed([liveId]);
			return undefined;
		}
		room.next += fresh.length;
		return fresh.length === 0 ? undefined : { liveId, events: fresh };
	}

	close(): void {
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

	/** One room after the other, each until it has worked. */
	async #catchUpAll(): Promise<void> {
		this.#catchingUp = true;
		for (const liveId of this.#behind) {
			this.#behind.delete(liveId);
			const room = this.#rooms.get(liveId);
			if (!room) continue;
			this.#inTurn(liveId, room, async () => {
				// The servers know of the subscription before it is read what had come until then.
				await this.#locate(liveId, room);
				await this.#catchUp(liveId, room);
			});
			await room.turn;
			if (this.#behind.has(liveId)) await sleep(this.#options.clock, againMs);
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
		// The servers know of the subscription before they are asked how far the log goes.
		await this.#options.nc.flush();
		if (room.next !== undefined) return;
		const lastSeq = await this.#options.lastSeq(liveId);
		// Another try may have come first, and events with it.
		room.next ??= lastSeq + 1;
	}

	async #heard(liveId: string, room: Followed, message: ReturnType<typeof toRepublished>): Promise<void> {
		const { head } = message;
		const mine = this.#options.owned(liveId);
		if (mine && mine.head.epoch === head.epoch) return;
		if (room.next === undefined) await this.#locate(liveId, room);
		if (room.next !== undefined && head.next - head.count > room.next) await this.#catchUp(liveId, room);
		this.#tell(liveId, room, eventsOf(liveId, message));
	}

	async #catchUp(liveId: string, room: Followed): Promise<void> {
		for (;;) {
			const after = (room.next ?? 1) - 1;
			const page = await this.#options.read(liveId, after);
			if (page.truncated) room.next = page.truncated.to + 1;
			this.#tell(liveId, room, page.events);
			if (page.caughtUp || page.nextAfter === after) return;
		}
	}

	#tell(liveId: string, room: Followed, events: readonly StoredEvent[]): void {
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
