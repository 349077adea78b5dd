import type { Clock, Timer } from "@livekeeper/douyin";
import { z } from "zod";
import type { NodeMessages } from "../event-log/jetstream/index.ts";
import type { LiveRoomStatus } from "../live/index.ts";

/** Some of a node's rooms, as it announces them: each is checked by itself. */
const told = z.object({ node: z.string(), rooms: z.array(z.unknown()) });

export interface StatusExchangeOptions {
	node: string;
	messages: Pick<NodeMessages, "tell" | "onTold" | "maxBytes">;
	clock: Clock;
	/** Statuses of the rooms that run here. */
	statuses: () => LiveRoomStatus[];
	status: (liveId: string) => LiveRoomStatus | undefined;
	/** Whether what another node says of a room is a status that this one can show. */
	isStatus: (status: unknown) => status is LiveRoomStatus;
}

const topic = "rooms";
/** How long changes are gathered before they are announced, ms. */
const gatherMs = 100;
/** How often all rooms are announced, ms: counters grow without an announcement. */
const allEveryMs = 5_000;

/** Announces the state of this node's rooms to other nodes, and keeps what they announce. */
export class StatusExchange {
	readonly #options: StatusExchangeOptions;
	/** Statuses by room, with the node and message that announced each last. */
	readonly #rooms = new Map<string, { node: string; status: LiveRoomStatus; message: number }>();
	#heardMessages = 0;
	readonly #listeners = new Set<(node: string, status: LiveRoomStatus) => void>();
	readonly #changed = new Set<string>();
	#gather: Timer | undefined;
	readonly #timer: Timer;

	constructor(options: StatusExchangeOptions) {
		this.#options = options;
		options.messages.onTold(topic, (message) => this.#heard(message));
		this.#timer = options.clock.every(allEveryMs, () => this.tellAll());
	}

	/** How many messages of other nodes have come so far: by no clock, neither theirs nor this machine's, which may jump. */
	get heardMessages(): number {
		return this.#heardMessages;
	}

	/**
	 * What a node last said about a room; `undefined`: nothing.
	 * @param after number of first messages that don't count
	 */
	of(liveId: string, node: string, after = 0): LiveRoomStatus | undefined {
		const told = this.#rooms.get(liveId);
		return told?.node === node && told.message > after ? told.status : undefined;
	}

	/** What any node last said about a room. @param after as in `of` */
	last(liveId: string, after = 0): LiveRoomStatus | undefined {
		const told = this.#rooms.get(liveId);
		return told && told.message > after ? told.status : undefined;
	}

	/** Calls back when another node announces a room. */
	onTold(listener: (node: string, status: LiveRoomStatus) => void): void {
		this.#listeners.add(listener);
	}

	/** Tells of all rooms that run here. */
	tellAll(): void {
		this.#tell(this.#options.statuses());
	}

	/** A room that runs here has changed. */
	changed(liveId: string): void {
		this.#changed.add(liveId);
		this.#gather ??= this.#options.clock.after(gatherMs, () => {
			this.#gather = undefined;
			const statuses = Array.from(this.#changed).flatMap((id) => this.#options.status(id) ?? []);
			this.#changed.clear();
			this.#tell(statuses);
		});
	}

	/** The room is wanted no more. */
	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	close(): void {
		this.#timer.cancel();
		this.#gather?.cancel();
	}

	/** Sends the statuses in as many messages as needed. */
	#tell(statuses: readonly LiveRoomStatus[]): void {
		const { messages, node } = this.#options;
		const most = messages.maxBytes / 2;
		let rooms: string[] = [];
		let bytes = 0;
		const send = () => {
			if (rooms.length === 0) return;
			messages.tell(topic, Buffer.from(`{"node":${JSON.stringify(node)},"rooms":[${rooms.join(",")}]}`));
			rooms = [];
			bytes = 0;
		};
		for (const status of statuses) {
			const json = JSON.stringify(status);
			const size = Buffer.byteLength(json);
			if (bytes + size > most) send();
			rooms.push(json);
			bytes += size;
		}
		send();
	}

	/** @throws Error for a message, or rooms in it, that can't be understood; the others are taken up */
	#heard(message: Uint8Array): void {
		const { node, rooms } = told.parse(JSON.parse(Buffer.from(message).toString("utf8")));
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
