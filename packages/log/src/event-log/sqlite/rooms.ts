import { crc32 } from "node:zlib";
import type { Cursor } from "@livekeeper/douyin";
import { corrupt } from "../../database/index.ts";
import { type CursorRow, cursorOf, rowOf } from "./cursor-row.ts";
import type { Db } from "./open-database.ts";
import { type BlockRow, jumpOf, opened, RoomBlocks } from "./room-blocks.ts";

/** Row of a room, stored beside its blocks. */
export interface Room extends CursorRow {
	roomNo: number;
	liveId: string;
	lastSeq: number;
	/** `lastSeq + 1` if no events are left. */
	oldestSeq: number;
	oldestAt: number | null;
	newestAt: number;
	/** Maximum distance ever of an event's `at` from the time it was stored, and maximum time that it lay after it. */
	maxSkewMs: number;
	maxAheadMs: number;
	/** Events up to here are in the stored projection; null: none is stored. */
	countedSeq: number | null;
	/** Blocks up to here are not joined any more. */
	compactSeq: number;
	/** Number of damaged events replaced with a gap, and the newest of them; 0 once retention has deleted that. */
	corruptEvents: number;
	corruptSeq: number;
}

type RoomRow = Room & { checksum: number };

const columnOf = {
	roomNo: "room_no",
	liveId: "live_id",
	lastSeq: "last_seq",
	oldestSeq: "oldest_seq",
	oldestAt: "oldest_at",
	newestAt: "newest_at",
	maxSkewMs: "max_skew_ms",
	maxAheadMs: "max_ahead_ms",
	countedSeq: "counted_seq",
	compactSeq: "compact_seq",
	corruptEvents: "corrupt_events",
	corruptSeq: "corrupt_seq",
	roomId: "cursor_room_id",
	cursor: "cursor",
	internalExt: "cursor_internal_ext",
	repeats: "cursor_repeats",
} as const satisfies Record<keyof Room, string>;
const names = Object.keys(columnOf) as (keyof Room)[];
const columns = names.map((name) => columnOf[name]);
const selected = names.map((name) => `${columnOf[name]} AS ${name}`).join(", ");
export const selectRooms = `SELECT ${selected}, checksum FROM rooms NOT INDEXED`;
/** Larger than any event's skew. With it, a search by time examines all events. */
const anySkewMs = 2 ** 45;

const valuesOf = (room: Room): unknown[] => names.map((name) => room[name]);
const isSound = ({ checksum, ...room }: RoomRow): boolean => checksum === checksumOf(...valuesOf(room as Room));

/** Returns the rooms among rows of {@link selectRooms} whose checksum matches. */
export function soundRooms(rows: readonly object[]): Room[] {
	return (rows as RoomRow[]).filter(isSound).map(({ checksum: _, ...room }) => room as Room);
}

/**
 * Derives the ends of rooms from their newest blocks. A commit writes only blocks, unless these don't hold everything;
 * rows are otherwise written by rarer operations, and at an orderly end.
 */
export class RoomEnds {
	readonly #blocks: RoomBlocks;

	constructor(db: Db) {
		this.#blocks = new RoomBlocks(db);
	}

	/**
	 * Brings a room's row up to date with its blocks. For a damaged block only its end counts, and only if table and
	 * index agree on it. If they don't, fewer events are there than were stored, and the log's end is in doubt.
	 */
	update(room: Room): Room {
		if (!this.#blocks.hasAfter(room.roomNo, room.lastSeq)) return room;
		let { lastSeq } = room;
		for (const row of this.#blocks.newest(room.roomNo)) {
			if (row.lastSeq <= room.lastSeq) break;
			const block = opened(row);
			if (!block) {
				if (isPlausible(row) && row.firstSeq > room.lastSeq) lastSeq = Math.max(lastSeq, row.lastSeq);
				continue;
			}
			lastSeq = Math.max(lastSeq, block.lastSeq);
			const newestAt = Math.max(room.newestAt, block.storedAt(block.lastSeq));
			return { ...room, lastSeq, newestAt, ...(block.cursor && rowOf(block.cursor)) };
		}
		return { ...room, lastSeq };
	}

	/** As {@link update}, but tolerates a partly unreadable database. */
	readable(room: Room): Room {
		try {
			return this.update(room);
		} catch {
			return room;
		}
	}
}

function isPlausible({ isIndexed, firstSeq, lastSeq }: BlockRow): boolean {
	return isIndexed === 1 && Number.isSafeInteger(firstSeq) && Number.isSafeInteger(lastSeq) && lastSeq >= firstSeq;
}

/** Reads rooms that another connection has stored. */
export class StoredRooms {
	readonly #byLiveId;
	readonly #liveIds;
	readonly #ends: RoomEnds;
	readonly #find: (liveId: string) => Room | undefined;

