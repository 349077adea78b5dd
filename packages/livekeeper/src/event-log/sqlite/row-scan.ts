import { takeRaw } from "../encoded-event.ts";
import type { StoredEvent } from "../event-log.ts";
import type { DamageReader } from "./damage.ts";
import { seqOf } from "./position.ts";
import { type EventRow, isWhole } from "./stored-event.ts";

/** An event as it was read. */
export interface Scanned extends StoredEvent {
	/** It is in the place of one that can't be read any more. */
	damaged: boolean;
}

/**
 * The events of a room's rows, in order; in the place of each that is damaged, its gap.
 * @param rows by `seq`
 * @param whole the `seq`s that the rows have to be of, both included: a gap is given for each that is missing. Left out
 * where a filter leaves rows out
 */
export function* scanned(
	damage: DamageReader,
	roomNo: number,
	rows: Iterable<EventRow>,
	whole?: { first: number; last: number },
): Generator<Scanned, void> {
	const gapAt = (seq: number): Scanned => ({ ...damage.gapAt(roomNo, seq).event, damaged: true });
	let next = whole?.first ?? 0;
	for (const row of rows) {
		const seq = seqOf(row.pos);
		// Its number is damaged: it lies where it does not belong.
		if (seq < next) continue;
		if (whole) for (; next < seq; next++) yield gapAt(next);
		next = seq + 1;
		if (!isWhole(row)) {
			yield gapAt(seq);
			continue;
		}
		const { json, raw } = takeRaw(row.json);
		const event = { seq, type: row.type, at: row.at, json, damaged: false };
		yield raw === undefined ? event : { ...event, raw };
	}
	if (whole) for (; next <= whole.last; next++) yield gapAt(next);
}
