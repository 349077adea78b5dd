import type { Text } from "../text/index.ts";
import type { RoomPriority } from "./admission/index.ts";

/** What a strategy may know of the rooms, and do to them. */
export interface KeptRooms {
	/** Key of the room's identity (cookie and proxy): a secret, not to be shown. "" for a room that is not kept. */
	identityOf(liveId: string): string;
	/** Who goes first when not all can. */
	priorityOf(liveId: string): RoomPriority;
	/** Calls back a room that waits for its next attempt. `why`: a sentence, for people. */
	callBack(liveId: string, delayMs: number, why: Text): void;
}
