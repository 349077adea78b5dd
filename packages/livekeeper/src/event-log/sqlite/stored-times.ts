import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { type EventRow, eventColumns, isWhole } from "./stored-event.ts";

/** Finds events by when they were stored, which never falls within a room. */
export class StoredTimes {
	readonly #rowsFrom;

	constructor(db: Db) {
		this.#rowsFrom = db.prepare<[number, number], EventRow>(
			`SELECT ${eventColumns} FROM events WHERE pos >= ? AND pos <= ? ORDER BY pos`,
		);
	}

	/** The first `seq` that was stored at or after `time`; `lastSeq + 1` when none was. */
	firstStoredFrom(room: { roomNo: number; oldestSeq: number; lastSeq: number }, time: number): number {
		let low = room.oldestSeq;
		let high = room.lastSeq + 1;
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if (this.storedAt(room.roomNo, middle, high - 1) < time) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	/** Of the first of these events that is not damaged; `Infinity`: all are. */
	storedAt(roomNo: number, seq: number, last: number): number {
		for (const row of this.#rowsFrom.iterate(position(roomNo, seq), position(roomNo, last))) {
			if (isWhole(row)) return row.storedAt;
		}
		return Number.POSITIVE_INFINITY;
	}
}
