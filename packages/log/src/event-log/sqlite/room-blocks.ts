import type { Statement } from "better-sqlite3";
import { Block, type BlockParts, encodeBlock } from "../block.ts";
import { gapInPlaceOf } from "../damaged-event.ts";
import type { StoredEvent } from "../event-log.ts";
import { isJump, type Jump } from "../floor.ts";
import type { Db } from "./open-database.ts";
import { jumpTypes } from "./schema.ts";

/** Row of a block. A damaged one can hold values of any type. */
export interface BlockRow {
	blockNo: number;
	firstSeq: number;
	lastSeq: number;
	/** When its newest event was stored, ms since the epoch. */
	storedAt: number;
	types: number;
	/** The two parts of its block. */
	head: Buffer;
	lines: Buffer;
	/** Whether the table has it under the same room, number and types as the index. */
	isIndexed: number;
	/** `lastSeq` according to the index. */
	indexedSeq: number;
}

/** A block's row without its lines. */
type HeadRow = Omit<BlockRow, "lines">;

/** Requested events of a block, both ends included. */
export interface Piece {
	block: Block;
	from: number;
	to: number;
}

/** Events that are damaged or missing, both ends included. */
export interface Hole {
	from: number;
	to: number;
}

interface RoomRow {
	liveId: string;
	oldestSeq: number;
	oldestAt: number | null;
	newestAt: number;
}

/** Selects blocks through an index, with the table's columns named as in {@link BlockRow}. */
const indexedBlocks = `SELECT b.block_no AS blockNo, b.first_seq AS firstSeq, b.last_seq AS lastSeq,
	b.stored_at AS storedAt, b.types AS types, b.head AS head, b.lines AS lines,
	b.room_no = i.room_no AND b.last_seq = i.last_seq AND b.types = i.types AS isIndexed, i.last_seq AS indexedSeq
	FROM blocks AS i INDEXED BY blocks_by_seq CROSS JOIN blocks AS b ON b.block_no = i.block_no`;

type RowColumns = [roomNo: number, firstSeq: number, lastSeq: number, storedAt: number, types: number];

/** Returns a function that writes a row of blocks, with the parts of its block. */
export function insertBlock(db: Db): (row: RowColumns, parts: BlockParts) => void {
	const insert: Statement<[...RowColumns, head: Buffer, lines: Buffer]> = db.prepare(
		"INSERT INTO blocks (room_no, first_seq, last_seq, stored_at, types, head, lines) VALUES (?, ?, ?, ?, ?, ?, ?)",
	);
	return (row, { head, lines }) => void insert.run(...row, head, lines);
}

/** Maximum number of rows read at once, and number of events in most joined blocks. */
const maxRows = 32;
const eventsOfJoined = 256;
/** Every type, including future ones. */
const allTypes = jumpTypes;
/** Maximum number of gaps in a block. */
const gapsOfBlock = 256;
/** Maximum number of blocks examined to find an intact one. */
const maxNeighbours = 5;

/**
 * Returns a function that writes a jump among a room's blocks: a row that covers its numbers, and holds no events. Its
 * `storedAt` is when the room's newest event was stored.
 */
export function insertJump(db: Db): (roomNo: number, jump: Jump, storedAt: number) => void {
	const insert = insertBlock(db);
	return (roomNo, jump, storedAt) => {
		const parts = { head: Buffer.from(jumpText(jump)), lines: Buffer.alloc(0) };
		insert([roomNo, jump.from, jump.to, storedAt, jumpTypes], parts);
	};
}

/** Content of a jump's head. Because of it, damage can't make another row look like a jump. */
const jumpText = ({ from, to }: Jump) => `jump ${from} ${to}`;

/** @returns `undefined` for a row that is not a jump */
export function jumpOf({ firstSeq: from, lastSeq: to, types, head, isIndexed }: HeadRow): Jump | undefined {
	if (isIndexed !== 1) return undefined;
	const jump = { from, to };
	return types === jumpTypes && Buffer.isBuffer(head) && head.toString() === jumpText(jump) ? jump : undefined;
}

/** Selects blocks of a room that end at a number or behind it and have one of the types. */
type Select<Row> = Statement<[roomNo: number, seq: number, types: number, max: number], Row>;

/** Reads the blocks of rooms. A damaged block counts as missing: its events are a hole. */
export class RoomBlocks {
	readonly #room;
	readonly #rows: Select<BlockRow>;
	readonly #heads: Select<HeadRow>;
	readonly #lines;
	readonly #rowsBack;
	readonly #times;
	readonly #newestSeq;
	readonly #jumps;
	readonly #jumpsBack;

