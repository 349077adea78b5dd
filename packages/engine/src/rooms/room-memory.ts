import type { Cursor, KnownStreak, MessageIds } from "@livekeeper/douyin";
import type { PastState } from "../health/index.ts";
import { duePhases, lostPhases } from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";

/** One entry in a room's history. */
export interface PastChange {
	/** Time of the change, ms since the epoch. */
	at: number;
	/** The room's state from then on. `down`: the service did not run. */
	state?: RoomPhase | "down";
	/** Upstream time that a gap covers, ms. */
	gapMs?: number;
}

/** History of a kept room before this start of the service. */
export interface RoomPast {
	/** Time at which the service stopped, ms since the epoch. */
	since: number;
	/** Changes of the last day, oldest first. */
	changes: readonly PastChange[];
}

/**
 * Returns the history as states. A room whose broadcast ran when the service stopped counts as due for a connection
 * until it is connected again.
 */
export function pastStates({ changes, since }: RoomPast): PastState[] {
	let last: RoomPhase | "down" | undefined;
	let due = false;
	return [...changes, { at: since, state: "down" as const }].map(({ at, state = last, gapMs = 0 }: PastChange) => {
		const isLost = last === "connected" && state !== undefined && (lostPhases as readonly string[]).includes(state);
		if (state !== undefined && state !== "down") due = duePhases.includes(state);
		last = state;
		const counts = { gapMs, reconnects: isLost ? 1 : 0 };
		return { at, state: { due, connected: state === "connected", silent: false }, counts };
	});
}

/** Reads a room's memory. Called again while it throws. */
export type Recall = () => Promise<RoomMemory>;

/** Stored state of a room. */
export interface RoomStore {
	/** Called before anything else. */
	recall: Recall;
	/**
	 * Takes the room over from another process, at the position that process has reached. Called before anything of the
	 * room is stored, so the other process continues until a connection is about to be made. Called again while it
	 * throws.
	 */
	claim?: Recall;
}

/** Knowledge of the event log about a room when its monitor starts; the monitor resumes from it. */
export interface RoomMemory {
	cursor?: Cursor | undefined;
	/** The newest broadcast. */
	broadcast?: { roomId: string; title: string; ended: boolean } | undefined;
	/** Upstream time of the newest event, ms. */
	lastAt?: number | undefined;
	/** Arrival time of the newest message by our own clock, ms. */
	lastMessageAt?: number | undefined;
	/** The newest upstream messages, oldest first. */
	recent: readonly MessageIds[];
	/** Number of these messages that precede the newest reported gap. Default 0. */
	beforeGap?: number | undefined;
	/** Gift streaks of the last ten minutes as their events reported them; one may occur more than once. */
	knownStreaks?: readonly KnownStreak[] | undefined;
	/**
	 * Set if the room was kept before and its stored state is gone. `since`: storage time of its newest event, ms, if
	 * known.
	 */
	lost?: { since: number | undefined } | undefined;
	/** Set if the room was kept until the service stopped. */
	past?: RoomPast | undefined;
}
