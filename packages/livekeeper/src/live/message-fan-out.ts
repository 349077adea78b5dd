import type { Logger } from "pino";
import type { NumberedEvent, RoomMessageQueue } from "../connections/index.ts";

/** Takes one room's events, in order. The array belongs to all subscribers: it is not to be changed. */
export type MessageSubscriber = (liveId: string, events: readonly NumberedEvent[]) => void;

/** At most this many events are handed on at a time, so that one busy room doesn't hold up the others. */
const batchSize = 1000;

/**
 * Empties the rooms' queues and hands each batch to every subscriber. It runs once per turn of the event loop, apart
 * from the sessions: what a subscriber does or throws never reaches them. Until there is a subscriber events wait in
 * their queues.
 */
export class MessageFanOut {
	readonly #logger: Logger;
	readonly #subscribers = new Set<MessageSubscriber>();
	readonly #readable = new Map<string, RoomMessageQueue>();
	#turn: NodeJS.Immediate | undefined;

	constructor(logger: Logger) {
		this.#logger = logger;
	}

	subscribe(subscriber: MessageSubscriber): () => void {
		this.#subscribers.add(subscriber);
		this.#schedule();
		return () => void this.#subscribers.delete(subscriber);
	}

	/** From now on hands on what comes into `queue`. @returns a function that hands on what is left, and ends it */
	attach(liveId: string, queue: RoomMessageQueue): () => void {
		const detach = queue.onReadable(() => {
			this.#readable.set(liveId, queue);
			this.#schedule();
		});
		return () => {
			detach();
			this.#readable.delete(liveId);
			while (queue.size > 0 && this.#subscribers.size > 0) this.#handOn(liveId, queue);
		};
	}

	close(): void {
		if (this.#turn) clearImmediate(this.#turn);
		this.#turn = undefined;
		this.#readable.clear();
		this.#subscribers.clear();
	}

	#schedule(): void {
		if (this.#turn || this.#readable.size === 0 || this.#subscribers.size === 0) return;
		this.#turn = setImmediate(() => {
			this.#turn = undefined;
			// A copy: a subscriber may start or stop rooms.
			for (const [liveId, queue] of [...this.#readable]) {
				if (this.#readable.get(liveId) !== queue) continue;
				this.#handOn(liveId, queue);
				if (queue.size === 0) this.#readable.delete(liveId);
			}
			this.#schedule();
		});
	}

	#handOn(liveId: string, queue: RoomMessageQueue): void {
		if (this.#subscribers.size === 0) return;
		const events = queue.drain(batchSize);
		if (events.length === 0) return;
		for (const subscriber of this.#subscribers) {
			try {
				subscriber(liveId, events);
			} catch (error) {
				this.#logger.error({ live_id: liveId, err: error }, "A subscriber to messages threw.");
			}
		}
	}
}
