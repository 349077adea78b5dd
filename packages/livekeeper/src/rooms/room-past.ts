import type { PastState } from "../health/index.ts";
import { lostPhases, wantedPhases } from "./room-state.ts";
import type { RoomPhase } from "./room-status.ts";

/** One entry in a room's past. */
export interface PastChange {
	/** ms since the epoch. */
	at: number;
	/** What the room was in from then on. `down`: the service did not run. */
	state?: RoomPhase | "down";
	/** Upstream time that a gap covers, ms. */
	gapMs?: number;
}

/** What a room that was kept went through before this start of the service. */
export interface RoomPast {
	/** Since when the service did not run, ms since the epoch. */
	since: number;
	/** Changes of the last day, oldest first. */
	told: readonly PastChange[];
}

/** A room whose broadcast ran when the service stopped ought to have been connected until it is again. */
export function pastStates({ told, since }: RoomPast): PastState[] {
	let last: RoomPhase | "down" | undefined;
	let wanted = false;
	return [...told, { at: since, state: "down" as const }].map(({ at, state = last, gapMs = 0 }: PastChange) => {
		const isLost = last === "connected" && state !== undefined && (lostPhases as readonly string[]).includes(state);
		if (state !== undefined && state !== "down") wanted = wantedPhases.includes(state);
		last = state;
		const counts = { gapMs, reconnects: isLost ? 1 : 0 };
		return { at, state: { wanted, connected: state === "connected", silent: false }, counts };
	});
}
