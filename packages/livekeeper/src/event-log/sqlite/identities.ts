import type { IdentityRow } from "../sealed-identity-registry.ts";
import type { Db } from "./open-database.ts";

export function listIdentities(db: Db): IdentityRow[] {
	return db
		.prepare<[], IdentityRow>(
			`SELECT name, added_at AS addedAt, updated_at AS updatedAt, secrets FROM identities ORDER BY identity_no`,
		)
		.all();
}

export function saveIdentity(db: Db, row: IdentityRow): void {
	db.prepare(
		`INSERT INTO identities (name, added_at, updated_at, secrets) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at, secrets = excluded.secrets`,
	).run(row.name, row.addedAt, row.updatedAt, Buffer.from(row.secrets));
}

export function deleteIdentity(db: Db, name: string): boolean {
	return db.prepare("DELETE FROM identities WHERE name = ?").run(name).changes > 0;
}
