export interface Waiting {
	readonly liveId: string;
	readonly since: number;
	/** Who came first among equals. */
	readonly order: number;
	/**
	 * For a connection beside the one that the room has already: whether the room could do without it. `undefined` for a
	 * room's own.
	 */
	readonly spare?: (() => boolean) | undefined;
}

/** The first class that waiting alone can bring a room to: pinned stays the user's word. */
const bestAgedRank = 1;

/**
 * Those who wait, best first: by class, first come first served within it. Every `agingMs` of waiting counts as one
 * class better, so that no room waits for ever behind a stream of others. Ranks are asked for anew each time.
 */
export class WaitingLine<W extends Waiting> {
	readonly #waiting = new Set<W>();
	readonly #rankOf: (waiting: Waiting) => number;
	readonly #agingMs: number;

	/** @param rankOf 0 for the best */
	constructor(rankOf: (waiting: Waiting) => number, agingMs: number) {
		this.#rankOf = rankOf;
		this.#agingMs = agingMs;
	}

	get size(): number {
		return this.#waiting.size;
	}

	has(waiting: W): boolean {
		return this.#waiting.has(waiting);
	}

	/** The first that waits for the room's own connection, or for a second one. */
	find(liveId: string, second = false): W | undefined {
		for (const waiting of this.#waiting) {
			if (waiting.liveId === liveId && (waiting.spare !== undefined) === second) return waiting;
		}
		return undefined;
	}

	add(waiting: W): void {
		this.#waiting.add(waiting);
	}

	delete(waiting: W): void {
		this.#waiting.delete(waiting);
	}

	/** All, in the order in which they are to be served at `now`. */
	inOrder(now: number): W[] {
		const ranked = Array.from(this.#waiting, (waiting) => ({ waiting, rank: this.#rank(waiting, now) }));
		ranked.sort((a, b) => a.rank - b.rank || a.waiting.order - b.waiting.order);
		return ranked.map(({ waiting }) => waiting);
	}

	/** Whether it stands in a better class than its own, for having waited. */
	hasAged(waiting: W, now: number): boolean {
		return this.#rank(waiting, now) < this.#rankOf(waiting);
	}

	#rank(waiting: W, now: number): number {
		const rank = this.#rankOf(waiting);
		const { since, spare } = waiting;
		// A second connection has time: the room is heard without it.
		if (spare?.()) return rank;
		const aged = rank - Math.floor(Math.max(0, now - since) / this.#agingMs);
		return rank <= bestAgedRank ? rank : Math.max(bestAgedRank, aged);
	}
}
