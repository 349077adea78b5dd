import type { Said } from "@livekeeper/base/text";
import type { ConnectionLimits } from "./limits.ts";
import type { RoomPriority } from "./request.ts";

/** A room that waits for a connection. */
export interface QueuedRoom {
	liveId: string;
	/** Position in the queue; 1 is served next. */
	position: number;
	priority: RoomPriority;
	/** Start of the wait, ms since the epoch. */
	since: number;
	/** Reason for waiting. */
	why: Said;
}

/** A connection that a room has or is about to have. */
export interface HeldConnection {
	liveId: string;
	priority: RoomPriority;
	/** Whether it is an additional connection of the room. */
	second: boolean;
	/** Whether it is to be closed, because another room needs it or a limit was lowered. */
	preempted: boolean;
}

/** Allocation of the connections. */
export interface AdmissionStatus {
	limits: ConnectionLimits;
	/** Number of connections in use or about to be, including preempted ones. */
	held: number;
	/**
	 * Number of connections of the other nodes that share the limits; `undefined` without a total limit or without other
	 * nodes.
	 */
	heldElsewhere?: number | undefined;
	/** The connections, most important first. */
	holders: HeldConnection[];
	/** The rooms that wait for a full limit, next first. */
	queue: QueuedRoom[];
}
