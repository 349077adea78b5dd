import type { Statement } from "better-sqlite3";
import { Block, type BlockParts } from "../block.ts";
import { gapInPlaceOf } from "../damaged-event.ts";
import type { StoredEvent } from "../event-log.ts";
import { isJump, type Jump } from "../floor.ts";
import type { Db } from "./open-database.ts";
import { jumpTypes } from "./schema.ts";

/** A block's row. What a damaged one holds can be of any type. */
export interface BlockRow {
	blockNo: number;
	firstSeq: number;
	lastSeq: number;
	/** When its newest event was stored. */
	storedAt: number;
	types: number;
	/** The parts of its block. */
	head: Buffer;
	lines: Buffer;
	/** The table has it under the same room, number and types as the index does. */
	isIndexed: number;
}

/** A block's row without its lines. */
type HeadRow = Omit<BlockRow, "lines">;

/** Events of a block that were asked for, both ends included. */
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

/** Blocks as an index finds them, with their columns as the table has them, by the names of {@link BlockRow}. */
const indexedBlocks = `SELECT b.block_no AS blockNo, b.first_seq AS firstSeq, b.last_seq AS lastSeq,
	b.stored_at AS storedAt, b.types AS types, b.head AS head, b.lines AS lines,
	b.room_no = i.room_no AND b.last_seq = i.last_seq AND b.types = i.types AS isIndexed
	FROM blocks AS i INDEXED BY blocks_by_seq CROSS JOIN blocks AS b ON b.block_no = i.block_no`;

type RowColumns = [roomNo: number, firstSeq: number, lastSeq: number, storedAt: number, types: number];

/** Writes a row of blocks, with the parts of its block. */
export function insertBlock(db: Db): (row: RowColumns, parts: BlockParts) => void {
	const insert: Statement<[...RowColumns, head: Buffer, lines: Buffer]> = db.prepare(
		"INSERT INTO blocks (room_no, first_seq, last_seq, stored_at, types, head, lines) VALUES (?, ?, ?, ?, ?, ?, ?)",
	);
	return (row, { head, lines }) => void insert.run(...row, head, lines);
}

/** Every type, also those that are yet to come. */
const allTypes = jumpTypes;
/** How many blocks are looked at for one that is whole. */
const mostNeighbours = 5;

/**
 * Writes a jump among a room's blocks: a row that covers its numbers, and holds no events.
 * @param storedAt when the room's newest event was stored
 */
export function insertJump(db: Db): (roomNo: number, jump: Jump, storedAt: number) => void {
	const insert = insertBlock(db);
	return (roomNo, jump, storedAt) => {
		const parts = { head: Buffer.from(jumpText(jump)), lines: Buffer.alloc(0) };
		insert([roomNo, jump.from, jump.to, storedAt, jumpTypes], parts);
	};
}

/** Damage can't make another row look like one: its head says what it is. */
const jumpText = ({ from, to }: Jump) => `jump ${from} ${to}`;

/** @returns `undefined` for a row that is none */
export function jumpOf({ firstSeq: from, lastSeq: to, types, head, isIndexed }: HeadRow): Jump | undefined {
	if (isIndexed !== 1) return undefined;
	const jump = { from, to };
	return types === jumpTypes && Buffer.isBuffer(head) && head.toString() === jumpText(jump) ? jump : undefined;
}

/** Selects some blocks of a room that end at a number or behind it and have one of some types. */
type Select<Row> = Statement<[roomNo: number, seq: number, types: number, most: number], Row>;

