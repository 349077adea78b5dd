import type { ConnectionKey, GateRequest, QuotaKeys } from "../../rooms/index.ts";
import type { RoomPriority } from "./priority.ts";

/** One connection that is to be made, or a page that is to be looked at. */
export interface AdmissionRequest
	extends QuotaKeys,
		Partial<Pick<GateRequest, "errand" | "beside" | "onWait" | "onPreempted">> {
	/** The room's live id. */
	room: string;
	/** The room's class, asked for whenever it matters. */
	priority: () => RoomPriority;
	/** Identities that may be used, the preferred first. Default: the quota's. */
	identities?: readonly string[];
	/** For a connection beside the room's own: whether the room could do without it at the moment. */
	preemptible?: (() => boolean) | undefined;
	/** The room holds a permit for this connection already: only the handshake is paced. Default false. */
	holdsPermit?: boolean;
	/** Called once, at once where nothing is in the way. */
	onPermit: GateRequest["onPermit"];
}

/** Whether it counts against limits. */
export function counts({ errand, holdsPermit }: AdmissionRequest): boolean {
	return errand !== "page" && !holdsPermit;
}

/** The connections that a request may become, to those who hold some back. */
export function keysOf(request: AdmissionRequest): ConnectionKey[] {
	const { room: liveId, errand = "socket", identities = [request.identity], beside } = request;
	return identities.map((identity) => ({ liveId, identity, errand, beside: beside?.() ?? false, polled: false }));
}
