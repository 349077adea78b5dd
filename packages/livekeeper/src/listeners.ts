/** The listeners of an event. One that throws does not affect the others. */
export class Listeners<T> {
	/** Another list for each change: who is being called goes through the one before. */
	#all: readonly ((value: T) => void)[] = [];
	readonly #onThrow: (error: unknown, value: T) => void;

	/** @param onThrow called when a listener throws, with the error and the value that the listener was given */
	constructor(onThrow: (error: unknown, value: T) => void) {
		this.#onThrow = onThrow;
	}

	/** Whether there are listeners. */
	get any(): boolean {
		return this.#all.length > 0;
	}

	/** A listener that is added twice is called twice. @returns ends its own */
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
