/** A map of a few entries, found by going through them: a `Map` takes 180 bytes without any, and a room has five. */
export class Few<K, V> {
	#entries: readonly Entry<K, V>[] = none;

	get(key: K): V | undefined {
		return this.#entries.find((entry) => entry.key === key)?.value;
	}

	has(key: K): boolean {
		return this.#entries.some((entry) => entry.key === key);
	}

	set(key: K, value: V): void {
		// Not by spreading: `concat` alone leaves no space for more.
		this.#entries = this.#without(key).concat({ key, value });
	}

	delete(key: K): void {
		if (this.has(key)) this.#entries = this.#without(key);
	}

	get size(): number {
		return this.#entries.length;
	}

	/** As they were when it was called, in the order in which they were set. */
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
