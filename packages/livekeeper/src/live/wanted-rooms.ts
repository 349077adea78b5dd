import type { RoomOptions } from "../connections/index.ts";

/** A room that somebody wants kept. */
export interface WantedRoom {
	readonly liveId: string;
	/** Secrets: they leave this registry only towards the connection. */
	readonly options: RoomOptions;
}

/** How many rooms' last numbers are remembered after they were stopped. */
const rememberedRooms = 10_000;

/**
 * Which rooms are wanted, and how far each one's numbers have come, so that a room that is started again goes on
 * counting. In memory: it is empty after a restart of the process.
 */
export class WantedRooms {
	readonly #rooms = new Map<string, WantedRoom>();
	/** The next number of rooms that were stopped, the longest ago first. */
	readonly #nextSeqs = new Map<string, number>();

	get(liveId: string): WantedRoom | undefined {
		return this.#rooms.get(liveId);
	}

	/** In the order in which they were started. */
	all(): WantedRoom[] {
		return [...this.#rooms.values()];
	}

	want(liveId: string, options: RoomOptions): void {
		this.#rooms.set(liveId, { liveId, options: { ...options } });
	}

	/** @param nextSeq the number that the room's next event would get */
	unwant(liveId: string, nextSeq: number): void {
		this.#rooms.delete(liveId);
		this.#nextSeqs.delete(liveId);
		this.#nextSeqs.set(liveId, nextSeq);
		for (const oldest of this.#nextSeqs.keys()) {
			if (this.#nextSeqs.size <= rememberedRooms) break;
			this.#nextSeqs.delete(oldest);
		}
	}

	/** The number of the room's next event: 1 for a room that was never wanted. */
	nextSeq(liveId: string): number {
		return this.#nextSeqs.get(liveId) ?? 1;
	}
}
