import type { ConnectionKey, GateRequest, QuotaKeys } from "../../rooms/index.ts";

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

/** Request for one connection. */
export interface AdmissionRequest
	extends QuotaKeys,
		Partial<Pick<GateRequest, "kind" | "beside" | "onWait" | "onPreempted">> {
	/** The room's live id. */
	room: string;
	/** Returns the room's current class. */
	priority: () => RoomPriority;
	/** Key of its cookie and proxy, a secret. Default: the quota's identity. */
	key?: string;
	/** For an additional connection: returns whether the room could do without it right now. */
	preemptible?: (() => boolean) | undefined;
	/** Whether the room already holds a permit for this connection, so only the handshake is paced. Default false. */
	holdsPermit?: boolean;
	/** Called once, at once if nothing is in the way. */
	onPermit: GateRequest["onPermit"];
}

/** Returns whether it counts against limits. */
export function counts({ holdsPermit }: AdmissionRequest): boolean {
	return !holdsPermit;
}

/** Returns the key of the requested connection for holds. */
export function keyOf(request: AdmissionRequest): ConnectionKey {
	const { room: liveId, kind = "socket", key: identity = request.identity, beside } = request;
	return { liveId, identity, kind, beside: beside?.() ?? false, polled: false };
}
