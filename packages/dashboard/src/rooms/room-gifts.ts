import type { Room } from "@livekeeper/client";

/** Whether the room would get its gifts, or most of them, only with a login, which it lacks. */
export function lacksLogin({ identity, gift_coverage: { source } }: Pick<Room, "identity" | "gift_coverage">): boolean {
	// If the open platform pushes every gift, no login is needed.
	return identity !== "logged_in" && source !== "official";
}

/**
 * Whether the gifts shown are incomplete. `part`: some are known to be missing, or most likely are but their number is
 * unknown. `unknown`: nothing is known, and without a login they are hardly complete. `undefined`: complete, or no sign
 * of the opposite.
 */
export function giftMarkOf(room: Pick<Room, "identity" | "gift_coverage" | "state">): "part" | "unknown" | undefined {
	const { verdict, missing_in_all: missing } = room.gift_coverage;
	if (missing > 0 || (verdict !== "all" && verdict !== "unknown")) return "part";
	return verdict === "unknown" && room.state === "connected" && lacksLogin(room) ? "unknown" : undefined;
}
