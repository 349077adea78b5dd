import type { Room } from "@livekeeper/client";

/** Whether the room gets its gifts, or most of them, only with a login that it does not have. */
export function lacksLogin({ identity, gift_coverage: { source } }: Pick<Room, "identity" | "gift_coverage">): boolean {
	// Where the open platform pushes every gift no login is needed for them.
	return identity !== "logged_in" && source !== "official";
}

/**
 * Whether the gifts that a room shows are all there are: `part`: some are known to be missing, or most likely are and
 * their number is not known; `unknown`: nothing is known, and without a login they are hardly all. `undefined`: all, or
 * nothing speaks against it.
 */
export function giftMarkOf(room: Pick<Room, "identity" | "gift_coverage" | "state">): "part" | "unknown" | undefined {
	const { verdict, missing_in_all: missing } = room.gift_coverage;
	if (missing > 0 || (verdict !== "all" && verdict !== "unknown")) return "part";
	return verdict === "unknown" && room.state === "connected" && lacksLogin(room) ? "unknown" : undefined;
}
