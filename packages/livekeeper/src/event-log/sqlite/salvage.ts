import Database from "better-sqlite3";
import type { Db } from "../../data-folder/index.ts";
import { type Entry, placed } from "../../storage/index.ts";

/** 2026-01-01T00:00:00Z */
const epochMs = 1_767_225_600_000;
/** More than a log numbers before the next one may follow it, whatever the machine's clock does. */
const leastStep = 1_000_000;

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
 * Lets a new log follow one that is lost: of that, the rooms and what can still be read of their cursors. It numbers on
 * from above every `seq` that the old one can have given (one each 10 ms since the epoch), so that a reader with an old
 * `seq` is told `truncated` and never silently misses something.
 */
export function followLost(db: Db, lost: Lost, now: number): void {
	const cursors = rowsOf(lost.setAside, "SELECT * FROM rooms") as unknown as LostRoom[];
	const known = cursors.map(({ last_seq: seq }) => seq).filter(Number.isSafeInteger);
	const base = Math.max(Math.floor((now - epochMs) / 10), lost.seqBase + leastStep, ...known);
	const at = Math.min(now, lost.at);
	const room = db.prepare(
		`INSERT OR IGNORE INTO rooms
		(live_id, last_seq, oldest_seq, counted_seq, compact_seq, newest_at, cursor_room_id, cursor, cursor_internal_ext,
		cursor_repeats)
		VALUES (:live_id, :base, :base + 1, :base, :base, :newest_at, :cursor_room_id, :cursor, :cursor_internal_ext,
		:cursor_repeats)`,
	);
	db.transaction(() => {
		db.prepare("UPDATE log SET seq_base = ?").run(base);
		for (const row of cursors) room.run({ ...row, newest_at: Math.min(now, row.newest_at), base });
		const nothing = { cursor_room_id: null, cursor: null, cursor_internal_ext: null, cursor_repeats: null };
		for (const liveId of lost.wanted) room.run({ live_id: liveId, newest_at: at, base, ...nothing });
	}).immediate();
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
