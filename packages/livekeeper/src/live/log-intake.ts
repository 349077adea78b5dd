import type { Cursor, LiveEvent } from "@livekeeper/douyin";
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
}

/**
 * Moves what rooms say into the event log: once per turn of the event loop, all that a room has said since as one batch
 * with the newest cursor. While the log takes no more the rooms' queues fill, and the rooms stop listening.
 */
export class LogIntake {
	readonly #options: LogIntakeOptions;
	/** In which something waits, in the order in which they began to. */
	readonly #readable = new Set<RoomMessageQueue>();
	readonly #unsubscribe: () => void;
	#turn: NodeJS.Immediate | undefined;

	constructor(options: LogIntakeOptions) {
		this.#options = options;
		this.#unsubscribe = options.log.onWritable(() => this.#schedule());
	}

	/** A room's way into the log. */
	queue(liveId: string): RoomMessageQueue {
		const { capacity = 10_000 } = this.#options;
		return new RoomMessageQueue(liveId, capacity, (queue) => {
			this.#readable.add(queue);
			this.#schedule();
		});
	}

	/** Moves what is left, as far as the log takes it; what is pushed from now on is dropped. */
	release(queue: RoomMessageQueue): void {
		this.#readable.delete(queue);
		// What the log can't take now comes again from the stored cursor when the room is started again.
		if (this.#options.log.writable) this.#move(queue);
		queue.close();
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
				if (!log.writable) return;
				this.#readable.delete(queue);
				this.#move(queue);
			}
		});
	}

	#move(queue: RoomMessageQueue): void {
		const { log, logger, settle } = this.#options;
		const { liveId } = queue;
		queue.take((events, cursor) => {
			try {
				settle?.(events);
				log.append({ liveId, events, cursor });
			} catch (err) {
				const fields = { event: "events_not_stored", live_id: liveId, err, events: events.length };
				logger.error(fields, "【!】消息未能写入事件日志");
			}
		});
	}
}

/**
 * What a room has said and the event log has not taken yet. It is bounded by {@link writable}: who pushes asks first, and
 * stops listening to the upstream while it says no, so nothing has to be dropped.
 */
export class RoomMessageQueue implements MessageQueue {
	readonly liveId: string;
	readonly #capacity: number;
	readonly #onReadable: (queue: RoomMessageQueue) => void;
	#events: LiveEvent[] = [];
	#cursor: Cursor | undefined;
	#onWritable: () => void = () => undefined;
	#closed = false;

	constructor(liveId: string, capacity: number, onReadable: (queue: RoomMessageQueue) => void) {
		this.liveId = liveId;
		this.#capacity = capacity;
		this.#onReadable = onReadable;
	}

	get writable(): boolean {
		return this.#events.length < this.#capacity;
	}

	push(events: readonly LiveEvent[], cursor?: Cursor): void {
		if (this.#closed) return;
		if (cursor) this.#cursor = cursor;
		if (events.length === 0) return;
		if (this.#events.length === 0) this.#onReadable(this);
		for (const event of events) this.#events.push(event);
	}

	onWritable(callback: () => void): void {
		this.#onWritable = callback;
	}

	/** Gives all that waits to `into`, and tells the room where it was full. */
	take(into: (events: LiveEvent[], cursor: Cursor | undefined) => void): void {
		const events = this.#events;
		const cursor = this.#cursor;
		if (events.length === 0) return;
		const wasFull = !this.writable;
		this.#events = [];
		this.#cursor = undefined;
		into(events, cursor);
		if (wasFull) this.#onWritable();
	}

	close(): void {
		this.#closed = true;
	}
}
