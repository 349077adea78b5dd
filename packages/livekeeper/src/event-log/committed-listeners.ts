import type { CommittedBatch, Unsubscribe } from "./event-log.ts";

type Listener = (batch: CommittedBatch) => void;

/** Who wants to know of commits: of all rooms, or of one (so that a thousand readers of other rooms cost nothing). */
export class CommittedListeners {
	readonly #all = new Set<Listener>();
	readonly #byRoom = new Map<string, Set<Listener>>();
	readonly #onThrow: (error: unknown) => void;

	constructor(onThrow: (error: unknown) => void) {
		this.#onThrow = onThrow;
	}

	add(listener: Listener): Unsubscribe {
		// A listener that is added twice is called twice, and each `Unsubscribe` ends its own.
		const own: Listener = (batch) => listener(batch);
		this.#all.add(own);
		return () => void this.#all.delete(own);
	}

	addFor(liveId: string, listener: Listener): Unsubscribe {
		const own: Listener = (batch) => listener(batch);
		const room = this.#byRoom.get(liveId) ?? new Set<Listener>();
		this.#byRoom.set(liveId, room.add(own));
		return () => {
			room.delete(own);
			if (room.size === 0 && this.#byRoom.get(liveId) === room) this.#byRoom.delete(liveId);
		};
	}

	publish(batch: CommittedBatch): void {
		for (const listener of [...this.#all, ...(this.#byRoom.get(batch.liveId) ?? [])]) {
			try {
				listener(batch);
			} catch (error) {
				this.#onThrow(error);
			}
		}
	}
}
