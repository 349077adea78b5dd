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
