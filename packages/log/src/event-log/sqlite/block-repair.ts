import type { Db } from "./open-database.ts";
import { type BlockRow, type Hole, insertBlock, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";

/** Events that were damaged and replaced with gaps, both ends included. */
export interface RepairedRange extends Hole {
	liveId: string;
}

/** Maximum work of one step of looking for damage. */
const stepEvents = 500;
const stepRooms = 20;
/** Cost of a block in events: reading a row costs as much as checking some of them. */
const minCost = 8;
/** Maximum number of gaps that one step writes. */
const maxGaps = 2_048;

/**
 * Replaces damaged blocks with gaps, permanently. Also searches for such blocks, so that a rotten block is found even
 * if no reader requests it, and its gap exists for readers that request only gaps.
 */
export class BlockRepair {
	readonly #db: Db;
	readonly #blocks: RoomBlocks;
	readonly #rooms: Rooms;
	readonly #delete;
	readonly #insert;
	readonly #repairAll: (room: Room, holes: readonly Hole[]) => void;
	#repaired: RepairedRange[] = [];
	/** Whether the index of blocks was rebuilt: a block that it doesn't find now does not exist. */
	#isIndexed = false;
	#isRepaired = false;
	/** Position of the search: everything up to this event was checked. */
	#seen = { roomNo: 0, seq: 0 };

	constructor(db: Db, rooms: Rooms) {
		this.#db = db;
		this.#rooms = rooms;
		this.#blocks = new RoomBlocks(db);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#insert = insertBlock(db);
		this.#repairAll = rooms.transaction((room: Room, holes: readonly Hole[]) => {
			for (const hole of holes) this.repair(room, hole);
		});
	}

	/** Repairs those of the events that are damaged, as found by a reader. */
	repairRoom(liveId: string, holes: readonly Hole[]): void {
		const room = this.#rooms.find(liveId);
		if (room) this.#repairAll(room, holes);
	}

	/** Repairs a hole. To be called within a transaction. @param found the hole, or a part of it */
	repair(room: Room, found: Hole): void {
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
		for (const block of this.#blocks.gapBlocks(roomNo, hole)) {
			const { firstSeq: from, lastSeq: to, types, parts } = block;
			const storedAt = block.storedAt(to);
			this.#insert([roomNo, from, to, storedAt, types], parts);
			const isOldest = room.oldestSeq >= from && room.oldestSeq <= to;
			this.#rooms.change(room, {
				corruptEvents: room.corruptEvents + to - from + 1,
				corruptSeq: Math.max(room.corruptSeq, to),
				...(isOldest && { oldestAt: storedAt }),
			});
		}
		this.#repaired.push({ liveId, ...hole });
	}

	/** Checks some more events, all of them over and over, and repairs damage. */
	look(): void {
		let left = stepEvents;
		const next = this.#rooms.all().filter(({ roomNo }) => roomNo >= this.#seen.roomNo);
		for (const room of next.slice(0, stepRooms)) {
			if (left <= 0) return;
			const { roomNo, oldestSeq, lastSeq } = room;
			const seen = Math.max(oldestSeq - 1, roomNo === this.#seen.roomNo ? this.#seen.seq : 0);
			const after = Math.min(lastSeq, this.#blocks.past(roomNo, seen));
			let end = Math.min(lastSeq, after + left);
			const holes: Hole[] = [];
			for (const piece of this.#blocks.pieces(roomNo, after, end)) {
				left -= Math.max(minCost, piece.to - piece.from + 1);
				if (!("block" in piece)) holes.push(piece);
				if (left > 0) continue;
				end = piece.to;
				break;
			}
			if (holes.length > 0) this.#repairAll(room, holes);
			this.#seen = end >= lastSeq ? { roomNo: roomNo + 1, seq: 0 } : { roomNo, seq: end };
		}
		if (left > 0 && next.length <= stepRooms) this.#seen = { roomNo: 0, seq: 0 };
	}

	/** Returns whether the index of blocks had to be rebuilt since the last call. */
	indexRepaired(): boolean {
		const isRepaired = this.#isRepaired;
		this.#isRepaired = false;
		return isRepaired;
	}

	/** Returns the events repaired since the last call. */
	taken(): RepairedRange[] {
		const repaired = this.#repaired;
		this.#repaired = [];
		return repaired;
	}

	/** Returns the whole hole that a found part belongs to; `undefined` if it is already repaired. */
	#wholeOf({ roomNo, oldestSeq, lastSeq }: Room, found: Hole): Hole | undefined {
		const to = Math.min(found.to, lastSeq);
		const from = Math.max(found.from, oldestSeq);
		const [hole] = [...this.#blocks.pieces(roomNo, from - 1, to)].filter((piece) => !("block" in piece));
		if (!hole) return undefined;
		const whole = this.#blocks.around(roomNo, hole, { from: oldestSeq, to: lastSeq });
		// Limited to one transaction. The rest is found again.
		return { from: whole.from, to: Math.min(whole.to, whole.from + maxGaps - 1) };
	}

	/** Whether damaged blocks account for the whole hole. If not, the index may fail to find intact ones. */
	#isExplained(roomNo: number, hole: Hole): boolean {
		const damaged = this.#damaged(roomNo, hole);
		return damaged.at(-1)?.lastSeq === hole.to && damaged.every(({ isIndexed }) => isIndexed === 1);
	}

	/** Returns the unreadable rows that end within the hole, or behind it according to their columns. */
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
