import { type Block, joinBlocks } from "../block.ts";
import type { Retention } from "../event-log.ts";
import { typesOf } from "../event-types.ts";
import type { Mender } from "./mender.ts";
import type { Db } from "./open-database.ts";
import { type BlockRow, insertBlock, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";

interface RoomRow {
	roomNo: number;
	liveId: string;
	lastSeq: number;
	/** Blocks up to here are not joined any more. */
	compactSeq: number;
	newestAt: number;
}

/** Blocks that follow on from each other, and whether more would belong to them. */
interface Run {
	rows: BlockRow[];
	blocks: Block[];
	isFull: boolean;
}

/** How large blocks are made. */
export const compactSize = { events: 256, bytes: 128 * 1024 };

/**
 * What one transaction does, in events that are joined: a few blocks, since those of rooms that spoke at the same time lie
 * on the same pages. A row that goes, and a room that is looked at, take as long as some events.
 */
const blocksOfStep = 2;
const costOfRow = 4;
const costOfRoom = 16;
/** How long a room may be silent before nobody waits for it, ms. */
const idleMs = 600_000;
/** What is stored at times that are further apart is not joined, ms: retention drops a block as a whole. */
const mostSpanMs = 3_600_000;
const spansOfRetention = 64;

/**
 * Joins a room's small neighbouring blocks into large ones, compressed: in transactions too small to hold up a commit, each
 * of which leaves the old blocks or the new ones. A room's newest block is never touched.
 */
export class Compactor {
	readonly #mender: Mender;
	readonly #size: typeof compactSize;
	readonly #blocks: RoomBlocks;
	readonly #room;
	readonly #delete;
	readonly #insert;
	readonly #advance;
	readonly #joinSome: (rooms: readonly RoomRow[], idleSince: number, spanMs: number) => boolean;
	/** Idle rooms of which nothing is left to join, with their newest event. */
	readonly #settled = new Map<number, number>();

	constructor(db: Db, mender: Mender, size = compactSize) {
		this.#mender = mender;
		this.#size = size;
		this.#blocks = new RoomBlocks(db);
		this.#room = db.prepare<[number, number], RoomRow>(
			`SELECT room_no AS roomNo, live_id AS liveId, last_seq AS lastSeq, newest_at AS newestAt,
			max(compact_seq, oldest_seq - 1) AS compactSeq FROM rooms
			WHERE last_seq - max(compact_seq, oldest_seq - 1) >= ? OR (newest_at < ? AND compact_seq < last_seq)`,
		);
		this.#delete = db.prepare<[number]>("DELETE FROM blocks WHERE block_no = ?");
		this.#insert = insertBlock(db);
		this.#advance = db.prepare<[number, number]>("UPDATE rooms SET compact_seq = ? WHERE room_no = ?");
		this.#joinSome = db.transaction((rooms, idleSince, spanMs) => this.#joinRooms(rooms, idleSince, spanMs)).immediate;
	}

	/** Does one small step. @returns false when there is nothing to join */
	step(now: number, { maxAgeMs }: Retention): boolean {
		const idleSince = now - idleMs;
		const rooms = this.#room
			.all(2 * this.#size.events, idleSince)
			.filter(({ roomNo, lastSeq }) => this.#settled.get(roomNo) !== lastSeq);
		return rooms.length > 0 && this.#joinSome(rooms, idleSince, Math.min(mostSpanMs, maxAgeMs / spansOfRetention));
	}

	#joinRooms(rooms: readonly RoomRow[], idleSince: number, spanMs: number): boolean {
		let left = blocksOfStep * this.#size.events;
		let isMore = false;
		for (const room of rooms) {
			const run = this.#runOf(room, spanMs);
			left -= costOfRoom + (run?.blocks.reduce((sum, { marks }) => sum + costOfRow + marks.length, 0) ?? 0);
			const isDone = run && (run.rows.length === 0 || !(run.isFull || room.newestAt < idleSince));
			if (isDone) this.#settled.set(room.roomNo, room.lastSeq);
			else isMore = true;
			if (run && !isDone) this.#replace(room.roomNo, run);
			if (left <= 0) return true;
		}
		return isMore;
	}

	/** @returns `undefined` where something damaged had to be mended first */
	#runOf({ roomNo, liveId, lastSeq, compactSeq }: RoomRow, spanMs: number): Run | undefined {
		const run: Run = { rows: [], blocks: [], isFull: false };
		let [events, bytes] = [0, 0];
		for (const row of this.#blocks.rows(roomNo, compactSeq + 1)) {
			const next = (run.blocks.at(-1)?.lastSeq ?? compactSeq) + 1;
			const block = opened(row);
			if (block?.firstSeq !== next) {
				run.isFull = run.rows.length > 0;
				return run.isFull ? run : this.#passOver(roomNo, liveId, next);
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

	/** Has a gap put where a block is damaged or missing, and leaves it as it is; so it does a jump. */
	#passOver(roomNo: number, liveId: string, seq: number): undefined {
		let [row] = this.#blocks.rows(roomNo, seq);
		if (!row || jumpOf(row)?.from !== seq) {
			this.#mender.mendThose(liveId, [{ from: seq, to: seq }]);
			[row] = this.#blocks.rows(roomNo, seq);
		}
		this.#advance.run(Math.max(seq, row?.lastSeq ?? seq), roomNo);
	}

	#replace(roomNo: number, { rows, blocks }: Run): void {
		const [first, last] = [blocks[0], rows.at(-1)];
		if (!first || !last) return;
		if (blocks.length > 1 || !first.isPacked) {
			for (const { blockNo } of rows) this.#delete.run(blockNo);
			const types = typesOf(blocks.flatMap(({ marks }) => marks));
			this.#insert.run(roomNo, first.firstSeq, last.lastSeq, last.storedAt, types, joinBlocks(blocks));
		}
		this.#advance.run(last.lastSeq, roomNo);
	}
}
