import { DamageReader } from "./damage.ts";
import type { Db } from "./open-database.ts";
import { position } from "./position.ts";
import { scanned } from "./row-scan.ts";
import { checksumOf, type EventRow, eventColumns, isWhole } from "./stored-event.ts";

/** An event that was damaged: a gap has taken its place. */
export interface Mended {
	liveId: string;
	seq: number;
}

interface RoomRow {
	roomNo: number;
	liveId: string;
	oldestSeq: number;
	lastSeq: number;
	countedSeq: number;
}

const roomColumns =
	"room_no AS roomNo, live_id AS liveId, oldest_seq AS oldestSeq, last_seq AS lastSeq, counted_seq AS countedSeq";
/** What one step of looking for damage looks at. */
const stepRows = 500;
const stepRooms = 20;

/**
 * Puts gaps in the place of events that are damaged, for good, and looks for such events: one that has rotted is found
 * though nobody reads it, and is there for readers that ask for gaps alone.
 */
export class Mender {
	readonly #damage: DamageReader;
	readonly #rows;
	readonly #row;
	readonly #room;
	readonly #nextRoom;
	readonly #replace;
	readonly #note;
	readonly #count;
	readonly #mendAll: (room: RoomRow, seqs: readonly number[]) => void;
	#mended: Mended[] = [];
	/** Looked at up to this event. */
	#seen = { roomNo: 0, seq: 0 };

	constructor(db: Db) {
		this.#damage = new DamageReader(db);
		this.#rows = db.prepare<[number, number], EventRow>(
			`SELECT ${eventColumns} FROM events WHERE pos >= ? AND pos <= ? ORDER BY pos`,
		);
		this.#row = db.prepare<[number], EventRow>(`SELECT ${eventColumns} FROM events WHERE pos = ?`);
		this.#room = db.prepare<[string], RoomRow>(`SELECT ${roomColumns} FROM rooms WHERE live_id = ?`);
		this.#nextRoom = db.prepare<[number], RoomRow>(
			`SELECT ${roomColumns} FROM rooms WHERE room_no >= ? ORDER BY room_no LIMIT 1`,
		);
		this.#replace = db.prepare<[number, string, string, number, number, number, string]>(
			`INSERT OR REPLACE INTO events (pos, id, type, at, stored_at, checksum, json) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		);
		this.#note = db.prepare<[number]>("INSERT OR IGNORE INTO service_events (pos) VALUES (?)");
		this.#count = db.prepare<{ seq: number; storedAt: number; roomNo: number }>(
			`UPDATE rooms SET corrupt_events = corrupt_events + 1, corrupt_seq = max(corrupt_seq, :seq),
			oldest_at = iif(oldest_seq = :seq, :storedAt, oldest_at) WHERE room_no = :roomNo`,
		);
		this.#mendAll = db.transaction((room: RoomRow, seqs: readonly number[]) => {
			for (const seq of seqs) this.mend(room, seq);
		}).immediate;
	}

	/** Those of these events that are damaged, found by who has read them. */
	mendThose(liveId: string, seqs: readonly number[]): void {
		const room = this.#room.get(liveId);
		if (room) this.#mendAll(room, seqs);
	}

	/** To be called within a transaction. */
	mend({ roomNo, liveId, oldestSeq, lastSeq, countedSeq }: RoomRow, seq: number): void {
		if (seq < oldestSeq || seq > lastSeq) return;
		const pos = position(roomNo, seq);
		const row = this.#row.get(pos);
		if (row && isWhole(row)) return;
		const { id, event } = this.#damage.gapAt(roomNo, seq);
		const { type, at, json } = event;
		this.#replace.run(pos, id, type, at, at, checksumOf({ pos, id, type, at, storedAt: at, json }), json);
		// Where it is not counted yet, counting it will note it.
		if (seq <= countedSeq) this.#note.run(pos);
		this.#count.run({ seq, storedAt: at, roomNo });
		this.#mended.push({ liveId, seq });
	}

	/** Looks at some more events, all of them over and over, and mends what is damaged. */
	look(): void {
		let rows = stepRows;
		for (let rooms = 0; rooms < stepRooms && rows > 0; rooms++) {
			const room = this.#nextRoom.get(this.#seen.roomNo);
			if (!room) {
				this.#seen = { roomNo: 0, seq: 0 };
				return;
			}
			const { roomNo, oldestSeq, lastSeq } = room;
			const first = Math.max(oldestSeq, roomNo === this.#seen.roomNo ? this.#seen.seq + 1 : 0);
			const last = Math.min(lastSeq, first + rows - 1);
			const found = this.#rows.all(position(roomNo, first), position(roomNo, last));
			const damaged = Array.from(scanned(this.#damage, roomNo, found, { first, last })).filter((one) => one.damaged);
			if (damaged.length > 0) {
				this.#mendAll(
					room,
					damaged.map(({ seq }) => seq),
				);
			}
			rows -= Math.max(0, last - first + 1);
			this.#seen = last >= lastSeq ? { roomNo: roomNo + 1, seq: 0 } : { roomNo, seq: last };
		}
	}

	/** What was mended since this was last called. */
	taken(): Mended[] {
		const mended = this.#mended;
		this.#mended = [];
		return mended;
	}
}
