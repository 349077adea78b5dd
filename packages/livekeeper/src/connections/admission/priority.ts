/** Classes of rooms, in the order in which they connect when there is no capacity for all. */
export const roomPriorities = [
	/** The user said that it must not be missing. */
	"pinned",
	/** Somebody reads it now. */
	"readers",
	/** It broadcasts. */
	"live",
	/** It is not known to broadcast, or nobody would miss it now. */
	"idle",
] as const;

export type RoomPriority = (typeof roomPriorities)[number];

/** 0 for the first class. */
export function rankOf(priority: RoomPriority): number {
	return roomPriorities.indexOf(priority);
}
