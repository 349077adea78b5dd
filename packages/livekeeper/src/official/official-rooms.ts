import type { OfficialOptions } from "@livekeeper/base/room-options";
import type { OfficialType } from "@livekeeper/douyin";
import type { BroadcastNote } from "./broadcast-status.ts";

/** A kept room that has the open platform as a source. */
export interface OfficialRoom {
	liveId: string;
	official: OfficialOptions;
}

/** Whether a room's broadcast is on. `unknown`: a lookup is pending, and the previous state continues. */
export interface Broadcasting {
	state: "on" | "off" | "unknown";
	roomId: string | undefined;
}

/** The source's view of the rooms, always current. */
export interface OfficialRooms {
	/** Rooms that are kept, here or by another process. */
	list: () => Iterable<OfficialRoom>;
	/** Returns the app of a kept room; `undefined`: it has none, as far as this process has been notified. */
	find: (liveId: string) => OfficialOptions | undefined;
	/** Returns the app as currently stored. @throws LivekeeperError `storage_failing` */
	look: (liveId: string) => Promise<OfficialOptions | undefined>;
	broadcasting: (liveId: string) => Broadcasting;
	/** Whether this process keeps the room, and no other process any more. */
	runsHere: (liveId: string) => boolean;
	/** Whether this process may store the room's events, even while another is about to take it over. */
	storesHere: (liveId: string) => boolean;
}

export const noRooms: OfficialRooms = {
	list: () => [],
	find: () => undefined,
	look: async () => undefined,
	broadcasting: () => ({ state: "unknown", roomId: undefined }),
	runsHere: () => false,
	storesHere: () => false,
};

/** Only gifts by default, because entries of other kinds cannot be matched with those of the web. */
export const typesOf = ({ types }: OfficialOptions): OfficialType[] => [...(types ?? ["live_gift" as const])];

/** Adapts a broadcast's note to options that may have changed. */
export function noteFor(official: OfficialOptions, note: BroadcastNote): BroadcastNote {
	const types = typesOf(official);
	return { ...note, types, counts: note.counts && types.includes("live_gift") };
}

/**
 * Finds the room of a callback, because all rooms of one app may share a callback address.
 *
 * @param liveId room of the address
 * @param roomId broadcast named by the callback
 * @returns the room of that broadcast, if it has the same app; otherwise the one of the address
 */
export function roomOfBroadcast({ find, list, broadcasting }: OfficialRooms, liveId: string, roomId: string): string {
	const appId = find(liveId)?.appId;
	if (appId === undefined || broadcasting(liveId).roomId === roomId) return liveId;
	for (const room of list()) {
		if (room.official.appId === appId && broadcasting(room.liveId).roomId === roomId) return room.liveId;
	}
	return liveId;
}

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
