interface Listener {
	readonly call: (value: never) => unknown;
	readonly once: boolean;
}

/** A small typed emitter. A listener that throws is reported and stops neither the other listeners nor the emitter. */
export class Listeners<Events extends object> {
	/** Never changed in place: an emit in progress continues with the listeners it began with. */
	readonly #listeners = new Map<keyof Events, readonly Listener[]>();
	readonly #onThrow: (error: unknown, event: keyof Events) => void;

	constructor(onThrow: (error: unknown, event: keyof Events) => void) {
		this.#onThrow = onThrow;
	}

	/** Adds a listener; does nothing if it is already there. @param once whether it is called only once */
	add<K extends keyof Events>(event: K, call: (value: Events[K]) => void, once = false): void {
		this.remove(event, call);
		this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { call, once }]);
	}

	remove<K extends keyof Events>(event: K, call: (value: Events[K]) => void): void {
		const others = this.#listeners.get(event)?.filter((listener) => listener.call !== call);
		if (others) this.#listeners.set(event, others);
	}

	emit<K extends keyof Events>(event: K, value: Events[K]): void {
		for (const { call, once } of this.#listeners.get(event) ?? []) {
			const listener = call as (value: Events[K]) => unknown;
			if (once) this.remove(event, listener);
			try {
				const result = listener(value);
				// An async listener's rejection would otherwise be unhandled and end the process.
				if (result instanceof Promise) result.catch((error: unknown) => this.#onThrow(error, event));
			} catch (error) {
				this.#onThrow(error, event);
			}
		}
	}
}
