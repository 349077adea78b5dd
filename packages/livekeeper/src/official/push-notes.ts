import type { Notes } from "../storage/index.ts";
import { Turns } from "../turns.ts";
import type { BroadcastNote } from "./broadcast-status.ts";

/** Age after which a broadcast is forgotten, ms. The platform forgets failed deliveries after a day. */
const rememberMs = 86_400_000;

const nameOf = (liveId: string) => `official.${liveId}`;

/**
 * Remembered state of rooms' broadcasts, under a name per room: nodes that share the notes write none of others' rooms.
 */
export class PushNotes {
	readonly #notes: Notes;
	/** Last write or read of each room. */
	readonly #turns = new Turns();

	constructor(notes: Notes) {
		this.#notes = notes;
	}

	/** Returns a room's broadcasts, without those that ended more than a day ago. @throws whatever `Notes` throws */
	read(liveId: string, now: number): Promise<BroadcastNote[]> {
		return this.#turns.take(async () => fresh(await this.#notes.get(nameOf(liveId)), now), liveId);
	}

	/**
	 * @param notes returns them when the write is due, so the newest are stored; none: nothing is kept.
	 * @throws whatever `Notes` throws
	 */
	write(liveId: string, notes: () => readonly BroadcastNote[] | undefined): Promise<void> {
		return this.#turns.take(async () => {
			const kept = notes();
			if (kept === undefined) return;
			if (kept.length > 0) await this.#notes.put(nameOf(liveId), kept);
			else await this.#notes.remove(nameOf(liveId));
		}, liveId);
	}

	/** Resolves once pending calls have ended. */
	async settled(): Promise<void> {
		await this.#turns.settled();
	}
}

function fresh(stored: unknown, now: number): BroadcastNote[] {
	const notes = Array.isArray(stored) ? (stored as BroadcastNote[]) : [];
	return notes.filter(({ endedAt }) => endedAt === undefined || now - endedAt < rememberMs);
}
