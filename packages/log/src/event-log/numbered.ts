import type { Columns } from "./columns.ts";
import { type EncodedEvent, withSeq } from "./encoded-event.ts";
import type { StoredEvent } from "./event-log.ts";
import type { RecentIds } from "./recent-ids.ts";
import type { NumberedBatch } from "./stored-batch.ts";

/**
 * Numbers the events that a room's log does not have yet, and adds them to its dedup window.
 * @param ids the room's dedup window.
 * @param lastSeq of the room
 */
export function numbered(given: readonly EncodedEvent[], ids: RecentIds, lastSeq: number): NumberedBatch {
	const events: StoredEvent[] = [];
	const columns: (Columns | undefined)[] = [];
	for (const event of given) {
		if (!ids.add(event)) continue;
		const { type, at, json, raw } = event;
		const seq = lastSeq + events.length + 1;
		const text = withSeq(seq, json);
		events.push(raw === undefined ? { seq, type, at, json: text } : { seq, type, at, json: text, raw });
		columns.push(event.columns);
	}
	return { events, columns, repeats: given.length - events.length };
}