	constructor(db: Db) {
		this.#room = db.prepare<[number], RoomRow>(
			`SELECT live_id AS liveId, oldest_seq AS oldestSeq, oldest_at AS oldestAt, newest_at AS newestAt
			FROM rooms WHERE room_no = ?`,
		);
		const rows = `${indexedBlocks} WHERE i.room_no = ? AND i.last_seq >= ? AND i.types & ? ORDER BY i.last_seq LIMIT ?`;
		this.#rows = db.prepare(rows);
		this.#heads = db.prepare(rows.replace(" b.lines AS lines,", ""));
		this.#lines = db.prepare<[number], Buffer>("SELECT lines FROM blocks WHERE block_no = ?").pluck();
		this.#rowsBack = db.prepare<[number, number], BlockRow>(
			`${indexedBlocks} WHERE i.room_no = ? AND i.last_seq < ? ORDER BY i.last_seq DESC LIMIT ${maxNeighbours}`,
		);
		this.#times = db.prepare<[number, number], Pick<BlockRow, "lastSeq" | "storedAt">>(
			`SELECT last_seq AS lastSeq, stored_at AS storedAt FROM blocks WHERE room_no = ? AND last_seq >= ?
			ORDER BY last_seq LIMIT 1`,
		);
		this.#newestSeq = db
			.prepare<[number], unknown>(
				"SELECT last_seq FROM blocks INDEXED BY blocks_by_seq WHERE room_no = ? ORDER BY last_seq DESC LIMIT 1",
			)
			.pluck();
		const jumps = indexedBlocks.replace("blocks_by_seq", "jumps");
		this.#jumps = db.prepare<[number, number], BlockRow>(
			`${jumps} WHERE i.room_no = ? AND i.last_seq > ? AND i.types = ${jumpTypes} ORDER BY i.last_seq`,
		);
		this.#jumpsBack = db.prepare<[number, number], BlockRow>(
			`${jumps} WHERE i.room_no = ? AND i.last_seq <= ? AND i.types = ${jumpTypes} ORDER BY i.last_seq DESC`,
		);
	}

	/** Returns the first jump that ends after this `seq`. */
	jumpAfter(roomNo: number, seq: number): Jump | undefined {
		for (const row of this.#jumps.iterate(roomNo, seq)) {
			const jump = jumpOf(row);
			if (jump) return jump;
		}
		return undefined;
	}

	/** Returns the end of the jump that contains the number after this one, otherwise the number itself. */
	past(roomNo: number, seq: number): number {
		const jump = this.jumpAfter(roomNo, seq);
		return jump && jump.from <= seq + 1 ? jump.to : seq;
	}

	/** Returns the `seq` behind which the newest `count` events lie. @param from a room's oldest and newest `seq` */
	afterNewest(roomNo: number, { oldestSeq, lastSeq }: { oldestSeq: number; lastSeq: number }, count: number): number {
		let left = count;
		let end = lastSeq;
		for (const row of this.#jumpsBack.iterate(roomNo, lastSeq)) {
			const jump = jumpOf(row);
			if (!jump) continue;
			if (end - jump.to >= left) break;
			left -= end - jump.to;
			end = jump.from - 1;
		}
		return Math.max(oldestSeq - 1, end - left);
	}

	/**
	 * Returns the number of events in a range of numbers, both ends included.
	 * @param range a room's oldest and newest `seq`
	 */
	countOf(roomNo: number, { oldestSeq, lastSeq }: { oldestSeq: number; lastSeq: number }): number {
		let count = lastSeq - oldestSeq + 1;
		for (const row of this.#jumps.iterate(roomNo, oldestSeq - 1)) {
			const jump = jumpOf(row);
			if (jump) count -= Math.min(lastSeq, jump.to) - Math.max(oldestSeq, jump.from) + 1;
		}
		return count;
	}

	/**
	 * Yields unchecked rows from the one with this event on, a few at a time, so that others may read and write in
	 * between.
	 */
	rows(roomNo: number, seq: number, types = allTypes): Generator<BlockRow, void> {
		return selected(this.#rows, roomNo, seq, types);
	}

	/** Yields the intact pieces of the events after `after` up to `end`, in order. */
	*whole(roomNo: number, after: number, end: number, types = allTypes): Generator<Piece, void> {
		for (const piece of this.pieces(roomNo, after, end, types)) if ("block" in piece) yield piece;
	}

	/** Yields as {@link whole}, but reads only heads of blocks; the lines of each are read when they are needed. */
	*heads(roomNo: number, after: number, end: number): Generator<Piece, void> {
		// Reads as many rows at once as the events need if their blocks are joined.
		const rows = selected(this.#heads, roomNo, after + 1, allTypes, 2 + (end - after) / eventsOfJoined);
		const open = (row: HeadRow) => openedHead(row, () => this.#lines.get(row.blockNo));
		for (const piece of piecesOf(rows, open, [after, end], allTypes)) if ("block" in piece) yield piece;
	}

	/**
	 * Yields the events after `after` up to `end`, in order: intact pieces, and the holes between. Jumps are skipped.
	 * @param types if only blocks with some types are examined, holes are unknown, and none is yielded
	 */
	pieces(roomNo: number, after: number, end: number, types = allTypes): Generator<Piece | Hole, void> {
		return piecesOf(this.rows(roomNo, after + 1, types), opened, [after, end], types);
	}

	/** Yields all of these events in order, with a gap for each damaged one. @param onHole called before such gaps */
	*events(roomNo: number, after: number, end: number, onHole?: (hole: Hole) => void): Generator<StoredEvent, void> {
		for (const piece of this.pieces(roomNo, after, end)) {
			if ("block" in piece) yield* piece.block.events(piece.from, piece.to);
			else {
				onHole?.(piece);
				yield* this.gaps(roomNo, piece);
			}
		}
	}

	/**
	 * Returns the gaps that readers get for damaged or missing events. The first of them covers the missing time, the
	 * others none. All readers get the same ones while the events around them stay.
	 */
	gaps(roomNo: number, { from, to }: Hole): StoredEvent[] {
		const { liveId = "", oldestSeq = from, oldestAt = null, newestAt = 0 } = this.#room.get(roomNo) ?? {};
		const before = this.#before(roomNo, from);
		const [after] = this.whole(roomNo, to, Number.MAX_SAFE_INTEGER);
		const end = after ? after.block.storedAt(after.from) : newestAt;
		const start = Math.min(end, before ? before.storedAt(before.lastSeq) : (oldestAt ?? end));
		const roomId = before ? roomIdOf(before.event(before.lastSeq)) : "";
		const first = before ? before.lastSeq + 1 : oldestSeq;
		return Array.from({ length: to - from + 1 }, (_, index) => {
			const seq = from + index;
			return gapInPlaceOf({ liveId, seq, roomId, from: seq === first ? start : end, to: end }).event;
		});
	}

	/** Yields the {@link gaps} of a hole as blocks, as they would be stored in its place. */
	*gapBlocks(roomNo: number, hole: Hole): Generator<Block, void> {
		for (let firstSeq = hole.from; firstSeq <= hole.to; firstSeq += gapsOfBlock) {
			const lastSeq = Math.min(hole.to, firstSeq + gapsOfBlock - 1);
			const events = this.gaps(roomNo, { from: firstSeq, to: lastSeq });
			yield new Block({ firstSeq, lastSeq }, encodeBlock({ events, storedAt: events.at(-1)?.at ?? 0 }));
		}
	}

	/** Returns the whole hole that a known part belongs to. @param within the room's numbers */
	around(roomNo: number, { from, to }: Hole, within: Hole): Hole {
		const before = this.#before(roomNo, from);
		const [after] = this.whole(roomNo, to, within.to);
		const [jumpBefore] = this.#jumpsBack.all(roomNo, from).flatMap((row) => jumpOf(row) ?? []);
		const jump = this.jumpAfter(roomNo, to);
		return holeOf({
			from: Math.max(within.from, (before?.lastSeq ?? 0) + 1, (jumpBefore?.to ?? 0) + 1),
			to: Math.min(after ? after.block.firstSeq - 1 : within.to, jump ? jump.from - 1 : within.to),
		});
	}

	/** Whether a room may have blocks behind this `seq`. Reads only the index. */
	hasAfter(roomNo: number, seq: number): boolean {
		const newest = this.#newestSeq.get(roomNo);
		return typeof newest === "number" ? newest > seq : newest !== undefined;
	}

	/** Yields the newest rows of a room, the last first, unchecked. */
	newest(roomNo: number): IterableIterator<BlockRow> {
		return this.#rowsBack.iterate(roomNo, Number.MAX_SAFE_INTEGER);
	}

	/** Returns the block with the first event that was stored at or after `time`; `undefined` if there is none. */
	blockFrom(room: { roomNo: number; oldestSeq: number; lastSeq: number }, time: number): Piece | undefined {
		let low = room.oldestSeq;
		let high = room.lastSeq + 1;
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			const row = this.#times.get(room.roomNo, middle);
			if (row && row.storedAt < time) low = row.lastSeq + 1;
			else high = middle;
		}
		const [piece] = this.heads(room.roomNo, low - 1, Number.MAX_SAFE_INTEGER);
		return piece;
	}

	/** Returns the first `seq` that was stored at or after `time`; `lastSeq + 1` if there is none. */
	firstStoredFrom(
		room: { roomNo: number; oldestSeq: number; lastSeq: number; newestAt: number },
		time: number,
	): number {
		if (time === Number.NEGATIVE_INFINITY) return room.oldestSeq;
		if (time > room.newestAt) return room.lastSeq + 1;
		const { block } = this.blockFrom(room, time) ?? {};
		return block ? block.firstStoredFrom(time) : room.lastSeq + 1;
	}

	/** Returns the newest intact block before an event. */
	#before(roomNo: number, seq: number): Block | undefined {
		for (const row of this.#rowsBack.iterate(roomNo, seq)) {
			const block = opened(row);
			if (block) return block;
		}
		return undefined;
	}
}

