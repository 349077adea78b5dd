const maxPlaces = 10_000;

/**
 * Positions at which pages of rooms' logs ended, so that a reader that continues from there needs no search. The oldest
 * are forgotten.
 */
export class PlaceCache {
	readonly #places = new Map<string, number>();

	/** @returns the stream's sequence from which the room's messages hold the events behind this `seq` */
	find(liveId: string, seq: number): number | undefined {
		return this.#places.get(keyOf(liveId, seq));
	}

	note(liveId: string, seq: number, sequence: number): void {
		const key = keyOf(liveId, seq);
		this.#places.delete(key);
		this.#places.set(key, sequence);
		if (this.#places.size <= maxPlaces) return;
		const [oldest] = this.#places.keys();
		if (oldest !== undefined) this.#places.delete(oldest);
	}
}

function keyOf(liveId: string, seq: number): string {
	return `${seq} ${liveId}`;
}
