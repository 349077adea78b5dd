import { type EncodedEvent, withSeq } from "./encoded-event.ts";
import type { StoredEvent } from "./event-log.ts";
import type { RecentIds } from "./recent-ids.ts";
import type { StoredBatch } from "./stored-batch.ts";

/**
 * Numbers what a room's log does not have yet; from then on it is known there.
 * @param ids the room's dedup window. @param lastSeq of the room
 */
export function numbered(given: readonly EncodedEvent[], ids: RecentIds, lastSeq: number): StoredBatch {
	const events: StoredEvent[] = [];
	for (const event of given) {
		if (!ids.add(event)) continue;
		const { type, at, json, raw } = event;
		const seq = lastSeq + events.length + 1;
		const text = withSeq(seq, json);
		events.push(raw === undefined ? { seq, type, at, json: text } : { seq, type, at, json: text, raw });
	}
	return { events, repeats: given.length - events.length };
}
