import type { OverlayTokenRegistry, StoredOverlayToken } from "../overlay-token-registry.ts";
import type { Db } from "./open-database.ts";

/** An overlay token as it lies in the database. */
export interface OverlayTokenRow {
	id: string;
	name: string;
	/** `null`: it opens all rooms. */
	liveId: string | null;
	hash: Uint8Array;
	createdAt: number;
	lastUsedAt: number | null;
}

export function listOverlayTokens(db: Db): OverlayTokenRow[] {
	return db
		.prepare<[], OverlayTokenRow>(
			`SELECT id, name, live_id AS liveId, hash, created_at AS createdAt, last_used_at AS lastUsedAt
			FROM overlay_tokens ORDER BY token_no`,
		)
		.all();
}

/** Once or again is the same. */
export function saveOverlayToken(db: Db, row: OverlayTokenRow): void {
	db.prepare(
		`INSERT INTO overlay_tokens (id, name, live_id, hash, created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`,
	).run(row.id, row.name, row.liveId, Buffer.from(row.hash), row.createdAt, row.lastUsedAt);
}

export function noteTokenUse(db: Db, id: string, at: number): void {
	db.prepare("UPDATE overlay_tokens SET last_used_at = ? WHERE id = ?").run(at, id);
}

export function deleteOverlayToken(db: Db, id: string): boolean {
	return db.prepare("DELETE FROM overlay_tokens WHERE id = ?").run(id).changes > 0;
}

/** What the registry needs of the store. */
export interface OverlayTokenStore {
	overlayTokens(): Promise<OverlayTokenRow[]>;
	addOverlayToken(row: OverlayTokenRow): Promise<void>;
	noteTokenUse(id: string, at: number): Promise<void>;
	removeOverlayToken(id: string): Promise<boolean>;
}

export function overlayTokenRegistry(store: OverlayTokenStore): OverlayTokenRegistry {
	return {
		async load() {
			const rows = await store.overlayTokens();
			return rows.map(
				({ liveId, lastUsedAt, ...row }): StoredOverlayToken => ({
					...row,
					liveId: liveId ?? undefined,
					lastUsedAt: lastUsedAt ?? undefined,
				}),
			);
		},
		add: ({ liveId, lastUsedAt, ...row }) =>
			store.addOverlayToken({ ...row, liveId: liveId ?? null, lastUsedAt: lastUsedAt ?? null }),
		used: (id, at) => store.noteTokenUse(id, at),
		remove: (id) => store.removeOverlayToken(id),
		// There is no other node.
		watch: async () => () => undefined,
	};
}
