import type { Room } from "@livekeeper/client";

/**
 * Severity of a room's trouble. `bad`: refused, unknown or unstored rooms receive nothing at all. `warn`: the room may
 * recover by itself. `gifts`: only gifts are missing, often in many rooms for the same reason, so the ground stays
 * calm.
 */
export type Alarm = "bad" | "warn" | "gifts";

/** @returns `undefined` for a room without trouble */
export function alarmOf({ trouble }: Pick<Room, "trouble">): Alarm | undefined {
	switch (trouble) {
		case null:
			return undefined;
		case "blocked":
		case "not_found":
		case "unstored":
			return "bad";
		case "gifts":
			return "gifts";
		default:
			return "warn";
	}
}
