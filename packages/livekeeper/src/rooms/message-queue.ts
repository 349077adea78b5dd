import type { LiveEvent } from "@livekeeper/douyin";

/** An event with its number in the room: 1, 2, 3, … in the order in which the room's queue took them. */
export type NumberedEvent = LiveEvent & { seq: number };

export interface MessageQueueOptions {
	/** How many events may wait for the consumer; past it the oldest go. Default 10,000. */
	capacity?: number;
	/** The number of the first event. Default 1. */
	firstSeq?: number;
	/** Told what the consumer's callback threw. */
	onConsumerError: (error: unknown) => void;
}

/** Below this the ring is not worth giving back when it has been emptied. */
const keptSlots = 64;

/**
 * What a room has said and nobody has taken yet: bounded, oldest dropped first. A consumer that is slow or throws
 * never reaches the pusher. Memory grows with what waits, not with the capacity.
 */
export class RoomMessageQueue {
	readonly #capacity: number;
	readonly #onConsumerError: (error: unknown) => void;
	/** A ring: `#size` events from `#head` on. Their numbers are the last ones before `#nextSeq`. */
	#ring: (LiveEvent | undefined)[] = [];
	#head = 0;
	#size = 0;
	#nextSeq: number;
	#dropped = 0;
	#onReadable: (() => void) | undefined;
	#told = false;

	constructor(options: MessageQueueOptions) {
		this.#capacity = options.capacity ?? 10_000;
		if (!Number.isInteger(this.#capacity) || this.#capacity < 1) throw new RangeError("capacity must be at least 1");
		this.#nextSeq = options.firstSeq ?? 1;
		this.#onConsumerError = options.onConsumerError;
	}

	get size(): number {
		return this.#size;
	}

	/** The number that the next event gets. */
	get nextSeq(): number {
		return this.#nextSeq;
	}

	/** How many events were dropped because nobody took them in time. */
	get dropped(): number {
		return this.#dropped;
	}

	push(events: readonly LiveEvent[]): void {
		for (const event of events) this.#put(event);
		if (this.#size > 0) this.#tell();
	}

	/** Takes the oldest events out, at most `max`, numbered. While some are left no callback comes: drain again. */
	drain(max: number = this.#size): NumberedEvent[] {
		const count = Math.min(max, this.#size);
		const taken: NumberedEvent[] = new Array(count);
		let seq = this.#nextSeq - this.#size;
		for (let i = 0; i < count; i++) {
			const event = this.#ring[this.#head] as LiveEvent;
			this.#ring[this.#head] = undefined;
			this.#head = (this.#head + 1) % this.#ring.length;
			taken[i] = { ...event, seq: seq++ };
		}
		this.#size -= count;
		if (this.#size === 0) this.#emptied();
		return taken;
	}

	/**
	 * Calls `callback` when there is something to take: once, and not again until the queue has been emptied. It is
	 * called at once when events wait already. One consumer at a time: a new one replaces the old.
	 * @returns a function that takes the callback off again
	 */
	onReadable(callback: () => void): () => void {
		this.#onReadable = callback;
		this.#told = false;
		if (this.#size > 0) this.#tell();
		return () => {
			if (this.#onReadable === callback) this.#onReadable = undefined;
		};
	}

	#put(event: LiveEvent): void {
		if (this.#size === this.#ring.length && this.#size < this.#capacity) this.#grow();
		if (this.#size === this.#capacity) {
			this.#head = (this.#head + 1) % this.#ring.length;
			this.#size--;
			this.#dropped++;
		}
		this.#ring[(this.#head + this.#size) % this.#ring.length] = event;
		this.#size++;
		this.#nextSeq++;
	}

	#grow(): void {
		const length = Math.min(this.#capacity, Math.max(16, this.#ring.length * 2));
		const grown: (LiveEvent | undefined)[] = new Array(length).fill(undefined);
		for (let i = 0; i < this.#size; i++) grown[i] = this.#ring[(this.#head + i) % this.#ring.length];
		this.#ring = grown;
		this.#head = 0;
	}

	#emptied(): void {
		this.#told = false;
		this.#head = 0;
		if (this.#ring.length > keptSlots) this.#ring = [];
	}

	#tell(): void {
		if (this.#told || !this.#onReadable) return;
		this.#told = true;
		try {
			this.#onReadable();
		} catch (error) {
			// The callback has had its turn; what it left is offered again with the next push.
			this.#told = false;
			this.#onConsumerError(error);
		}
	}
}
