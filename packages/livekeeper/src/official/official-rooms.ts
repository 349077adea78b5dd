import type { OfficialType } from "@livekeeper/douyin";
import type { OfficialOptions } from "../room-options.ts";
import type { BroadcastNote } from "./broadcast-status.ts";

/** A room that is kept, and has the open platform as a source. */
export interface OfficialRoom {
	liveId: string;
	official: OfficialOptions;
}

/** Whether a room's broadcast is on. `unknown`: it is being looked up; what was goes on. */
export interface Broadcasting {
	state: "on" | "off" | "unknown";
	roomId: string | undefined;
}

/** What the source asks of the rooms, whenever it wants to know. */
export interface OfficialRooms {
	/** The rooms that are kept, here or by another process. */
	list: () => Iterable<OfficialRoom>;
	/** The app of a room that is kept; `undefined`: it has none, as far as this process has been notified. */
	find: (liveId: string) => OfficialOptions | undefined;
	/** The same, as it is stored now. @throws LivekeeperError `storage_failing` */
	look: (liveId: string) => Promise<OfficialOptions | undefined>;
	broadcasting: (liveId: string) => Broadcasting;
	/** Whether it is this process that keeps a room, and no other any more. */
	runsHere: (liveId: string) => boolean;
	/** Whether this process may store what a room says, also while another is about to take it over. */
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

/** Gifts alone, unless more is requested: entries of other kinds cannot be matched with those of the web. */
export const typesOf = ({ types }: OfficialOptions): OfficialType[] => [...(types ?? ["live_gift" as const])];

/** A broadcast's note for options that may be others than before. */
export function noteFor(official: OfficialOptions, note: BroadcastNote): BroadcastNote {
	const types = typesOf(official);
	return { ...note, types, counts: note.counts && types.includes("live_gift") };
}

/**
 * All rooms that have one app may be called back at one address.
 *
 * @param liveId the room of the address @param roomId the broadcast that a callback names
 * @returns the room of that broadcast, where it has the same app; else the one of the address
 */
export function roomOfBroadcast({ find, list, broadcasting }: OfficialRooms, liveId: string, roomId: string): string {
	const appId = find(liveId)?.appId;
	if (appId === undefined || broadcasting(liveId).roomId === roomId) return liveId;
	for (const room of list()) {
		if (room.official.appId === appId && broadcasting(room.liveId).roomId === roomId) return room.liveId;
	}
	return liveId;
}
