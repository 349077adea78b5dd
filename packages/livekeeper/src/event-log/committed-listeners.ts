import type { CommittedBatch, Unsubscribe } from "./event-log.ts";

type Listener = (batch: CommittedBatch) => void;

/** Who wants to know of commits. */
export class CommittedListeners {
	readonly #all = new Set<Listener>();
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

	publish(batch: CommittedBatch): void {
		for (const listener of [...this.#all]) {
			try {
				listener(batch);
			} catch (error) {
				this.#onThrow(error);
			}
		}
	}
}
