import type { Cursor, LiveEvent } from "@livekeeper/douyin";
import type { MessageQueue } from "./room-settings.ts";

/** Keeps a room's events until a test takes them. */
export class CollectingQueue implements MessageQueue {
	readonly #capacity: number;
	#events: LiveEvent[] = [];
	#cursor: Cursor | undefined;
	#onWritable: () => void = () => undefined;

	constructor(capacity = 10_000) {
		this.#capacity = capacity;
	}

	get size(): number {
		return this.#events.length;
	}

	get writable(): boolean {
		return this.#events.length < this.#capacity;
	}

	push(events: readonly LiveEvent[], cursor?: Cursor): void {
		this.#events.push(...events);
		this.#cursor = cursor ?? this.#cursor;
	}

	onWritable(callback: () => void): void {
		this.#onWritable = callback;
	}

	/** Takes everything out. Returns `undefined` if nothing is queued. */
	drain(): { events: LiveEvent[]; cursor: Cursor | undefined } | undefined {
		if (this.#events.length === 0) return undefined;
		const wasFull = !this.writable;
		const batch = { events: this.#events, cursor: this.#cursor };
		this.#events = [];
		this.#cursor = undefined;
		if (wasFull) this.#onWritable();
		return batch;
	}
}
