import { type Cursor, type LiveEvent, weightOf } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { MessageQueue } from "../connections/index.ts";
import type { EventLog } from "../event-log/index.ts";

export interface LogIntakeOptions {
	log: Pick<EventLog, "append" | "writable" | "onWritable">;
	logger: Logger;
	/** Is given the events that are about to be stored, and may change what they count for. */
	settle?: ((events: readonly LiveEvent[]) => void) | undefined;
	/** Events that a room may have waiting; default 10,000. */
	capacity?: number | undefined;
	/** What all rooms together may have waiting, bytes of memory, about; default 64 MiB. */
	capacityBytes?: number | undefined;
}

/** What waits in all queues of an intake. */
interface Waiting {
	readonly capacityBytes: number;
	/** Bytes that have waited for longer than a turn, or for a log that takes nothing. */
	bytes: number;
}

/**
 * Moves what rooms say into the event log: once per turn of the event loop, all that a room has said since as one batch
 * with the newest cursor. While the log takes no more the rooms' queues fill, and the rooms stop listening: a room at its
 * own number of events, all rooms at the bytes that they have together.
 */
export class LogIntake {
	readonly #options: LogIntakeOptions;
	/** Queues with something waiting, in the order in which they began to. */
	readonly #readable = new Set<RoomMessageQueue>();
	readonly #queues = new Set<RoomMessageQueue>();
	readonly #waiting: Waiting;
	readonly #unsubscribe: () => void;
	#turn: NodeJS.Immediate | undefined;
	readonly #onPushed = (queue: RoomMessageQueue) => {
		this.#readable.add(queue);
		this.#schedule();
		if (!this.#turn) queue.weigh();
	};

	constructor(options: LogIntakeOptions) {
		this.#options = options;
		this.#waiting = { bytes: 0, capacityBytes: options.capacityBytes ?? 64 * 1024 * 1024 };
		this.#unsubscribe = options.log.onWritable(() => this.#schedule());
	}

	/** A room's way into the log. */
	queue(liveId: string): RoomMessageQueue {
		const { capacity = 10_000 } = this.#options;
		const queue = new RoomMessageQueue(liveId, { capacity, waiting: this.#waiting }, this.#onPushed);
		this.#queues.add(queue);
		return queue;
	}

	/** What waits takes in memory, about, bytes. */
	get waitingBytes(): number {
		return this.#waiting.bytes;
	}

	/** Moves what is left, as far as the log takes it; what is pushed from now on is dropped. */
	release(queue: RoomMessageQueue): void {
		this.#readable.delete(queue);
		this.#queues.delete(queue);
		// What the log can't take now comes again from the stored cursor when the room is started again.
		if (this.#options.log.writable) this.#move(queue);
		this.#freeing(() => queue.close());
	}

	close(): void {
		if (this.#turn) clearImmediate(this.#turn);
		this.#turn = undefined;
		this.#unsubscribe();
		this.#readable.clear();
	}

	#schedule(): void {
		const { log } = this.#options;
		if (this.#turn || this.#readable.size === 0 || !log.writable) return;
		this.#turn = setImmediate(() => {
			this.#turn = undefined;
			for (const queue of this.#readable) {
				// The log says by `onWritable` when to go on.
				if (!log.writable) queue.weigh();
				else {
					this.#readable.delete(queue);
					this.#move(queue);
				}
			}
		});
	}

	#move(queue: RoomMessageQueue): void {
		const { log, logger, settle } = this.#options;
		const { liveId } = queue;
		this.#freeing(() =>
			queue.take((events, cursor) => {
				try {
					settle?.(events);
					log.append({ liveId, events, cursor });
				} catch (err) {
					logger.error({ event: "events_not_stored", live_id: liveId, err, events: events.length });
				}
			}),
		);
	}

	/** Does what takes something out of a queue. Where all rooms had to wait for that, they are notified. */
	#freeing(take: () => void): void {
		const wasFull = isFull(this.#waiting);
		take();
		if (wasFull && !isFull(this.#waiting)) for (const queue of this.#queues) queue.tellWritable();
	}
}

const isFull = ({ bytes, capacityBytes }: Waiting): boolean => bytes >= capacityBytes;

/**
 * What a room has said and the event log has not taken yet. It is bounded by {@link writable}: who pushes asks first, and
 * stops listening to the upstream while it says no, so nothing has to be dropped.
 */
export class RoomMessageQueue implements MessageQueue {
	readonly liveId: string;
	readonly #capacity: number;
	readonly #waiting: Waiting;
	readonly #onPushed: (queue: RoomMessageQueue) => void;
	/** `undefined`: none. An empty list would grow old with the room, and then have what it is given live on as long. */
	#events: LiveEvent[] | undefined;
	/** How many of them, the oldest, are counted in {@link #bytes}. */
	#weighed = 0;
	#bytes = 0;
	#cursor: Cursor | undefined;
	#onWritable: () => void = () => undefined;
	#closed = false;

	/** @param onPushed called when events were pushed */
	constructor(
		liveId: string,
		bounds: { capacity: number; waiting: Waiting },
		onPushed: (queue: RoomMessageQueue) => void,
	) {
		this.liveId = liveId;
		this.#capacity = bounds.capacity;
		this.#waiting = bounds.waiting;
		this.#onPushed = onPushed;
	}

	get writable(): boolean {
		return (this.#events?.length ?? 0) < this.#capacity && !isFull(this.#waiting);
	}

	push(events: readonly LiveEvent[], cursor?: Cursor): void {
		if (this.#closed) return;
		if (cursor) this.#cursor = cursor;
		if (events.length === 0) return;
		if (!this.#events) this.#events = [...events];
		else for (const event of events) this.#events.push(event);
		this.#onPushed(this);
	}

	/** Counts in bytes what is pushed and stays: most events are taken within a turn, and weighing each would cost more. */
	weigh(): void {
		const { length } = this.#events ?? [];
		let bytes = 0;
		for (let index = this.#weighed; index < length; index++) {
			const event = this.#events?.[index];
			if (event) bytes += weightOf(event);
		}
		this.#weighed = length;
		this.#bytes += bytes;
		this.#waiting.bytes += bytes;
	}

	onWritable(callback: () => void): void {
		this.#onWritable = callback;
	}

	/** Gives all that waits to `into`, and tells the room where it was full. */
	take(into: (events: LiveEvent[], cursor: Cursor | undefined) => void): void {
		const events = this.#events;
		const cursor = this.#cursor;
		if (!events) return;
		const wasFull = events.length >= this.#capacity;
		this.#empty();
		into(events, cursor);
		if (wasFull && this.writable) this.#onWritable();
	}

	tellWritable(): void {
		if (this.writable) this.#onWritable();
	}

	/** Gives up what waits; nothing is taken any more. */
	close(): void {
		this.#closed = true;
		this.#empty();
	}

	#empty(): void {
		this.#waiting.bytes -= this.#bytes;
		this.#bytes = 0;
		this.#weighed = 0;
		this.#events = undefined;
		this.#cursor = undefined;
	}
}
