import { type Block, cutBlock, joinBlocks } from "../block.ts";
import type { Retention } from "../event-log.ts";
import { typesOf } from "../event-types.ts";
import type { BlockRepair } from "./block-repair.ts";
import type { Db } from "./open-database.ts";
import { type BlockRow, insertBlock, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";
import type { Room, Rooms } from "./rooms.ts";

/** Returns the last event whose block is joined. */
const joinedTo = ({ compactSeq, oldestSeq }: Room): number => Math.max(compactSeq, oldestSeq - 1);

/** Consecutive blocks, and whether they are complete. */
interface Run {
	rows: BlockRow[];
	blocks: Block[];
	isFull: boolean;
}

/** Maximum size of joined blocks. */
export const compactSize = { events: 256, bytes: 128 * 1024 };

/**
 * Work of one transaction, in joined events: a few blocks, because blocks of rooms that spoke at the same time lie on
 * the same pages. Deleting a row and looking at a room each cost as much as some events.
 */
const blocksOfStep = 2;
const costOfRow = 4;
const costOfRoom = 16;
/** Silence after which a room's blocks are joined without waiting for more, ms. */
const idleMs = 600_000;
/** Maximum time between events joined in one block, ms, because retention deletes a block as a whole. */
const maxSpanMs = 3_600_000;
const spansOfRetention = 64;

/**
 * Joins a room's small neighbouring blocks into large compressed ones. The transactions are too small to delay a
 * commit, and each leaves either the old blocks or the new ones. A room's newest block is never touched.
 */
export class Compactor {
	readonly #repair: BlockRepair;
	readonly #size: typeof compactSize;
	readonly #blocks: RoomBlocks;
	readonly #rooms: Rooms;
	readonly #delete;
	readonly #insert;
	readonly #joinSome: (rooms: readonly Room[], idleSince: number, spanMs: number) => boolean;
	/** Idle rooms with nothing left to join, and their newest event. */
	readonly #settled = new Map<number, number>();

	constructor(db: Db, rooms: Rooms, repair: BlockRepair, size = compactSize) {
		this.#rooms = rooms;
		this.#repair = repair;
		this.#size = size;
		this.#blocks = new RoomBlocks(db);
		this.#delete = db.prepare<[roomNo: number, from: number, to: number]>(
			"DELETE FROM blocks INDEXED BY blocks_by_seq WHERE room_no = ? AND last_seq BETWEEN ? AND ?",
		);
		this.#insert = insertBlock(db);
		this.#joinSome = rooms.transaction((some: readonly Room[], idleSince: number, spanMs: number) =>
			this.#joinRooms(some, idleSince, spanMs),
		);
	}

	/** Performs one small step. @returns false if there is nothing to join */
	step(now: number, { maxAgeMs }: Retention): boolean {
		const idleSince = now - idleMs;
		const rooms = this.#rooms.all().filter((room) => {
			const left = room.lastSeq - joinedTo(room);
			const isReady = left >= 2 * this.#size.events || (room.newestAt < idleSince && left > 0);
			return isReady && this.#settled.get(room.roomNo) !== room.lastSeq;
		});
		return rooms.length > 0 && this.#joinSome(rooms, idleSince, Math.min(maxSpanMs, maxAgeMs / spansOfRetention));
	}

	#joinRooms(rooms: readonly Room[], idleSince: number, spanMs: number): boolean {
		let left = blocksOfStep * this.#size.events;
		let isMore = false;
		for (const room of rooms) {
			const run = this.#runOf(room, spanMs);
			left -= costOfRoom + (run?.blocks.reduce((sum, { marks }) => sum + costOfRow + marks.length, 0) ?? 0);
			const isDone = run && (run.rows.length === 0 || !(run.isFull || room.newestAt < idleSince));
			if (isDone) this.#settled.set(room.roomNo, room.lastSeq);
			else isMore = true;
			if (run && !isDone) this.#replace(room, run);
			if (left <= 0) return true;
		}
		return isMore;
	}

	/** @returns `undefined` if damage had to be repaired first */
	#runOf(room: Room, spanMs: number): Run | undefined {
		const { roomNo, lastSeq } = room;
		const compactSeq = joinedTo(room);
		const run: Run = { rows: [], blocks: [], isFull: false };
		let [events, bytes] = [0, 0];
		for (const row of this.#blocks.rows(roomNo, compactSeq + 1)) {
			const next = (run.blocks.at(-1)?.lastSeq ?? compactSeq) + 1;
			const block = opened(row);
			if (block?.firstSeq !== next) {
				run.isFull = run.rows.length > 0;
				return run.isFull ? run : this.#passOver(room, next);
			}
			if (block.lastSeq === lastSeq) return run;
			events += block.marks.length;
			bytes += block.lineBytes;
			const [first = block] = run.blocks;
			const span = row.storedAt - first.storedAt(first.firstSeq);
			const fits = events <= this.#size.events && bytes <= this.#size.bytes && span <= spanMs;
			run.isFull = !fits || events === this.#size.events;
			if (fits || run.rows.length === 0) {
				run.rows.push(row);
				run.blocks.push(block);
			}
			if (run.isFull) return run;
		}
		return run;
	}

	/** Skips a damaged or missing block, after a gap was written in its place, or a jump. */
	#passOver(room: Room, seq: number): undefined {
		let [row] = this.#blocks.rows(room.roomNo, seq);
		if (!row || jumpOf(row)?.from !== seq) {
			this.#repair.repairRoom(room.liveId, [{ from: seq, to: seq }]);
			[row] = this.#blocks.rows(room.roomNo, seq);
		}
		this.#rooms.change(room, { compactSeq: Math.min(room.lastSeq, Math.max(seq, row?.lastSeq ?? seq)) });
	}

	#replace(room: Room, { rows, blocks }: Run): void {
		const [first, last] = [blocks[0], rows.at(-1)];
		if (!first || !last) return;
		if (blocks.length > 1 || !first.isPacked) {
			this.#delete.run(room.roomNo, first.firstSeq, last.lastSeq);
			const types = typesOf(blocks.flatMap(({ marks }) => marks));
			const parts = cutBlock(joinBlocks(blocks));
			this.#insert([room.roomNo, first.firstSeq, last.lastSeq, last.storedAt, types], parts);
		}
		this.#rooms.change(room, { compactSeq: last.lastSeq });
	}
}
