import type { Text } from "../text/index.ts";
import type { RoomPriority } from "./admission/index.ts";
import type { IdentityPauses } from "./identity-pauses.ts";

/** What a strategy may know of the rooms, and do to them. */
export interface KeptRooms {
	/** Which identities are to wait. */
	readonly pauses: IdentityPauses;
	/** Who goes first when not all can. */
	priorityOf(liveId: string): RoomPriority;
	/** Calls back a room that waits for its next attempt. `why`: a sentence, for people. */
	callBack(liveId: string, delayMs: number, why: Text): void;
}
