import type { StoredEvent } from "./event-log.ts";

/** Known properties of an event that can't be read any more. */
export interface DamagedEvent {
	liveId: string;
	seq: number;
	/** Broadcast of the event before it, or "". */
	roomId: string;
	/** When the events before and after it were stored, ms since the epoch. */
	from: number;
	to: number;
}

/** Reason of a gap that replaces an event that can't be read any more. */
export const corruptReason = "corrupt";

/** Returns the `gap` that every reader gets in its place, with the event's `seq`, and the id of the gap. */
export function gapInPlaceOf({ liveId, seq, roomId, from, to }: DamagedEvent): { id: string; event: StoredEvent } {
	const id = `lk:${liveId}:corrupt-${seq}`;
	const wire = {
		...{ seq, type: "gap", id, live_id: liveId, room_id: roomId, method: "livekeeper", at: from, received_at: from },
		...{ from, to, reason: corruptReason },
	};
	return { id, event: { seq, type: "gap", at: from, json: JSON.stringify(wire) } };
}
