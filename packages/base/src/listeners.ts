/** The listeners of an event. One that throws does not affect the others. */
export class Listeners<T> {
	/** Replaced with each change, so that a running notification iterates over the former list. */
	#all: readonly ((value: T) => void)[] = [];
	readonly #onThrow: (error: unknown, value: T) => void;

	/** @param onThrow called when a listener throws, with the error and the listener's value */
	constructor(onThrow: (error: unknown, value: T) => void) {
		this.#onThrow = onThrow;
	}

	/** Whether there are listeners. */
	get any(): boolean {
		return this.#all.length > 0;
	}

	/** Adds a listener; one that is added twice is called twice. @returns a function that removes it */
	add(listener: (value: T) => void): () => void {
		const own = (value: T) => listener(value);
		this.#all = [...this.#all, own];
		return () => {
			this.#all = this.#all.filter((one) => one !== own);
		};
	}

	call(value: T): void {
		for (const listener of this.#all) {
			try {
				listener(value);
			} catch (error) {
				this.#onThrow(error, value);
			}
		}
	}
}
