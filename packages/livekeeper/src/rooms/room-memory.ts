import type { Cursor, KnownStreak, MessageIds } from "@livekeeper/douyin";
import type { RoomPast } from "./room-past.ts";

/** Reads a room's memory; called again while it throws. */
export type Recall = () => Promise<RoomMemory>;

/** What is stored of a room. */
export interface RoomStore {
	/** Called before anything else is done. */
	recall: Recall;
	/**
	 * Takes the room over from another process, from where that has got to: called before anything is stored of it,
	 * so that the other goes on until a connection is about to be made. Called again while it throws.
	 */
	claim?: Recall;
}

/** What the event log knows of a room when its monitor begins: from there it goes on. */
export interface RoomMemory {
	cursor?: Cursor | undefined;
	/** The newest broadcast. */
	broadcast?: { roomId: string; title: string; ended: boolean } | undefined;
	/** Upstream time of the newest event, ms. */
	lastAt?: number | undefined;
	/** When the newest message came, by our own clock, ms. */
	lastMessageAt?: number | undefined;
	/** The newest upstream messages, oldest first. */
	recent: readonly MessageIds[];
	/** Number of them before the newest reported gap. Default 0. */
	beforeGap?: number | undefined;
	/** The gift streaks of the last ten minutes, as their events reported them; one may occur more than once. */
	knownStreaks?: readonly KnownStreak[] | undefined;
	/**
	 * The room was kept before, and what was stored of it is not there any more. `since`: when the newest of that was
	 * stored, where it is known, ms.
	 */
	lost?: { since: number | undefined } | undefined;
	/** Set where the room was kept until the service stopped. */
	past?: RoomPast | undefined;
}