/** Shortens a hole that only a jump with a damaged row explains to its last number, which notifies readers of it. */
function holeOf(hole: Hole): Hole {
	return isJump(hole) ? { from: hole.to, to: hole.to } : hole;
}

/** Yields rows from the one with this event on, a few at a time, so that others may read and write in between. */
function* selected<Row extends HeadRow>(
	select: Select<Row>,
	roomNo: number,
	seq: number,
	types: number,
	first = 4,
): Generator<Row, void> {
	let from = seq;
	for (let max = Math.trunc(Math.min(maxRows, first)); ; max = Math.min(maxRows, 2 * max)) {
		const rows = select.all(roomNo, from, types, max);
		yield* rows;
		const last = rows.at(-1);
		if (!last || rows.length < max) return;
		// The index has ordered the rows: a damaged number in the table must not skip those that follow.
		from = Math.max(from, last.indexedSeq) + 1;
	}
}

/** @see RoomBlocks.pieces */
function* piecesOf<Row extends HeadRow>(
	rows: Iterable<Row>,
	open: (row: Row) => Block | undefined,
	[after, end]: readonly [number, number],
	types: number,
): Generator<Piece | Hole, void> {
	let next = after + 1;
	const hole = (to: number) => (to >= next && types === allTypes ? [holeOf({ from: next, to })] : []);
	for (const row of rows) {
		const jump = jumpOf(row);
		if (jump && jump.to >= next) {
			yield* hole(Math.min(end, jump.from - 1));
			next = jump.to + 1;
			if (next > end) return;
		}
		const block = open(row);
		if (!block || block.lastSeq < next) continue;
		yield* hole(Math.min(end, block.firstSeq - 1));
		const piece = { block, from: Math.max(next, block.firstSeq), to: Math.min(end, block.lastSeq) };
		next = block.lastSeq + 1;
		if (piece.from <= end) yield piece;
		if (next > end) return;
	}
	yield* hole(end);
}

/** @returns `undefined` for a block that has changed since it was written */
export function opened(row: BlockRow): Block | undefined {
	const { head, lines } = row;
	if (!isPlaced(row) || !Buffer.isBuffer(head) || !Buffer.isBuffer(lines)) return undefined;
	const block = Block.openParts(head, lines, row);
	const isItsOwn = block?.marks.at(-1)?.storedAt === row.storedAt && block.types === row.types;
	return isItsOwn ? block : undefined;
}

/** Opens a block by its head, as {@link opened}. */
function openedHead(row: HeadRow, lines: () => Buffer | undefined): Block | undefined {
	return isPlaced(row) && Buffer.isBuffer(row.head) ? Block.openHead(row.head, row, lines) : undefined;
}

function isPlaced({ firstSeq, lastSeq, isIndexed }: HeadRow): boolean {
	return isIndexed === 1 && Number.isInteger(firstSeq) && Number.isInteger(lastSeq) && lastSeq >= firstSeq;
}

/** Returns the broadcast of an event written by this program itself. */
function roomIdOf({ json }: StoredEvent): string {
	return (JSON.parse(json) as { room_id: string }).room_id;
}
