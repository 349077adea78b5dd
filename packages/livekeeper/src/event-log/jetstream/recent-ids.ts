interface Kept {
	sequence: number;
	ids: readonly string[];
}

/** The ids of a room's newest events, by the messages that hold them. */
export class RecentIds {
	readonly #ids = new Set<string>();
	readonly #messages: Kept[] = [];
	readonly #least: number;

	/** @param least so many of the newest are known at least, where there were as many */
	constructor(least: number) {
		this.#least = least;
	}

	has(id: string): boolean {
		return this.#ids.has(id);
	}

	/** @param sequence of their message, above all before */
	add(sequence: number, ids: readonly string[]): void {
		if (ids.length === 0) return;
		this.#messages.push({ sequence, ids });
		for (const id of ids) this.#ids.add(id);
		while (this.#messages[0] && this.#ids.size - this.#messages[0].ids.length >= this.#least) this.#dropOldest();
	}

	/** Forgets what messages before this sequence held. */
	trim(before: number): void {
		while (this.#messages[0] && this.#messages[0].sequence < before) this.#dropOldest();
	}

	#dropOldest(): void {
		for (const id of this.#messages.shift()?.ids ?? []) this.#ids.delete(id);
	}
}
