import type { QuotaKeys } from "./limits.ts";
import type { RoomPriority } from "./priority.ts";

/** One connection that is to be made. */
export interface AdmissionRequest extends QuotaKeys {
	/** The room's live id. */
	room: string;
	/** The room's class, asked for whenever it matters. */
	priority: () => RoomPriority;
	/** For a connection beside the room's own: whether the room could do without it at the moment. */
	preemptible?: () => boolean;
	/** The room holds a permit for this connection already: only the handshake is paced. Default false. */
	handshakeOnly?: boolean;
}
