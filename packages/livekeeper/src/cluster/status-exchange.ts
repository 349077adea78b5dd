import type { Clock, Timer } from "@livekeeper/douyin";
import type { NodeMessages } from "@livekeeper/log/jetstream";
import { z } from "zod";
import type { LiveRoomStatus } from "../live/index.ts";

/** Some of a node's rooms as announced; each is validated by itself. */
const announcement = z.object({ node: z.string(), rooms: z.array(z.unknown()) });

export interface StatusExchangeOptions {
	node: string;
	messages: Pick<NodeMessages, "publish" | "subscribe" | "maxBytes">;
	clock: Clock;
	/** Returns statuses of the rooms that run here. */
	statuses: () => LiveRoomStatus[];
	status: (liveId: string) => LiveRoomStatus | undefined;
	/** Returns whether another node's announcement is a valid room status. */
	isStatus: (status: unknown) => status is LiveRoomStatus;
}

const topic = "rooms";
/** Time for which changes are gathered before they are announced, ms. */
const gatherMs = 100;
/** Interval at which all rooms are announced, ms, because counters grow without an announcement. */
const allEveryMs = 5_000;

/** Announces the state of this node's rooms to other nodes, and keeps their announcements. */
export class StatusExchange {
	readonly #options: StatusExchangeOptions;
	/** Statuses by room, with the node and message of the last announcement. */
	readonly #rooms = new Map<string, { node: string; status: LiveRoomStatus; message: number }>();
	#heardMessages = 0;
	readonly #listeners = new Set<(node: string, status: LiveRoomStatus) => void>();
	readonly #changed = new Set<string>();
	#gather: Timer | undefined;
	readonly #timer: Timer;

	constructor(options: StatusExchangeOptions) {
		this.#options = options;
		options.messages.subscribe(topic, (message) => this.#heard(message));
		this.#timer = options.clock.every(allEveryMs, () => this.announceAll());
	}

	/**
	 * Number of messages from other nodes so far. It replaces a time, because clocks may jump, theirs and this machine's.
	 */
	get heardMessages(): number {
		return this.#heardMessages;
	}

	/**
	 * Returns a node's last announcement of a room; `undefined` if there is none.
	 * @param after number of first messages that don't count
	 */
	of(liveId: string, node: string, after = 0): LiveRoomStatus | undefined {
		const known = this.#rooms.get(liveId);
		return known?.node === node && known.message > after ? known.status : undefined;
	}

	/** Returns the last announcement of a room by any node. @param after as in `of` */
	last(liveId: string, after = 0): LiveRoomStatus | undefined {
		const known = this.#rooms.get(liveId);
		return known && known.message > after ? known.status : undefined;
	}

	/** Registers a callback for other nodes' announcements of rooms. */
	onAnnounced(listener: (node: string, status: LiveRoomStatus) => void): void {
		this.#listeners.add(listener);
	}

	/** Announces all rooms that run here. */
	announceAll(): void {
		this.#announce(this.#options.statuses());
	}

	/** Notes a change of a room that runs here. */
	changed(liveId: string): void {
		this.#changed.add(liveId);
		this.#gather ??= this.#options.clock.after(gatherMs, () => {
			this.#gather = undefined;
			const statuses = Array.from(this.#changed).flatMap((id) => this.#options.status(id) ?? []);
			this.#changed.clear();
			this.#announce(statuses);
		});
	}

	/** Forgets a room that is no longer kept. */
	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	close(): void {
		this.#timer.cancel();
		this.#gather?.cancel();
	}

	/** Sends the statuses in as many messages as needed. */
	#announce(statuses: readonly LiveRoomStatus[]): void {
		const { messages, node } = this.#options;
		const max = messages.maxBytes / 2;
		let rooms: string[] = [];
		let bytes = 0;
		const send = () => {
			if (rooms.length === 0) return;
			messages.publish(topic, Buffer.from(`{"node":${JSON.stringify(node)},"rooms":[${rooms.join(",")}]}`));
			rooms = [];
			bytes = 0;
		};
		for (const status of statuses) {
			const json = JSON.stringify(status);
			const size = Buffer.byteLength(json);
			if (bytes + size > max) send();
			rooms.push(json);
			bytes += size;
		}
		send();
	}

	/** @throws Error for an invalid message, or invalid rooms in it; the others are applied */
	#heard(message: Uint8Array): void {
		const { node, rooms } = announcement.parse(JSON.parse(Buffer.from(message).toString("utf8")));
		if (node === this.#options.node) return;
		const statuses = rooms.filter(this.#options.isStatus);
		this.#heardMessages++;
		for (const status of statuses) {
			this.#rooms.set(status.liveId, { node, status, message: this.#heardMessages });
			for (const listener of this.#listeners) listener(node, status);
		}
		if (statuses.length < rooms.length) throw new Error(`Node ${node} says what is no status of a room`);
	}
}
