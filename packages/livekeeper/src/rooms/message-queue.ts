import type { Cursor, LiveEvent } from "@livekeeper/douyin";

/** What a room has said: events in order, and the cursor that stands behind them. */
export interface QueuedBatch {
	events: LiveEvent[];
	/** Where to resume from once these events are stored; absent while the upstream has given none. */
	cursor: Cursor | undefined;
}

export interface MessageQueueOptions {
	/** From so many events on the queue takes no more until it has been drained. Default 10,000. */
	capacity?: number;
	/** Told what the consumer's callback threw. */
	onConsumerError: (error: unknown) => void;
}

/**
 * What a room has said and the event log has not taken yet. It is bounded by {@link writable}: who pushes asks first, and
 * stops listening to the upstream while it says no, so nothing has to be dropped. A consumer that is slow or throws
 * never reaches the pusher.
 */
export class RoomMessageQueue {
	readonly #capacity: number;
	readonly #onConsumerError: (error: unknown) => void;
	#events: LiveEvent[] = [];
	#cursor: Cursor | undefined;
	#onReadable: (() => void) | undefined;
	#onWritable: (() => void) | undefined;
	#told = false;

	constructor(options: MessageQueueOptions) {
		this.#capacity = options.capacity ?? 10_000;
		if (!Number.isInteger(this.#capacity) || this.#capacity < 1) throw new RangeError("capacity must be at least 1");
		this.#onConsumerError = options.onConsumerError;
	}

	/** How many events wait. */
	get size(): number {
		return this.#events.length;
	}

	/** Whether there is room; a frame that is pushed while there is is taken whole. */
	get writable(): boolean {
		return this.#events.length < this.#capacity;
	}

	/** @param cursor what to resume from once `events`, and all before them, are stored */
	push(events: readonly LiveEvent[], cursor?: Cursor): void {
		for (const event of events) this.#events.push(event);
		if (cursor) this.#cursor = cursor;
		if (this.#events.length > 0) this.#tell();
	}

	/** Takes everything out; `undefined` when nothing waits. */
	drain(): QueuedBatch | undefined {
		this.#told = false;
		if (this.#events.length === 0) return undefined;
		const batch = { events: this.#events, cursor: this.#cursor };
		const wasFull = !this.writable;
		this.#events = [];
		this.#cursor = undefined;
		if (wasFull) this.#call(this.#onWritable);
		return batch;
	}

	/**
	 * Calls `callback` when there is something to take: once, and not again until the queue has been drained. It is
	 * called at once when events wait already. One consumer at a time: a new one replaces the old.
	 * @returns a function that takes the callback off again
	 */
	onReadable(callback: () => void): () => void {
		this.#onReadable = callback;
		this.#told = false;
		if (this.#events.length > 0) this.#tell();
		return () => {
			if (this.#onReadable === callback) this.#onReadable = undefined;
		};
	}

	/** Calls `callback` when the queue has room again after it was full. One pusher at a time: a new one replaces the old. */
	onWritable(callback: () => void): void {
		this.#onWritable = callback;
	}

	#tell(): void {
		if (this.#told || !this.#onReadable) return;
		this.#told = true;
		// A callback that throws has had its turn; what it left is offered again with the next push.
		if (!this.#call(this.#onReadable)) this.#told = false;
	}

	#call(callback: (() => void) | undefined): boolean {
		try {
			callback?.();
			return true;
		} catch (error) {
			this.#onConsumerError(error);
			return false;
		}
	}
}
