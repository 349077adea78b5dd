import type { LiveRoomStatus } from "./room-host.ts";

/**
 * Troubles of a room, the worst first: an offline or quiet room, and one that is just
 * connecting, has none. `gifts`: gifts that were given do not come, while all else is well.
 */
export const roomTroubles = [
	"blocked",
	"not_found",
	"reconnecting",
	"unstored",
	"silent",
	"degraded",
	"login",
	"gifts",
] as const;

export type RoomTrouble = (typeof roomTroubles)[number];

/** Rooms without trouble, those that wait for something first. */
const calmStates = ["queued", "connecting", "quiet", "connected", "other"] as const;

/** Urgency of a room that needs no attention. */
export const maxUrgency = roomTroubles.length + calmStates.length - 1;

type Judged = Pick<LiveRoomStatus, "state" | "health" | "identity" | "loginWarning" | "unstoredSince">;

/**
 * The worst that is wrong with a room.
 * @param giftsWithheld whether gifts that were given do not come, as its gift coverage judges
 * @returns `undefined`: nothing is
 */
export function troubleOf(status: Judged, giftsWithheld: boolean): RoomTrouble | undefined {
	const { state, health, identity, loginWarning, unstoredSince } = status;
	if (state === "blocked" || state === "not_found" || state === "reconnecting") return state;
	if (state !== "connected") return undefined;
	if (unstoredSince !== undefined) return "unstored";
	if (health === "silent" || health === "degraded") return health;
	if (loginWarning !== undefined || identity === "expired") return "login";
	return giftsWithheld ? "gifts" : undefined;
}

/** How urgently a room needs attention, for lists with the worst first: 0 is the worst, {@link maxUrgency} needs none. */
export function urgencyOf(
	{ state, health }: Pick<Judged, "state" | "health">,
	trouble: RoomTrouble | undefined,
): number {
	if (trouble) return roomTroubles.indexOf(trouble);
	return roomTroubles.length + calmStates.indexOf(calmStateOf(state, health));
}

function calmStateOf(state: Judged["state"], health: Judged["health"]): (typeof calmStates)[number] {
	if (state === "queued" || state === "connecting") return state;
	if (state === "resolving") return "connecting";
	if (state !== "connected") return "other";
	return health === "quiet" ? "quiet" : "connected";
}
