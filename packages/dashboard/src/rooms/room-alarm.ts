import type { Room } from "@livekeeper/client";

/**
 * How loud a room in trouble is: refused, unknown or unstored rooms get nothing at all; the others may come back by
 * themselves. Where only gifts are missing, which may be so in many rooms for one reason, its ground stays calm.
 */
export type Alarm = "bad" | "warn" | "gifts";

/** @returns `undefined` for a room that is not in trouble */
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
