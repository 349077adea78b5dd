import type { Notes } from "../storage/index.ts";
import { Turns } from "../turns.ts";
import type { BroadcastNote } from "./broadcast-status.ts";

/** The platform forgets failed deliveries after a day. */
const rememberMs = 86_400_000;

const nameOf = (liveId: string) => `official.${liveId}`;

/** What is remembered of rooms' broadcasts, under a name for each room: nodes that share the notes write none of others' rooms. */
export class PushNotes {
	readonly #notes: Notes;
	/** Of each room the last write, or read. */
	readonly #turns = new Turns();

	constructor(notes: Notes) {
		this.#notes = notes;
	}

	/** Of a room's broadcasts; of those that ended more than a day ago there is nothing. @throws what `Notes` throws */
	read(liveId: string, now: number): Promise<BroadcastNote[]> {
		return this.#turns.take(async () => fresh(await this.#notes.get(nameOf(liveId)), now), liveId);
	}

	/** @param notes gives them once it is their turn, so that the newest stay; none: nothing is kept. @throws what `Notes` throws */
	write(liveId: string, notes: () => readonly BroadcastNote[] | undefined): Promise<void> {
		return this.#turns.take(async () => {
			const kept = notes();
			if (kept === undefined) return;
			if (kept.length > 0) await this.#notes.put(nameOf(liveId), kept);
			else await this.#notes.remove(nameOf(liveId));
		}, liveId);
	}

	/** Resolves once what is under way has ended. */
	async settled(): Promise<void> {
		await this.#turns.settled();
	}
}

function fresh(stored: unknown, now: number): BroadcastNote[] {
	const notes = Array.isArray(stored) ? (stored as BroadcastNote[]) : [];
	return notes.filter(({ endedAt }) => endedAt === undefined || now - endedAt < rememberMs);
}
