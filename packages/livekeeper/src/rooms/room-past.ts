import type { PastState } from "../health/index.ts";
import type { Room } from "./room.ts";
import { lostStates, wantedStates } from "./room-state.ts";
import type { RoomState } from "./room-status.ts";

/** One thing that was told of a room. */
export interface PastChange {
	/** ms since the epoch. */
	at: number;
	/** What the room was in from then on. `down`: the service did not run. */
	state?: RoomState | "down";
	/** Upstream time that a gap covers, ms. */
	gapMs?: number;
}

/** What a room that was kept went through before this start of the service. */
export interface RoomPast {
	/** Since when the service did not run, ms since the epoch. */
	since: number;
	/** Of the last day, oldest first. */
	told: readonly PastChange[];
}

/** Tells how long nobody listened to the room, and goes on with its quality from where it was. */
export function goOnAfter(room: Room, { since, told }: RoomPast): void {
	const now = room.now();
	// The clock was set back while nothing ran: nobody knows how long that was.
	if (since >= now) return;
	room.emit({ type: "service_down", from: since, to: now });
	room.quality.restore(pastStates([...told, { at: since, state: "down" }]), now);
}

/** A room whose broadcast ran when the service stopped ought to have been connected until it is again. */
function pastStates(told: readonly PastChange[]): PastState[] {
	let last: RoomState | "down" | undefined;
	let wanted = false;
	return told.map(({ at, state = last, gapMs = 0 }) => {
		const isLost = last === "connected" && state !== undefined && (lostStates as readonly string[]).includes(state);
		if (state !== undefined && state !== "down") wanted = wantedStates.includes(state);
		last = state;
		const counts = { gapMs, reconnects: isLost ? 1 : 0 };
		return { at, state: { wanted, connected: state === "connected", silent: false }, counts };
	});
}
