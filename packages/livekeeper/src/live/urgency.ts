import type { LiveRoomStatus } from "./room-host.ts";

type Judged = Pick<LiveRoomStatus, "state" | "health" | "identity" | "loginWarning" | "unstoredSince">;

/** Up to here something is wrong that should not be: a room that is offline, quiet, or just connecting is not failing. */
const lastFailing = 5;

/** How urgently a room needs attention, for lists with the worst first: 0 is the worst, 10 needs none. */
export function urgencyOf({ state, health, identity, loginWarning, unstoredSince }: Judged): number {
	switch (state) {
		case "blocked":
			return 0;
		case "not_found":
			return 1;
		case "reconnecting":
			return 2;
		case "connected":
			if (unstoredSince !== undefined) return 2;
			if (health === "silent") return 3;
			if (health === "degraded") return 4;
			if (loginWarning !== undefined || identity === "expired") return lastFailing;
			return health === "quiet" ? 8 : 9;
		case "queued":
			return 6;
		case "connecting":
		case "resolving":
			return 7;
		default:
			return 10;
	}
}

export function isFailing(status: Judged): boolean {
	return urgencyOf(status) <= lastFailing;
}
