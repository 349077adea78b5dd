import type { LiveRoomStatus } from "./room-host.ts";

/**
 * Troubles of a room, worst first. An offline or quiet room, or one that is just connecting, has none. `gifts`: given
 * gifts don't arrive while everything else is well.
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

/** States of rooms without trouble; those that wait for something come first. */
const calmStates = ["queued", "connecting", "quiet", "connected", "other"] as const;

/** Urgency of a room that needs no attention. */
export const maxUrgency = roomTroubles.length + calmStates.length - 1;

type Judged = Pick<LiveRoomStatus, "state" | "health" | "identity" | "loginWarning" | "unstoredSince">;

/**
 * Returns the worst trouble of a room.
 * @param giftsWithheld whether given gifts don't arrive, according to its gift coverage
 * @returns `undefined` if there is none
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

/**
 * Returns how urgently a room needs attention, for lists with the worst first: 0 is the worst, {@link maxUrgency} needs
 * none.
 */
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