	constructor(db: Db) {
		this.#ends = new RoomEnds(db);
		// Retention may delete blocks after the row was read.
		this.#find = db.transaction((liveId: string) => this.#read(liveId));
		this.#byLiveId = db.prepare<[string], RoomRow>(`SELECT ${selected}, checksum FROM rooms WHERE live_id = ?`);
		this.#liveIds = db.prepare<[], string>("SELECT live_id FROM rooms ORDER BY room_no").pluck();
	}

	/** Returns the live ids of all rooms, oldest first. */
	liveIds(): string[] {
		return this.#liveIds.all();
	}

	/** @throws `SQLITE_CORRUPT` if its row has changed since it was written */
	find(liveId: string): Room | undefined {
		return this.#find(liveId);
	}

	/** Returns a room's number, which reads none of its blocks. @throws as `find` */
	numberOf(liveId: string): number | undefined {
		return this.#row(liveId)?.roomNo;
	}

	#read(liveId: string): Room | undefined {
		const room = this.#row(liveId);
		return room && this.#ends.update(room);
	}

	#row(liveId: string): Room | undefined {
		const room = this.#byLiveId.get(liveId);
		if (room && (!isSound(room) || room.liveId !== liveId)) throw corrupt(`The row of room ${liveId} is damaged.`);
		return room;
	}

	cursor(liveId: string): Cursor | undefined {
		const room = this.find(liveId);
		return room && cursorOf(room);
	}
}

/**
 * All rooms in memory, for the one connection that writes. A room is found without an index, and a row that rots while
 * the log is open is overwritten with its intact content.
 */
export class Rooms {
	readonly #db: Db;
	readonly #ends: RoomEnds;
	readonly #byLiveId = new Map<string, Room>();
	readonly #byNo = new Map<number, Room>();
	/** Rooms whose rows are older than their newest blocks. */
	readonly #noted = new Set<Room>();
	readonly #update;
	readonly #insert;

	/** @param db with intact rows: {@link repairRooms} */
	constructor(db: Db) {
		this.#db = db;
		this.#ends = new RoomEnds(db);
		const set = columns.map((column) => `${column} = ?`).join(", ");
		this.#update = db.prepare<unknown[]>(`UPDATE rooms SET ${set}, checksum = ? WHERE room_no = ?`);
		this.#insert = insertRoom(db);
		this.#load();
	}

	find(liveId: string): Room | undefined {
		return this.#byLiveId.get(liveId);
	}

	byNo(roomNo: number): Room | undefined {
		return this.#byNo.get(roomNo);
	}

