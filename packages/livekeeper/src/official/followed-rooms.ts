import type { BroadcastNote } from "./broadcast-status.ts";

interface Followed {
	/** Whether its remembered state has been read. */
	isRead: boolean;
	reading: Promise<void>;
}

/** Rooms that this process follows, each once its remembered state has been read. */
export class FollowedRooms {
	readonly #rooms = new Map<string, Followed>();
	readonly #read: (liveId: string) => Promise<readonly BroadcastNote[]>;
	readonly #onRead: (liveId: string, notes: readonly BroadcastNote[]) => void;

	/** @param onRead called right after the read, unless the room is gone by then */
	constructor(
		read: (liveId: string) => Promise<readonly BroadcastNote[]>,
		onRead: (liveId: string, notes: readonly BroadcastNote[]) => void,
	) {
		this.#read = read;
		this.#onRead = onRead;
	}

	get liveIds(): string[] {
		return [...this.#rooms.keys()];
	}

	isRead(liveId: string): boolean {
		return this.#rooms.get(liveId)?.isRead === true;
	}

	/**
	 * Reads a room's remembered state, once while it stays.
	 * @throws whatever reading throws: the next call then reads again
	 */
	add(liveId: string): Promise<void> {
		const known = this.#rooms.get(liveId);
		if (known) return known.reading;
		const room: Followed = { isRead: false, reading: Promise.resolve() };
		this.#rooms.set(liveId, room);
		room.reading = this.#begin(liveId, room);
		return room.reading;
	}

	delete(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	async #begin(liveId: string, room: Followed): Promise<void> {
		try {
			const notes = await this.#read(liveId);
			if (this.#rooms.get(liveId) !== room) return;
			room.isRead = true;
			this.#onRead(liveId, notes);
		} catch (error) {
			if (this.#rooms.get(liveId) === room) this.#rooms.delete(liveId);
			throw error;
		}
	}
}
