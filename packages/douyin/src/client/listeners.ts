/** A small typed emitter: a listener that throws is reported, and stops neither the others nor whoever emits. */
export class Listeners<Events extends object> {
	readonly #listeners = new Map<keyof Events, Set<(value: never) => void>>();
	readonly #onThrow: (error: unknown, event: keyof Events) => void;

	constructor(onThrow: (error: unknown, event: keyof Events) => void) {
		this.#onThrow = onThrow;
	}

	add<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): void {
		const all = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, all.add(listener as (value: never) => void));
	}

	remove<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): void {
		this.#listeners.get(event)?.delete(listener as (value: never) => void);
	}

	emit<K extends keyof Events>(event: K, value: Events[K]): void {
		for (const listener of this.#listeners.get(event) ?? []) {
			try {
				const result: unknown = (listener as (value: Events[K]) => unknown)(value);
				// An async listener's rejection would otherwise be nobody's, and end the process.
				if (result instanceof Promise) result.catch((error: unknown) => this.#onThrow(error, event));
			} catch (error) {
				this.#onThrow(error, event);
			}
		}
	}
}
