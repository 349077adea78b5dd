import type { Said } from "../../text/index.ts";
import type { ConnectionLimits } from "./limits.ts";
import type { RoomPriority } from "./priority.ts";

/** A room that waits for a connection. */
export interface QueuedRoom {
	liveId: string;
	/** 1 is served next. */
	position: number;
	priority: RoomPriority;
	/** Since when it waits, ms since the epoch. */
	since: number;
	/** What it waits for. */
	why: Said;
}

/** A connection that a room has, or is about to have. */
export interface HeldConnection {
	liveId: string;
	priority: RoomPriority;
	/** Whether it is a further connection beside the room's own. */
	second: boolean;
	/** It is to be closed, because another room needs it or a limit was lowered. */
	preempted: boolean;
}

/** How the connections are shared out. */
export interface AdmissionStatus {
	limits: ConnectionLimits;
	/** Connections in use or about to be, preempted ones included. */
	held: number;
	/** Connections of the other nodes that share the limits; `undefined` without a total limit, or without other nodes. */
	heldElsewhere?: number | undefined;
	/** The connections, most important first. */
	holders: HeldConnection[];
	/** The rooms that a full limit keeps waiting, the next first. */
	queue: QueuedRoom[];
}
