import type { Unsubscribe } from "./event-log.ts";

/** Who wants to be told of something. One that throws disturbs nobody. */
export class Listeners<T> {
	readonly #all = new Set<(value: T) => void>();
	readonly #onThrow: (error: unknown) => void;

	constructor(onThrow: (error: unknown) => void) {
		this.#onThrow = onThrow;
	}

	/** A listener that is added twice is called twice, and each `Unsubscribe` ends its own. */
	add(listener: (value: T) => void): Unsubscribe {
		const own = (value: T) => listener(value);
		this.#all.add(own);
		return () => void this.#all.delete(own);
	}

	call(value: T): void {
		for (const listener of [...this.#all]) {
			try {
				listener(value);
			} catch (error) {
				this.#onThrow(error);
			}
		}
	}
}
