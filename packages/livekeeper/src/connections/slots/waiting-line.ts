import { type RoomPriority, rankOf } from "./priority.ts";

export interface Waiting {
	readonly liveId: string;
	readonly since: number;
	/** Who came first among equals. */
	readonly order: number;
}

/** The first class that waiting alone can bring a room to: pinned stays the user's word. */
const bestAgedRank = 1;

/**
 * Those who wait, best first: by class, first come first served within it. Every `agingMs` of waiting counts as one
 * class better, so that nobody waits for ever behind a stream of others. Classes are asked for anew each time.
 */
export class WaitingLine<W extends Waiting> {
	readonly #waiting = new Set<W>();
	readonly #priorityOf: (liveId: string) => RoomPriority;
	readonly #agingMs: number;

	constructor(priorityOf: (liveId: string) => RoomPriority, agingMs: number) {
		this.#priorityOf = priorityOf;
		this.#agingMs = agingMs;
	}

	get size(): number {
		return this.#waiting.size;
	}

	has(waiting: W): boolean {
		return this.#waiting.has(waiting);
	}

	/** The room's first, where it waits more than once. */
	find(liveId: string): W | undefined {
		for (const waiting of this.#waiting) if (waiting.liveId === liveId) return waiting;
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
		return this.#rank(waiting, now) < rankOf(this.#priorityOf(waiting.liveId));
	}

	#rank({ liveId, since }: W, now: number): number {
		const rank = rankOf(this.#priorityOf(liveId));
		const aged = rank - Math.floor(Math.max(0, now - since) / this.#agingMs);
		return rank <= bestAgedRank ? rank : Math.max(bestAgedRank, aged);
	}
}
