import type { OverlayTokenRegistry, StoredOverlayToken } from "../overlay-token-registry.ts";
import type { Db } from "./open-database.ts";

/** An overlay token as it lies in the database. */
export interface OverlayTokenRow {
	id: string;
	name: string;
	/** `null`: it opens all rooms. */
	liveId: string | null;
	settings: string;
	/** JSON. */
	test: string | null;
	hash: Uint8Array;
	createdAt: number;
	lastUsedAt: number | null;
}

/** What of a row changes. */
export type OverlayTokenRowChange = Partial<Pick<OverlayTokenRow, "name" | "liveId" | "settings" | "test">>;

const columns =
	"id, name, live_id AS liveId, settings, test, hash, created_at AS createdAt, last_used_at AS lastUsedAt";

export function listOverlayTokens(db: Db): OverlayTokenRow[] {
	return db.prepare<[], OverlayTokenRow>(`SELECT ${columns} FROM overlay_tokens ORDER BY token_no`).all();
}

/** Once or again is the same. */
export function saveOverlayToken(db: Db, row: OverlayTokenRow): void {
	db.prepare(
		`INSERT INTO overlay_tokens (id, name, live_id, settings, test, hash, created_at, last_used_at)
		VALUES (@id, @name, @liveId, @settings, @test, @hash, @createdAt, @lastUsedAt)
		ON CONFLICT (id) DO NOTHING`,
	).run({ ...row, hash: Buffer.from(row.hash) });
}

export function changeOverlayToken(db: Db, id: string, change: OverlayTokenRowChange): void {
	const row = db.prepare<[string], OverlayTokenRow>(`SELECT ${columns} FROM overlay_tokens WHERE id = ?`).get(id);
	if (!row) return;
	db.prepare(
		"UPDATE overlay_tokens SET name = @name, live_id = @liveId, settings = @settings, test = @test WHERE id = @id",
	).run({ ...row, ...change });
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
	changeOverlayToken(id: string, change: OverlayTokenRowChange): Promise<void>;
	noteTokenUse(id: string, at: number): Promise<void>;
	removeOverlayToken(id: string): Promise<boolean>;
}

export function overlayTokenRegistry(store: OverlayTokenStore): OverlayTokenRegistry {
	return {
		async load() {
			const rows = await store.overlayTokens();
			return rows.map(
				({ liveId, lastUsedAt, test, ...row }): StoredOverlayToken => ({
					...row,
					liveId: liveId ?? undefined,
					test: test === null ? undefined : JSON.parse(test),
					lastUsedAt: lastUsedAt ?? undefined,
				}),
			);
		},
		add: ({ liveId, lastUsedAt, test, ...row }) =>
			store.addOverlayToken({ ...row, liveId: liveId ?? null, test: json(test), lastUsedAt: lastUsedAt ?? null }),
		change: (id, { test, ...change }) =>
			store.changeOverlayToken(id, {
				...change,
				...("liveId" in change && { liveId: change.liveId ?? null }),
				...(test && { test: json(test) }),
			} as OverlayTokenRowChange),
		used: (id, at) => store.noteTokenUse(id, at),
		remove: (id) => store.removeOverlayToken(id),
		// There is no other node.
		watch: async () => () => undefined,
	};
}

function json(test: StoredOverlayToken["test"]): string | null {
	return test ? JSON.stringify(test) : null;
}
