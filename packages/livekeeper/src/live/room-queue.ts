import type { Cursor, LiveEvent } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { MessageQueue } from "../connections/index.ts";
import type { EventLog } from "../event-log/index.ts";

export interface RoomQueueOptions {
	log: Pick<EventLog, "append" | "writable">;
	logger: Pick<Logger, "error">;
	/** Is given the events that are about to be stored, and may change what they count for. */
	settle?: ((events: readonly LiveEvent[]) => void) | undefined;
}

/**
 * A room's way into the event log, which holds what waits to be stored, for all rooms together. Where that is too much the
 * room stops listening to the upstream; nothing is dropped.
 */
export class RoomQueue implements MessageQueue {
	readonly #liveId: string;
	readonly #options: RoomQueueOptions;
	/** The newest cursor, until there is an event that it lies behind. */
	#cursor: Cursor | undefined;
	#onWritable: () => void = () => undefined;
	#closed = false;

	constructor(liveId: string, options: RoomQueueOptions) {
		this.#liveId = liveId;
		this.#options = options;
	}

	get writable(): boolean {
		return this.#options.log.writable;
	}

	push(events: readonly LiveEvent[], cursor?: Cursor): void {
		const { log, logger, settle } = this.#options;
		if (this.#closed) return;
		if (cursor) this.#cursor = cursor;
		if (events.length === 0) return;
		const batch = { liveId: this.#liveId, events, cursor: this.#cursor };
		this.#cursor = undefined;
		try {
			settle?.(events);
			log.append(batch);
		} catch (err) {
			logger.error({ event: "events_not_stored", live_id: this.#liveId, err, events: events.length });
		}
	}

	onWritable(callback: () => void): void {
		this.#onWritable = callback;
	}

	/** To be called when the log is writable again after it was not. */
	notifyWritable(): void {
		this.#onWritable();
	}

	/** Nothing that is pushed from now on is taken. */
	close(): void {
		this.#closed = true;
	}
}
