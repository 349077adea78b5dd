import type { ConnectionKey, GateRequest, QuotaKeys } from "../../rooms/index.ts";
import type { RoomPriority } from "./priority.ts";

/** One connection that is to be made. */
export interface AdmissionRequest
	extends QuotaKeys,
		Partial<Pick<GateRequest, "errand" | "beside" | "onWait" | "onPreempted">> {
	/** The room's live id. */
	room: string;
	/** The room's class, asked for whenever it matters. */
	priority: () => RoomPriority;
	/** Key of its cookie and proxy, a secret. Default: the quota's identity. */
	key?: string;
	/** For a connection beside the room's own: whether the room could do without it at the moment. */
	preemptible?: (() => boolean) | undefined;
	/** The room holds a permit for this connection already: only the handshake is paced. Default false. */
	holdsPermit?: boolean;
	/** Called once, at once where nothing is in the way. */
	onPermit: GateRequest["onPermit"];
}

/** Whether it counts against limits. */
export function counts({ holdsPermit }: AdmissionRequest): boolean {
	return !holdsPermit;
}

/** The connection that a request may become, to those who hold some back. */
export function keyOf(request: AdmissionRequest): ConnectionKey {
	const { room: liveId, errand = "socket", key: identity = request.identity, beside } = request;
	return { liveId, identity, errand, beside: beside?.() ?? false, polled: false };
}
