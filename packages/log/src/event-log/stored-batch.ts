import type { Columns } from "./columns.ts";
import { type EncodedEvent, withSeq } from "./encoded-event.ts";
import type { StoredEvent } from "./event-log.ts";
import type { RecentIds } from "./recent-ids.ts";

/**
 * Result of storing one batch. The store numbers events where it joins their lines, so each line is built once: these
 * stored texts are published unchanged.
 */
export interface StoredBatch {
	/** Events that the batch has added to its room's log, in order, without those that the log already had. */
	events: readonly StoredEvent[];
	/** Number of events that the log already had. */
	repeats: number;
}

/** A batch with numbered events, and the columns stored beside their lines in a block. */
export interface NumberedBatch extends StoredBatch {
	/** Columns of each event, if known. */
	columns: readonly (Columns | undefined)[];
}

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
