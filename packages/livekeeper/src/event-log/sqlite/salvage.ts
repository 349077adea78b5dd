import Database from "better-sqlite3";
import type { Db } from "./open-database.ts";

/** 2026-01-01T00:00:00Z */
const epochMs = 1_767_225_600_000;

/**
 * Brings over from a database that was set aside what can still be read of it and is small: the wanted rooms,
 * the identities and the cursors. The new log numbers on from above every `seq` that the old one can have given (one each 10 ms since the
 * epoch), so that a reader with an old `seq` is told `truncated` and never silently misses something.
 */
export function salvage(db: Db, setAside: string, now: number): void {
	const wanted = rowsOf(setAside, "SELECT * FROM wanted_rooms");
	const identities = rowsOf(setAside, "SELECT * FROM identities");
	const rooms = rowsOf(setAside, "SELECT live_id, last_seq, cursor_room_id, cursor, cursor_internal_ext FROM rooms");
	const known = rooms.map((row) => Number(row["last_seq"])).filter(Number.isSafeInteger);
	const base = Math.max(0, Math.floor((now - epochMs) / 10), ...known);
	const want = db.prepare(
		`INSERT OR IGNORE INTO wanted_rooms (live_id, added_at, has_cookie, has_proxy, identity, options)
		VALUES (:live_id, :added_at, :has_cookie, :has_proxy, :identity, :options)`,
	);
	const identity = db.prepare(
		`INSERT OR IGNORE INTO identities (name, added_at, updated_at, secrets)
		VALUES (:name, :added_at, :updated_at, :secrets)`,
	);
	const room = db.prepare(
		`INSERT OR IGNORE INTO rooms
		(live_id, last_seq, oldest_seq, folded_seq, cursor_room_id, cursor, cursor_internal_ext)
		VALUES (:live_id, :base, :base + 1, :base, :cursor_room_id, :cursor, :cursor_internal_ext)`,
	);
	db.transaction(() => {
		db.prepare("UPDATE log SET seq_base = ?").run(base);
		// A database of an older schema has fewer columns.
		for (const row of wanted) want.run({ identity: null, ...row });
		for (const row of identities) identity.run(row);
		for (const row of rooms) room.run({ ...row, base });
	}).immediate();
}

/** As many rows as can be read: damage further on ends the reading, not the salvage. */
function rowsOf(path: string, sql: string): Record<string, unknown>[] {
	const rows: Record<string, unknown>[] = [];
	let old: Db | undefined;
	try {
		old = new Database(path, { readonly: true, fileMustExist: true });
		for (const row of old.prepare<[], Record<string, unknown>>(sql).iterate()) rows.push(row);
	} catch {
		// The database is known to be damaged; that it was set aside is reported by the caller.
		return rows;
	} finally {
		old?.close();
	}
	return rows;
}
