import type { Cursor, LiveEvent } from "@livekeeper/douyin";
import type { MessageQueue } from "@livekeeper/engine";
import type { EventLog } from "@livekeeper/log";
import type { Logger } from "pino";

export interface RoomQueueOptions {
	log: Pick<EventLog, "append" | "writable">;
	logger: Pick<Logger, "error">;
	/** Called with the events that are about to be stored; may change how they are counted. */
	settle?: ((events: readonly LiveEvent[]) => void) | undefined;
}

/**
 * A room's queue into the event log, which buffers the unstored events of all rooms. If the buffer is full, the room
 * stops reading from the upstream; nothing is dropped.
 */
export class RoomQueue implements MessageQueue {
	readonly #liveId: string;
	readonly #options: RoomQueueOptions;
	/** The newest cursor, until an event precedes it. */
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

	/** Call it when the log is writable again. */
	notifyWritable(): void {
		this.#onWritable();
	}

	/** Accepts no more events from now on. */
	close(): void {
		this.#closed = true;
	}
}
