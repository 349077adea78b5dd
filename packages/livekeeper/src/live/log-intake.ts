import type { LiveEvent } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { RoomMessageQueue } from "../connections/index.ts";
import type { EventLog } from "../event-log/index.ts";

/**
 * Moves what rooms say from their queues into the event log: once per turn of the event loop, all that a room has
 * said since as one batch with the newest cursor. While the log takes no more the queues fill, and the rooms stop
 * listening.
 */
export class LogIntake {
	readonly #log: EventLog;
	readonly #logger: Logger;
	readonly #settle: (events: readonly LiveEvent[]) => void;
	readonly #readable = new Map<string, RoomMessageQueue>();
	readonly #unsubscribe: () => void;
	#turn: NodeJS.Immediate | undefined;

	/** @param settle is given the events that are about to be stored, and may change what they count for */
	constructor(log: EventLog, logger: Logger, settle: (events: readonly LiveEvent[]) => void = () => undefined) {
		this.#settle = settle;
		this.#log = log;
		this.#logger = logger;
		this.#unsubscribe = log.onWritable(() => this.#schedule());
	}

	/** @returns a function that moves what is left, as far as the log takes it, and lets go of the queue */
	attach(liveId: string, queue: RoomMessageQueue): () => void {
		const detach = queue.onReadable(() => {
			this.#readable.set(liveId, queue);
			this.#schedule();
		});
		return () => {
			detach();
			if (this.#readable.get(liveId) === queue) this.#readable.delete(liveId);
			// What the log can't take now comes again from the stored cursor when the room is started again.
			if (this.#log.writable) this.#move(liveId, queue);
		};
	}

	close(): void {
		if (this.#turn) clearImmediate(this.#turn);
		this.#turn = undefined;
		this.#unsubscribe();
		this.#readable.clear();
	}

	#schedule(): void {
		if (this.#turn || this.#readable.size === 0 || !this.#log.writable) return;
		this.#turn = setImmediate(() => {
			this.#turn = undefined;
			for (const [liveId, queue] of this.#readable) {
				// The log says by `onWritable` when to go on.
				if (!this.#log.writable) return;
				this.#readable.delete(liveId);
				this.#move(liveId, queue);
			}
		});
	}

	#move(liveId: string, queue: RoomMessageQueue): void {
		const batch = queue.drain();
		if (!batch) return;
		try {
			this.#settle(batch.events);
			this.#log.append({ liveId, ...batch });
		} catch (error) {
			this.#logger.error(
				{ event: "events_not_stored", live_id: liveId, err: error, events: batch.events.length },
				"【!】消息未能写入事件日志",
			);
		}
	}
}
