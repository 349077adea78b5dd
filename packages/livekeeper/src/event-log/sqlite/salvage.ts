import Database from "better-sqlite3";
import type { Db } from "../../data-folder/index.ts";
import { type Entry, placed } from "../../storage/index.ts";
import { floorAbove } from "../floor.ts";
import { insertJump } from "./room-blocks.ts";

/** What is known of the log that a new one follows. */
export interface Lost {
	/** Where its numbers began. */
	seqBase: number;
	/** When it was last written to, ms since the epoch. */
	at: number;
	/** Rooms that it may have known. */
	wanted: readonly string[];
	/** The database, if there still is one. */
	setAside: string | undefined;
}

interface LostRoom {
	live_id: string;
	last_seq: number;
	newest_at: number;
	cursor_room_id: string | null;
	cursor: string | null;
	cursor_internal_ext: string | null;
	cursor_repeats: number | null;
}

/**
 * Lets a log continue whose end is in doubt. Each room's next event has a number above the floor, and a jump lies behind its
 * newest one. Rooms that it does not know, and that may have been given numbers, begin there as well.
 * @param known of what lies beside the log. @param now ms since the epoch
 */
export function continueAbove(db: Db, known: { floor: number; wanted: readonly string[] }, now: number): void {
	const jump = insertJump(db);
	const lastSeq = db.prepare<[], number>("SELECT coalesce(max(last_seq), 0) FROM rooms").pluck();
	const before = db.prepare<[], number>("SELECT seq_base FROM log").pluck();
	db.transaction(() => {
		const floor = Math.max(known.floor, before.get() ?? 0);
		const base = floorAbove({ lastSeq: lastSeq.get() ?? 0, floor }, now);
		const rooms = db.prepare<[], { roomNo: number; lastSeq: number; newestAt: number; holdsEvents: number }>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, newest_at AS newestAt, oldest_at IS NOT NULL AS holdsEvents
			FROM rooms`,
		);
		for (const room of rooms.all()) {
			if (room.holdsEvents) jump(room.roomNo, { from: room.lastSeq + 1, to: base }, room.newestAt);
		}
		db.prepare(
			"UPDATE log SET seq_base = :base, skipped = skipped + (SELECT coalesce(sum(:base - last_seq), 0) FROM rooms)",
		).run({ base });
		db.prepare("UPDATE rooms SET last_seq = :base, oldest_seq = iif(oldest_at IS NULL, :base + 1, oldest_seq)").run({
			base,
		});
		const add = roomOf(db);
		for (const liveId of known.wanted) add({ live_id: liveId, newest_at: 0, base, ...noCursor });
	}).immediate();
}

/**
 * Lets a new log follow one that is lost: of that, the rooms and what can still be read of their cursors. It continues
 * above every `seq` that the old one can have given.
 */
export function followLost(db: Db, lost: Lost, now: number): void {
	const cursors = rowsOf(lost.setAside, "SELECT * FROM rooms") as unknown as LostRoom[];
	const known = cursors.map(({ last_seq: seq }) => seq).filter(Number.isSafeInteger);
	// One that rotted says nothing: by the clock a floor is found without it.
	const lastSeq = known.filter((seq) => seq < 2 * now).reduce((most, seq) => Math.max(most, seq), 0);
	const base = floorAbove({ lastSeq, floor: lost.seqBase }, now);
	const at = Math.min(now, lost.at);
	db.transaction(() => {
		db.prepare("UPDATE log SET seq_base = ?").run(base);
		const add = roomOf(db);
		for (const row of cursors) add({ ...row, newest_at: Math.min(now, row.newest_at), base });
		for (const liveId of lost.wanted) add({ live_id: liveId, newest_at: at, base, ...noCursor });
	}).immediate();
}

type NewRoom = Omit<LostRoom, "last_seq"> & { base: number };

const noCursor = { cursor_room_id: null, cursor: null, cursor_internal_ext: null, cursor_repeats: null };

/** Adds rooms without events, unless they are there. */
function roomOf(db: Db): (room: NewRoom) => void {
	const insert = db.prepare<[NewRoom]>(
		`INSERT OR IGNORE INTO rooms
		(live_id, last_seq, oldest_seq, counted_seq, compact_seq, newest_at, cursor_room_id, cursor, cursor_internal_ext,
		cursor_repeats)
		VALUES (:live_id, :base, :base + 1, :base, :base, :newest_at, :cursor_room_id, :cursor, :cursor_internal_ext,
		:cursor_repeats)`,
	);
	const skip = db.prepare<[number]>("UPDATE log SET skipped = skipped + ?");
	return (room) => {
		if (insert.run(room).changes > 0) skip.run(room.base);
	};
}

/** What can still be read of a damaged registry. */
export function readableWishes(path: string): Entry[] {
	const values = rowsOf(path, "SELECT revision, key, value FROM key_values") as unknown as Entry[];
	return values.filter(isReadable);
}

/** One that is not would take the others with it. */
function isReadable(entry: Entry): boolean {
	try {
		return typeof entry.key === "string" && placed<object>(entry).place > 0;
	} catch {
		return false;
	}
}

/** As many rows as can be read: damage further on ends the reading. */
function rowsOf(path: string | undefined, sql: string): Record<string, unknown>[] {
	const rows: Record<string, unknown>[] = [];
	if (path === undefined) return rows;
	let old: Db | undefined;
	try {
		old = new Database(path, { readonly: true, fileMustExist: true });
		for (const row of old.prepare<[], Record<string, unknown>>(sql).iterate()) rows.push(row);
	} catch {
		// The database is known to be damaged, and the caller reports it.
		return rows;
	} finally {
		old?.close();
	}
	return rows;
}