/** Reads the blocks of rooms. One that is damaged is as one that is missing: its events are a hole. */
export class RoomBlocks {
	readonly #room;
	readonly #rows: Select<BlockRow>;
	readonly #heads: Select<HeadRow>;
	readonly #lines;
	readonly #rowsBack;
	readonly #times;
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
			`${indexedBlocks} WHERE i.room_no = ? AND i.last_seq < ? ORDER BY i.last_seq DESC LIMIT ${mostNeighbours}`,
		);
		this.#times = db.prepare<[number, number], Pick<BlockRow, "lastSeq" | "storedAt">>(
			`SELECT last_seq AS lastSeq, stored_at AS storedAt FROM blocks WHERE room_no = ? AND last_seq >= ?
			ORDER BY last_seq LIMIT 1`,
		);
		const jumps = indexedBlocks.replace("blocks_by_seq", "jumps");
		this.#jumps = db.prepare<[number, number], BlockRow>(
			`${jumps} WHERE i.room_no = ? AND i.last_seq > ? AND i.types = ${jumpTypes} ORDER BY i.last_seq`,
		);
		this.#jumpsBack = db.prepare<[number, number], BlockRow>(
			`${jumps} WHERE i.room_no = ? AND i.last_seq <= ? AND i.types = ${jumpTypes} ORDER BY i.last_seq DESC`,
		);
	}

	/** The first jump that ends after this `seq`. */
	jumpAfter(roomNo: number, seq: number): Jump | undefined {
		for (const row of this.#jumps.iterate(roomNo, seq)) {
			const jump = jumpOf(row);
			if (jump) return jump;
		}
		return undefined;
	}

	/** The end of the jump that the number behind this one belongs to; where it belongs to none, the number itself. */
	past(roomNo: number, seq: number): number {
		const jump = this.jumpAfter(roomNo, seq);
		return jump && jump.from <= seq + 1 ? jump.to : seq;
	}

	/** The `seq` behind which so many events lie up to the end. @param from a room's oldest and newest `seq` */
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

	/** Number of events in a range of numbers, both ends included. @param range a room's oldest and newest `seq` */
	countOf(roomNo: number, { oldestSeq, lastSeq }: { oldestSeq: number; lastSeq: number }): number {
		let count = lastSeq - oldestSeq + 1;
		for (const row of this.#jumps.iterate(roomNo, oldestSeq - 1)) {
			const jump = jumpOf(row);
			if (jump) count -= Math.min(lastSeq, jump.to) - Math.max(oldestSeq, jump.from) + 1;
		}
		return count;
	}

	/** Blocks from the one with this event on, as they lie. A few at a time: between them others may ask, and write. */
	rows(roomNo: number, seq: number, types = allTypes): Generator<BlockRow, void> {
		return selected(this.#rows, roomNo, seq, types);
	}

	/** What is whole of the events from behind `after` to `end`, in order. */
	*whole(roomNo: number, after: number, end: number, types = allTypes): Generator<Piece, void> {
		for (const piece of this.pieces(roomNo, after, end, types)) if ("block" in piece) yield piece;
	}

	/** {@link whole} by the heads of blocks: the lines of each are read when they are needed. */
	*heads(roomNo: number, after: number, end: number): Generator<Piece, void> {
		const rows = selected(this.#heads, roomNo, after + 1, allTypes);
		const open = (row: HeadRow) => openedHead(row, () => this.#lines.get(row.blockNo));
		for (const piece of piecesOf(rows, open, [after, end], allTypes)) if ("block" in piece) yield piece;
	}

	/**
	 * The events from behind `after` to `end`, in order: what is whole, and the holes between. Jumps are passed over.
	 * @param types where only blocks with some types are looked at, nothing is known of holes: none is given
	 */
	pieces(roomNo: number, after: number, end: number, types = allTypes): Generator<Piece | Hole, void> {
		return piecesOf(this.rows(roomNo, after + 1, types), opened, [after, end], types);
	}

	/** All of these events, in order; in the place of each that is damaged, its gap. @param onHole called before those */
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
	 * What readers get in the place of events that are damaged or missing: the first of them has the time that is missing,
	 * the others none. All readers get the same, for as long as the events around them stay.
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

	/** The whole of a hole of which a part is known. @param within what the room holds */
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

	/** The newest blocks of a room, the last first, as they lie. */
	newest(roomNo: number): BlockRow[] {
		return this.#rowsBack.all(roomNo, Number.MAX_SAFE_INTEGER);
	}

	/** The block with the first event that was stored at or after `time`: `undefined` when none was. */
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

	/** The first `seq` that was stored at or after `time`; `lastSeq + 1` when none was. */
	firstStoredFrom(room: { roomNo: number; oldestSeq: number; lastSeq: number }, time: number): number {
		const { block } = this.blockFrom(room, time) ?? {};
		return block ? block.firstStoredFrom(time) : room.lastSeq + 1;
	}

	/** The newest block that is whole of those that lie before an event. */
	#before(roomNo: number, seq: number): Block | undefined {
		for (const row of this.#rowsBack.all(roomNo, seq)) {
			const block = opened(row);
			if (block) return block;
		}
		return undefined;
	}
}

/** A hole that only a jump explains, whose row is damaged: of that, the last number is a hole, so that readers hear of it. */
function holeOf(hole: Hole): Hole {
	return isJump(hole) ? { from: hole.to, to: hole.to } : hole;
}

/** Rows from the one with this event on, a few at a time: between them others may ask, and write. */
function* selected<Row extends HeadRow>(
	select: Select<Row>,
	roomNo: number,
	seq: number,
	types: number,
): Generator<Row, void> {
	let from = seq;
	for (let most = 4; ; most = Math.min(32, 2 * most)) {
		const rows = select.all(roomNo, from, types, most);
		yield* rows;
		const last = rows.at(-1);
		if (!last || rows.length < most) return;
		from = Math.max(from, last.lastSeq) + 1;
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

/** @returns `undefined` for a block that is not as it was written */
export function opened(row: BlockRow): Block | undefined {
	const { head, lines } = row;
	if (!isPlaced(row) || !Buffer.isBuffer(head) || !Buffer.isBuffer(lines)) return undefined;
	const block = Block.openParts(head, lines, row);
	const isItsOwn = block?.marks.at(-1)?.storedAt === row.storedAt && block.types === row.types;
	return isItsOwn ? block : undefined;
}

/** As {@link opened}, by the block's head. */
function openedHead(row: HeadRow, lines: () => Buffer | undefined): Block | undefined {
	return isPlaced(row) && Buffer.isBuffer(row.head) ? Block.openHead(row.head, row, lines) : undefined;
}

function isPlaced({ firstSeq, lastSeq, isIndexed }: HeadRow): boolean {
	return isIndexed === 1 && Number.isInteger(firstSeq) && Number.isInteger(lastSeq) && lastSeq >= firstSeq;
}

/** The log's own text: it is what this program has written. */
function roomIdOf({ json }: StoredEvent): string {
	return (JSON.parse(json) as { room_id: string }).room_id;
}
