import { encodeBlock } from "../block.ts";
import { typeSet } from "../event-types.ts";
import type { Db } from "./open-database.ts";
import { type Hole, insertBlock, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";

/** Events that were damaged, both ends included: gaps have taken their place. */
export interface Mended extends Hole {
	liveId: string;
}

interface RoomRow {
	roomNo: number;
	liveId: string;
	oldestSeq: number;
	lastSeq: number;
}

const roomColumns = "room_no AS roomNo, live_id AS liveId, oldest_seq AS oldestSeq, last_seq AS lastSeq";
/** What one step of looking for damage looks at. */
const stepEvents = 500;
const stepRooms = 20;
const gapsOfBlock = 256;

/**
 * Puts gaps in the place of blocks that are damaged, for good, and looks for such blocks: one that has rotted is found
 * though nobody reads it, and is there for readers that ask for gaps alone.
 */
export class Mender {
	readonly #blocks: RoomBlocks;
	readonly #room;
	readonly #nextRoom;
	readonly #delete;
	readonly #insert;
	readonly #count;
	readonly #mendAll: (room: RoomRow, holes: readonly Hole[]) => void;
	#mended: Mended[] = [];
	/** Looked at up to this event. */
	#seen = { roomNo: 0, seq: 0 };

	constructor(db: Db) {
		this.#blocks = new RoomBlocks(db);
		this.#room = db.prepare<[string], RoomRow>(`SELECT ${roomColumns} FROM rooms WHERE live_id = ?`);
		this.#nextRoom = db.prepare<[number], RoomRow>(
			`SELECT ${roomColumns} FROM rooms WHERE room_no >= ? ORDER BY room_no LIMIT 1`,
		);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#insert = insertBlock(db);
		this.#count = db.prepare<{ from: number; to: number; events: number; storedAt: number; roomNo: number }>(
			`UPDATE rooms SET corrupt_events = corrupt_events + :events, corrupt_seq = max(corrupt_seq, :to),
			oldest_at = iif(oldest_seq >= :from AND oldest_seq <= :to, :storedAt, oldest_at) WHERE room_no = :roomNo`,
		);
		this.#mendAll = db.transaction((room: RoomRow, holes: readonly Hole[]) => {
			for (const hole of holes) this.mend(room, hole);
		}).immediate;
	}

	/** Those of these events that are damaged, found by who has read them. */
	mendThose(liveId: string, holes: readonly Hole[]): void {
		const room = this.#room.get(liveId);
		if (room) this.#mendAll(room, holes);
	}

	/** To be called within a transaction. @param found part of it is enough */
	mend(room: RoomRow, found: Hole): void {
		const { roomNo, liveId, oldestSeq, lastSeq } = room;
		const hole = this.#wholeOf(room, found);
		if (!hole) return;
		for (const blockNo of this.#damaged(roomNo, hole)) this.#delete.run(blockNo);
		for (let from = hole.from; from <= hole.to; from += gapsOfBlock) {
			const to = Math.min(hole.to, from + gapsOfBlock - 1);
			const gaps = this.#blocks.gaps(roomNo, { from, to });
			const storedAt = gaps.at(-1)?.at ?? 0;
			this.#insert.run(roomNo, from, to, storedAt, typeSet(["gap"]), encodeBlock(gaps, storedAt));
			this.#count.run({ from, to, events: to - from + 1, storedAt, roomNo });
		}
		this.#mended.push({ liveId, from: Math.max(hole.from, oldestSeq), to: Math.min(hole.to, lastSeq) });
	}

	/** Looks at some more events, all of them over and over, and mends what is damaged. */
	look(): void {
		let left = stepEvents;
		for (let rooms = 0; rooms < stepRooms && left > 0; rooms++) {
			const room = this.#nextRoom.get(this.#seen.roomNo);
			if (!room) {
				this.#seen = { roomNo: 0, seq: 0 };
				return;
			}
			const { roomNo, oldestSeq, lastSeq } = room;
			const seen = Math.max(oldestSeq - 1, roomNo === this.#seen.roomNo ? this.#seen.seq : 0);
			const after = Math.min(lastSeq, this.#blocks.past(roomNo, seen));
			const end = Math.min(lastSeq, after + left);
			const holes = [...this.#blocks.pieces(roomNo, after, end)].filter((piece) => !("block" in piece));
			if (holes.length > 0) this.#mendAll(room, holes);
			left -= end - after;
			this.#seen = end >= lastSeq ? { roomNo: roomNo + 1, seq: 0 } : { roomNo, seq: end };
		}
	}

	/** What was mended since this was last called. */
	taken(): Mended[] {
		const mended = this.#mended;
		this.#mended = [];
		return mended;
	}

	/** All of the hole of which a part was found; `undefined`: it is mended already. */
	#wholeOf({ roomNo, oldestSeq, lastSeq }: RoomRow, found: Hole): Hole | undefined {
		const to = Math.min(found.to, lastSeq);
		const from = Math.max(found.from, oldestSeq);
		const [hole] = [...this.#blocks.pieces(roomNo, from - 1, to)].filter((piece) => !("block" in piece));
		return hole && this.#blocks.around(roomNo, hole, { from: oldestSeq, to: lastSeq });
	}

	/** The rows that can't be read and end within the hole, or behind it where they say so. */
	#damaged(roomNo: number, { from, to }: Hole): number[] {
		const damaged: number[] = [];
		for (const row of this.#blocks.rows(roomNo, from)) {
			if (opened(row) || jumpOf(row)) break;
			damaged.push(row.blockNo);
			if (row.lastSeq > to) break;
		}
		return damaged;
	}
}