	/** Returns the rooms in the order of their first write. */
	all(): Room[] {
		return [...this.#byLiveId.values()];
	}

	/**
	 * Creates a room without events; its first event gets the number after `seqBase`. To be called within a transaction.
	 */
	create(liveId: string, seqBase: number): Room {
		const roomNo = Math.max(0, ...this.#byNo.keys()) + 1;
		const room = newRoom(roomNo, liveId, seqBase);
		this.#insert(room);
		this.#keep(room);
		return room;
	}

	/** Applies a change that can be derived from the room's newest block. */
	note(room: Room, change: Partial<Room>): void {
		Object.assign(room, change);
		this.#noted.add(room);
	}

	/** Writes the rows of rooms whose changes were only noted. */
	save(): void {
		this.#db
			.transaction(() => {
				for (const room of this.#noted) this.change(room, {});
			})
			.immediate();
	}

	/** Writes a room's row. To be called within a transaction. */
	change(room: Room, change: Partial<Room>): void {
		Object.assign(room, change);
		this.#noted.delete(room);
		this.#update.run(...valuesOf(room), checksumOf(...valuesOf(room)), room.roomNo);
	}

	/** Wraps a transaction that changes rooms: if it fails, they are reloaded from the store. */
	transaction<Args extends unknown[], Result>(run: (...args: Args) => Result): (...args: Args) => Result {
		const transaction = this.#db.transaction(run).immediate as (...args: Args) => Result;
		return (...args) => {
			try {
				return transaction(...args);
			} catch (error) {
				this.#load();
				throw error;
			}
		};
	}

	/** Keeps the objects, because other parts refer to them. */
	#load(): void {
		const all = rowsOf(this.#db);
		const rows = soundRooms(all);
		if (rows.length < all.length) throw corrupt("A room's row is damaged.");
		const stored = new Set(rows.map(({ roomNo }) => roomNo));
		for (const [roomNo, { liveId }] of this.#byNo) {
			if (stored.has(roomNo)) continue;
			this.#byNo.delete(roomNo);
			this.#byLiveId.delete(liveId);
		}
		for (const row of rows) this.#keep(Object.assign(this.#byNo.get(row.roomNo) ?? {}, this.#ends.update(row)));
	}

	#keep(room: Room): void {
		this.#byNo.set(room.roomNo, room);
		this.#byLiveId.set(room.liveId, room);
	}
}

/**
 * Rewrites the table of rooms if a row has changed since it was written, from intact rows and from the blocks: first
 * and last event are those of the room's blocks. Data stored nowhere else is lost: the cursor, and how far events were
 * counted; they are counted again. Numbers continue above all that can have been assigned, because the log's end is in
 * doubt.
 * @param seqBase number before the first event of a room without blocks
 * @returns the rooms whose rows were damaged
 */
export function repairRooms(db: Db, seqBase: number): string[] {
	const rows = rowsOf(db);
	const sound = new Map(soundRooms(rows).map((room) => [room.roomNo, room]));
	const liveIds = new Set(Array.from(sound.values(), ({ liveId }) => liveId));
	const repaired: Room[] = [];
	const keep = (room: Room | undefined) => {
		if (!room || liveIds.has(room.liveId)) return;
		liveIds.add(room.liveId);
		repaired.push(room);
	};
	for (const roomNo of roomsOfBlocks(db)) if (!sound.has(roomNo)) keep(ofBlocks(db, roomNo));
	// If its live id is damaged, the index of live ids still has it.
	const known = db.prepare<[], string>("SELECT live_id FROM rooms INDEXED BY sqlite_autoindex_rooms_1").pluck().all();
	const damaged = rows.filter((row) => !isSound(row));
	if (damaged.length > 0) {
		const nextNo = Math.max(0, ...sound.keys(), ...repaired.map(({ roomNo }) => roomNo)) + 1;
		for (const [index, liveId] of known.filter((one) => typeof one === "string").entries()) {
			keep(newRoom(nextNo + index, liveId, seqBase));
		}
	}
	if (damaged.length === 0 && repaired.length === 0) return [];
	const ordered = [...sound.values(), ...repaired].toSorted((a, b) => a.roomNo - b.roomNo);
	const { sql } = db.prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'rooms'").get() ?? {};
	db.transaction(() => {
		// Rows are not deleted one by one, because deleting a row that is missing from an index fails.
		db.exec(`DROP TABLE rooms; ${sql}`);
		const insert = insertRoom(db);
		for (const room of ordered) insert(room);
	}).immediate();
	return repaired.map(({ liveId }) => liveId);
}

function newRoom(roomNo: number, liveId: string, seqBase: number): Room {
	return {
		...{ roomNo, liveId, lastSeq: seqBase, oldestSeq: seqBase + 1, oldestAt: null, newestAt: 0 },
		...{ maxSkewMs: 0, maxAheadMs: 0, countedSeq: null, compactSeq: seqBase },
		...{ corruptEvents: 0, corruptSeq: 0 },
		...{ roomId: null, cursor: null, internalExt: null, repeats: null },
	};
}

export function insertRoom(db: Db): (room: Room) => void {
	const insert = db.prepare<unknown[]>(
		`INSERT INTO rooms (${columns.join(", ")}, checksum) VALUES (${columns.map(() => "?").join(", ")}, ?)`,
	);
	return (room) => void insert.run(...valuesOf(room), checksumOf(...valuesOf(room)));
}

function rowsOf(db: Db): RoomRow[] {
	return db.prepare<[], RoomRow>(`${selectRooms} ORDER BY room_no`).all();
}

function roomsOfBlocks(db: Db): number[] {
	const next = db.prepare<[number], number | null>("SELECT min(room_no) FROM blocks WHERE room_no > ?").pluck();
	const roomNos: number[] = [];
	for (let roomNo = next.get(Number.MIN_SAFE_INTEGER); typeof roomNo === "number"; roomNo = next.get(roomNo)) {
		roomNos.push(roomNo);
	}
	return roomNos;
}

/** Reconstructs a room from its blocks. */
function ofBlocks(db: Db, roomNo: number): Room | undefined {
	const blocks = new RoomBlocks(db);
	const [first] = blocks.whole(roomNo, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
	const newest = [...blocks.newest(roomNo)];
	const last = newest.map(opened).find((block) => block !== undefined);
	if (!first || !last) return undefined;
	const { firstSeq: oldestSeq, marks } = first.block;
	const { json } = last.event(last.lastSeq);
	// Written by this program itself.
	const { live_id: liveId } = JSON.parse(json) as { live_id: string };
	return {
		...newRoom(roomNo, liveId, oldestSeq - 1),
		lastSeq: Math.max(last.lastSeq, ...newest.flatMap((row) => jumpOf(row)?.to ?? [])),
		oldestSeq,
		oldestAt: marks.at(-1)?.storedAt ?? null,
		newestAt: last.storedAt(last.lastSeq),
		...{ maxSkewMs: anySkewMs, maxAheadMs: anySkewMs },
	};
}

/**
 * Returns the checksum of a row's columns, which is stored in a column of its own. A row whose checksum differs is not
 * trusted, even though SQLite could read it.
 */
function checksumOf(...values: readonly unknown[]): number {
	return crc32(JSON.stringify(values));
}
