import type { Logger } from "pino";
import {
	type PersistentConnectionManager,
	RoomMessageQueue,
	type RoomOptions,
	type RoomStatus,
} from "../connections/index.ts";
import { InvalidLiveIdError, RoomNotFoundError } from "../errors.ts";
import { MessageFanOut, type MessageSubscriber } from "./message-fan-out.ts";
import { WantedRooms } from "./wanted-rooms.ts";

export interface LiveServiceOptions {
	manager: PersistentConnectionManager;
	logger: Logger;
	/** Events a room may have waiting; past it the oldest go, counted. Default 10,000. */
	queueSize?: number;
}

export interface StartedRoom {
	liveId: string;
	/** Whether the room was not active before. */
	created: boolean;
	status: RoomStatus;
}

export interface LiveStatus {
	activeRooms: string[];
	rooms: RoomStatus[];
}

interface ActiveRoom {
	queue: RoomMessageQueue;
	detach: () => void;
}

/** What users ask for: which rooms are kept, and what they say. */
export class LiveService {
	readonly #manager: PersistentConnectionManager;
	readonly #logger: Logger;
	readonly #queueSize: number | undefined;
	readonly #wanted = new WantedRooms();
	readonly #active = new Map<string, ActiveRoom>();
	readonly #fanOut: MessageFanOut;

	constructor(options: LiveServiceOptions) {
		this.#manager = options.manager;
		this.#logger = options.logger;
		this.#queueSize = options.queueSize;
		this.#fanOut = new MessageFanOut(options.logger);
	}

	/**
	 * Keeps a room connected from now on. For an active room it answers at once and the connection is reused.
	 * @param options cookie and proxy, as a whole: those of an active room are replaced, and when they differ its
	 * connection is made anew with them (numbers, cursor and counters go on). Left out, an active room keeps its own.
	 * @throws InvalidLiveIdError, TooManyRoomsError, ShuttingDownError; LivekeeperError `invalid_request` for options that
	 * can't be used
	 */
	startLive(liveId: string, options?: RoomOptions): StartedRoom {
		checkLiveId(liveId);
		const created = !this.#active.has(liveId);
		if (created) this.#add(liveId, options ?? {});
		else if (options) {
			this.#manager.changeOptions(liveId, options);
			this.#wanted.want(liveId, options);
		}
		return { liveId, created, status: this.#statusOf(liveId) };
	}

	/**
	 * Lets a room go, at once. @returns when its socket is gone
	 * @throws RoomNotFoundError (as a rejection) when it isn't active
	 */
	async stopLive(liveId: string): Promise<void> {
		const room = this.#active.get(liveId);
		if (!room) throw new RoomNotFoundError(liveId);
		this.#active.delete(liveId);
		const gone = this.#manager.removeConnection(liveId);
		room.detach();
		this.#wanted.unwant(liveId, room.queue.nextSeq);
		await gone;
	}

	/** Active rooms in the order in which they were started. */
	getStatus(): LiveStatus {
		const rooms = this.#manager.getAllConnections();
		return { activeRooms: rooms.map((room) => room.liveId), rooms };
	}

	getRoom(liveId: string): RoomStatus | undefined {
		return this.#manager.getConnectionStatus(liveId);
	}

	/**
	 * Calls back with each batch of a room's events, numbered and in order. What the callback throws is logged and
	 * reaches nobody else. @returns a function that takes the callback off
	 */
	onMessages(subscriber: MessageSubscriber): () => void {
		return this.#fanOut.subscribe(subscriber);
	}

	/** Calls back when a room's state or health changes. @returns a function that takes the callback off */
	onStatus(subscriber: (status: RoomStatus) => void): () => void {
		return this.#manager.onStatus(subscriber);
	}

	/** Hands on what is left in the queues and lets go of all subscribers. The manager is stopped by its owner. */
	close(): void {
		for (const { detach } of this.#active.values()) detach();
		this.#active.clear();
		this.#fanOut.close();
	}

	#add(liveId: string, options: RoomOptions): void {
		const queue = new RoomMessageQueue({
			...(this.#queueSize !== undefined && { capacity: this.#queueSize }),
			firstSeq: this.#wanted.nextSeq(liveId),
			onConsumerError: (error) => this.#logger.error({ live_id: liveId, err: error }, "A queue's consumer threw."),
		});
		this.#manager.addConnection(liveId, queue, options);
		this.#wanted.want(liveId, options);
		this.#active.set(liveId, { queue, detach: this.#fanOut.attach(liveId, queue) });
	}

	#statusOf(liveId: string): RoomStatus {
		const status = this.#manager.getConnectionStatus(liveId);
		if (!status) throw new RoomNotFoundError(liveId);
		return status;
	}
}

/** A live id becomes part of an address: nothing else may pass, whoever calls. */
function checkLiveId(liveId: unknown): void {
	if (typeof liveId !== "string" || !/^[A-Za-z0-9_.-]{1,64}$/.test(liveId) || /^\.{1,2}$/.test(liveId)) {
		throw new InvalidLiveIdError();
	}
}
