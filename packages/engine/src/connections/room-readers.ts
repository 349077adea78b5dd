/** Number of current readers of each room, as the outputs report them. */
export class RoomReaders {
	readonly #counts = new Map<string, number>();
	readonly #listeners = new Set<() => void>();

	has(liveId: string): boolean {
		return this.#counts.has(liveId);
	}

	/** Adds a reader of the room until the returned function is called; a second call does nothing. */
	add(liveId: string): () => void {
		this.#change(liveId, 1);
		let there = true;
		return () => {
			if (!there) return;
			there = false;
			this.#change(liveId, -1);
		};
	}

	/**
	 * Registers a callback for a room's first reader and the loss of its last.
	 * @returns a function that removes the callback
	 */
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	#change(liveId: string, change: 1 | -1): void {
		const before = this.#counts.get(liveId) ?? 0;
		const count = before + change;
		if (count === 0) this.#counts.delete(liveId);
		else this.#counts.set(liveId, count);
		if (before > 0 && count > 0) return;
		for (const listener of this.#listeners) listener();
	}
}
