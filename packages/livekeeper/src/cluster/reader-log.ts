import type { RoomReaders } from "../connections/index.ts";
import type { Unsubscribe } from "../event-log/index.ts";
import type { SharedEventLog } from "../event-log/jetstream/index.ts";

/** The readers' view of the log: while a room is read here its live events arrive here, whichever node stores them. */
export class ReaderLog {
	readonly #log: Pick<SharedEventLog, "read" | "lastSeq" | "onCommitted" | "follow">;
	readonly #readers: RoomReaders;
	readonly #followed = new Map<string, Promise<Unsubscribe>>();

	constructor(log: Pick<SharedEventLog, "read" | "lastSeq" | "onCommitted" | "follow">, readers: RoomReaders) {
		this.#log = log;
		this.#readers = readers;
		readers.onChange(() => this.#unfollow());
	}

	readonly read: SharedEventLog["read"] = (liveId, query) => this.#log.read(liveId, query);

	readonly onCommitted: SharedEventLog["onCommitted"] = (listener) => this.#log.onCommitted(listener);

	/** `onCommitted` reports later events while the room is read. */
	async lastSeq(liveId: string): Promise<number> {
		await this.#follow(liveId);
		return this.#log.lastSeq(liveId);
	}

	async #follow(liveId: string): Promise<void> {
		if (!this.#readers.has(liveId)) return;
		const following = this.#followed.get(liveId) ?? this.#log.follow(liveId);
		this.#followed.set(liveId, following);
		try {
			await following;
		} catch (error) {
			if (this.#followed.get(liveId) === following) this.#followed.delete(liveId);
			throw error;
		}
	}

	#unfollow(): void {
		for (const [liveId, following] of this.#followed) {
			if (this.#readers.has(liveId)) continue;
			this.#followed.delete(liveId);
			following.then(
				(end) => end(),
				() => undefined,
			);
		}
	}
}
