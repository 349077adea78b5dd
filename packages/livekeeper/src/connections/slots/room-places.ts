import type { Clock } from "@livekeeper/douyin";
import type { RoomOptions } from "../../room-options.ts";
import type { PlaceSource, RoomStatus } from "../../rooms/index.ts";
import { ConnectionPool, type HeldConnection, type QueuedRoom } from "./connection-pool.ts";
import type { PoolLimits, PoolPlace } from "./pool-limits.ts";
import type { RoomPriority } from "./priority.ts";
import { RoomReaders } from "./room-readers.ts";

/** What {@link RoomPlaces} has to know of a room. */
export interface PlacedRoom {
	readonly options: RoomOptions;
	/** Whether its broadcast is on and something was said in it lately, or nobody has listened to it yet. */
	readonly lively: boolean;
}

export interface RoomPlacesOptions {
	clock: Clock;
	limits?: PoolLimits | undefined;
	readers?: RoomReaders | undefined;
	/** What a room with these options takes up. */
	placeOf: (options: RoomOptions) => PoolPlace;
	/** `undefined` for a room that is not kept. */
	room: (liveId: string) => PlacedRoom | undefined;
}

/** A room's status with what its connections are worth. */
export interface ConnectionStatus extends RoomStatus {
	pinned: boolean;
	/** Who is connected first when there is no room for all. */
	priority: RoomPriority;
	/** Only while it waits for a connection. */
	queue?: Pick<QueuedRoom, "position" | "why">;
}

/** How the connections are shared out. */
export interface PoolStatus {
	limits: PoolLimits;
	/** Connections in use, those that are giving way included. */
	held: number;
	/** Those connections, the most important first. */
	holders: HeldConnection[];
	/** The rooms that wait, the next first. */
	queue: QueuedRoom[];
}

/** Shares the connections out among the rooms: the pool, with what a room takes up and what it is worth. */
export class RoomPlaces {
	readonly #options: RoomPlacesOptions;
	readonly #readers: RoomReaders;
	readonly #pool: ConnectionPool;

	constructor(options: RoomPlacesOptions) {
		const { clock, limits = {}, placeOf } = options;
		this.#options = options;
		this.#readers = options.readers ?? new RoomReaders();
		this.#pool = new ConnectionPool({
			clock,
			limits,
			placeOf: (liveId) => placeOf(options.room(liveId)?.options ?? {}),
			priorityOf: (liveId) => this.priorityOf(liveId),
		});
		this.#readers.onChange(() => this.#pool.refresh());
	}

	get source(): PlaceSource {
		return this.#pool;
	}

	/**
	 * For the connections that a room with these options holds beside its own.
	 * @param spare whether the room could do without it at the moment
	 */
	second(options: RoomOptions, spare: () => boolean): PlaceSource {
		return this.#pool.second(this.#options.placeOf(options), spare);
	}

	/** Where several classes fit, the best. */
	priorityOf(liveId: string): RoomPriority {
		const room = this.#options.room(liveId);
		if (room?.options.pinned) return "pinned";
		if (this.#readers.has(liveId)) return "readers";
		return room?.lively ? "live" : "idle";
	}

	/** To be called when a room's options have changed, and every few seconds: rooms fall silent without a word. */
	refresh(): void {
		this.#pool.refresh();
	}

	/** Takes effect at once. @throws RangeError for a limit below 1 */
	setLimits(limits: PoolLimits): void {
		this.#pool.setLimits(limits);
	}

	status(): PoolStatus {
		return {
			limits: this.#pool.limits,
			held: this.#pool.held,
			holders: this.#pool.holders(),
			queue: this.#pool.queue(),
		};
	}

	/** Adds what connections are worth to the statuses of rooms; the line is looked at once for all. */
	complete(statuses: readonly RoomStatus[]): ConnectionStatus[] {
		const queued = statuses.some(({ state }) => state === "queued") ? this.#pool.queue() : [];
		const places = new Map(queued.map((room) => [room.liveId, room]));
		return statuses.map((status) => this.#complete(status, places.get(status.liveId)));
	}

	completeOne(status: RoomStatus): ConnectionStatus {
		const { state, liveId } = status;
		return this.#complete(
			status,
			state === "queued" ? this.#pool.queue().find((room) => room.liveId === liveId) : undefined,
		);
	}

	#complete(status: RoomStatus, queued: QueuedRoom | undefined): ConnectionStatus {
		const { liveId } = status;
		const pinned = this.#options.room(liveId)?.options.pinned ?? false;
		const queue = queued && { position: queued.position, why: queued.why };
		return { ...status, pinned, priority: this.priorityOf(liveId), ...(queue && { queue }) };
	}
}
