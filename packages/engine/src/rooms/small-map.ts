/** A map for a few entries with linear search: an empty `Map` takes 180 bytes, and a room has five. */
export class SmallMap<K, V> {
	#entries: readonly Entry<K, V>[] = none;

	get(key: K): V | undefined {
		return this.#entries.find((entry) => entry.key === key)?.value;
	}

	has(key: K): boolean {
		return this.#entries.some((entry) => entry.key === key);
	}

	set(key: K, value: V): void {
		// `concat` instead of a spread, because only `concat` reserves no spare capacity.
		this.#entries = this.#without(key).concat({ key, value });
	}

	delete(key: K): void {
		if (this.has(key)) this.#entries = this.#without(key);
	}

	get size(): number {
		return this.#entries.length;
	}

	/** Returns a snapshot of the entries in the order in which they were last set. */
	entries(): readonly Entry<K, V>[] {
		return this.#entries;
	}

	#without(key: K): readonly Entry<K, V>[] {
		const others = this.#entries.filter((entry) => entry.key !== key);
		return others.length === 0 ? none : others.slice();
	}
}

interface Entry<K, V> {
	readonly key: K;
	readonly value: V;
}

const none: readonly never[] = [];
