/** Room classes, in the order in which rooms connect when there is no capacity for all. */
export const roomPriorities = [
	/** Marked by the user as not to be missed. */
	"pinned",
	/** A client reads it now. */
	"readers",
	/** It is broadcasting. */
	"live",
	/** It is not known to broadcast, or no reader would miss it now. */
	"idle",
] as const;

export type RoomPriority = (typeof roomPriorities)[number];

/** Returns the rank; 0 for the first class. */
export function rankOf(priority: RoomPriority): number {
	return roomPriorities.indexOf(priority);
}
