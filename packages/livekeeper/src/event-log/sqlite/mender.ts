import { cutBlock, encodeBlock } from "../block.ts";
import { typeSet } from "../event-types.ts";
import type { Db } from "./open-database.ts";
import { type BlockRow, type Hole, insertBlock, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";

/** Events that were damaged, both ends included: gaps have taken their place. */
export interface Mended extends Hole {
	liveId: string;
}

/** What one step of looking for damage looks at. */
const stepEvents = 500;
const stepRooms = 20;
const gapsOfBlock = 256;
/** Maximum number of gaps that one step writes. */
const mostGaps = 8 * gapsOfBlock;

/**
 * Puts gaps in the place of blocks that are damaged, for good, and looks for such blocks: one that has rotted is found
 * though nobody reads it, and is there for readers that ask for gaps alone.
 */
export class Mender {
	readonly #db: Db;
	readonly #blocks: RoomBlocks;
	readonly #rooms: Rooms;
	readonly #delete;
	readonly #insert;
	readonly #mendAll: (room: Room, holes: readonly Hole[]) => void;
	#mended: Mended[] = [];
	/** The index of blocks was made again: what it does not find is not there. */
	#isIndexed = false;
	#isRepaired = false;
	/** Looked at up to this event. */
	#seen = { roomNo: 0, seq: 0 };

	constructor(db: Db, rooms: Rooms) {
		this.#db = db;
		this.#rooms = rooms;
		this.#blocks = new RoomBlocks(db);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#insert = insertBlock(db);
		this.#mendAll = rooms.transaction((room: Room, holes: readonly Hole[]) => {
			for (const hole of holes) this.mend(room, hole);
		});
	}

	/** Those of these events that are damaged, found by who has read them. */
	mendThose(liveId: string, holes: readonly Hole[]): void {
		const room = this.#rooms.find(liveId);
		if (room) this.#mendAll(room, holes);
	}

	/** To be called within a transaction. @param found part of it is enough */
	mend(room: Room, found: Hole): void {
		const { roomNo, liveId } = room;
		let hole = this.#wholeOf(room, found);
		if (hole && !this.#isIndexed && !this.#isExplained(roomNo, hole)) {
			this.#isIndexed = true;
			this.#db.exec("REINDEX blocks_by_seq");
			const before = hole;
			hole = this.#wholeOf(room, found);
			this.#isRepaired = hole?.from !== before.from || hole.to !== before.to;
		}
		if (!hole) return;
		for (const { blockNo } of this.#damaged(roomNo, hole)) this.#delete.run(blockNo);
		for (let from = hole.from; from <= hole.to; from += gapsOfBlock) {
			const to = Math.min(hole.to, from + gapsOfBlock - 1);
			const gaps = this.#blocks.gaps(roomNo, { from, to });
			const storedAt = gaps.at(-1)?.at ?? 0;
			const parts = cutBlock(encodeBlock({ events: gaps, storedAt }));
			this.#insert([roomNo, from, to, storedAt, typeSet(["gap"])], parts);
			const isOldest = room.oldestSeq >= from && room.oldestSeq <= to;
			this.#rooms.change(room, {
				corruptEvents: room.corruptEvents + to - from + 1,
				corruptSeq: Math.max(room.corruptSeq, to),
				...(isOldest && { oldestAt: storedAt }),
			});
		}
		this.#mended.push({ liveId, ...hole });
	}

	/** Looks at some more events, all of them over and over, and mends what is damaged. */
	look(): void {
		let left = stepEvents;
		const next = this.#rooms.all().filter(({ roomNo }) => roomNo >= this.#seen.roomNo);
		for (const room of next.slice(0, stepRooms)) {
			if (left <= 0) return;
			const { roomNo, oldestSeq, lastSeq } = room;
			const seen = Math.max(oldestSeq - 1, roomNo === this.#seen.roomNo ? this.#seen.seq : 0);
			const after = Math.min(lastSeq, this.#blocks.past(roomNo, seen));
			const end = Math.min(lastSeq, after + left);
			const holes = [...this.#blocks.pieces(roomNo, after, end)].filter((piece) => !("block" in piece));
			if (holes.length > 0) this.#mendAll(room, holes);
			left -= end - after;
			this.#seen = end >= lastSeq ? { roomNo: roomNo + 1, seq: 0 } : { roomNo, seq: end };
		}
		if (left > 0 && next.length <= stepRooms) this.#seen = { roomNo: 0, seq: 0 };
	}

	/** Whether the index of blocks had to be made again since this was last called. */
	indexRepaired(): boolean {
		const isRepaired = this.#isRepaired;
		this.#isRepaired = false;
		return isRepaired;
	}

	/** What was mended since this was last called. */
	taken(): Mended[] {
		const mended = this.#mended;
		this.#mended = [];
		return mended;
	}

	/** All of the hole of which a part was found; `undefined`: it is mended already. */
	#wholeOf({ roomNo, oldestSeq, lastSeq }: Room, found: Hole): Hole | undefined {
		const to = Math.min(found.to, lastSeq);
		const from = Math.max(found.from, oldestSeq);
		const [hole] = [...this.#blocks.pieces(roomNo, from - 1, to)].filter((piece) => !("block" in piece));
		if (!hole) return undefined;
		const whole = this.#blocks.around(roomNo, hole, { from: oldestSeq, to: lastSeq });
		// In one transaction. What is left is found again.
		return { from: whole.from, to: Math.min(whole.to, whole.from + mostGaps - 1) };
	}

	/** Whether there are blocks for all of it that are damaged; else it may be the index that does not find them. */
	#isExplained(roomNo: number, hole: Hole): boolean {
		const damaged = this.#damaged(roomNo, hole);
		return damaged.at(-1)?.lastSeq === hole.to && damaged.every(({ isIndexed }) => isIndexed === 1);
	}

	/** The rows that can't be read and end within the hole, or behind it where they say so. */
	#damaged(roomNo: number, { from, to }: Hole): BlockRow[] {
		const damaged: BlockRow[] = [];
		for (const row of this.#blocks.rows(roomNo, from)) {
			if (opened(row) || jumpOf(row)) break;
			damaged.push(row);
			if (row.lastSeq > to) break;
		}
		return damaged;
	}
}
