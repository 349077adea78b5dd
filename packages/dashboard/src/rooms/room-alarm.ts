import type { Room } from "@livekeeper/client";

/** How loud a failing room is: refused, unknown or unstored rooms get nothing at all; the others may come back by themselves. */
export type Alarm = "bad" | "warn";

/** @returns `undefined` for a room that is not failing */
export function alarmOf(room: Pick<Room, "failing" | "state" | "unstored_since">): Alarm | undefined {
	if (!room.failing) return undefined;
	const isBad = room.state === "blocked" || room.state === "not_found" || room.unstored_since !== null;
	return isBad ? "bad" : "warn";
}
