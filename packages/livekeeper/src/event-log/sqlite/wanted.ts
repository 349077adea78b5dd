import type { WantedRow } from "../sealed-room-registry.ts";
import type { Db } from "./open-database.ts";

export function listWanted(db: Db): WantedRow[] {
	return db
		.prepare<[], Omit<WantedRow, "hasCookie" | "hasProxy"> & { hasCookie: number; hasProxy: number }>(
			`SELECT live_id AS liveId, added_at AS addedAt, has_cookie AS hasCookie, has_proxy AS hasProxy,
			identity, options
			FROM wanted_rooms ORDER BY wanted_no`,
		)
		.all()
		.map((row) => ({ ...row, hasCookie: row.hasCookie === 1, hasProxy: row.hasProxy === 1 }));
}

export function saveWanted(db: Db, row: WantedRow): void {
	db.prepare(
		`INSERT INTO wanted_rooms (live_id, added_at, has_cookie, has_proxy, identity, options) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (live_id) DO UPDATE SET
		has_cookie = excluded.has_cookie, has_proxy = excluded.has_proxy, identity = excluded.identity,
		options = excluded.options`,
	).run(row.liveId, row.addedAt, Number(row.hasCookie), Number(row.hasProxy), row.identity, Buffer.from(row.options));
}

export function deleteWanted(db: Db, liveId: string): boolean {
	return db.prepare("DELETE FROM wanted_rooms WHERE live_id = ?").run(liveId).changes > 0;
}
