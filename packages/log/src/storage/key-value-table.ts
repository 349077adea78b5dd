import type { Db } from "../database/index.ts";
import { type Entry, filterOf } from "./key-values.ts";

/** Schema of a table with keys and values. */
export const keyValueSchema = `
-- A revision is greater than all before it, of all keys.
CREATE TABLE key_values (
	revision INTEGER PRIMARY KEY AUTOINCREMENT,
	key TEXT NOT NULL UNIQUE,
	value BLOB NOT NULL
) STRICT;
`;

/**
 * Keys and values in SQLite, for the thread that has the database open: each call is one transaction. A revision of
 * `undefined` means that another one is stored, and nothing was written.
 */
export class KeyValueTable {
	readonly #db: Db;
	readonly #get;
	readonly #list;
	readonly #all;
	readonly #keys;
	readonly #count;
	readonly #create;
	readonly #put;
	readonly #remove;
	readonly #removeOldest;

	constructor(db: Db) {
		this.#db = db;
		const ofRange = "FROM key_values WHERE key >= ? AND key < ?";
		this.#get = db.prepare<[string], Entry>("SELECT key, value, revision FROM key_values WHERE key = ?");
		this.#list = db.prepare<[string, string], Entry>(`SELECT key, value, revision ${ofRange} ORDER BY revision`);
		this.#all = db.prepare<[string | null], Entry>(
			"SELECT key, CASE WHEN key GLOB ? THEN x'' ELSE value END AS value, revision FROM key_values ORDER BY revision",
		);
		this.#keys = db.prepare<[string, string], string>(`SELECT key ${ofRange} ORDER BY revision`).pluck();
		this.#count = db.prepare<[string, string], number>(`SELECT count(*) ${ofRange}`).pluck();
		this.#create = db.prepare<[string, Uint8Array]>(
			"INSERT INTO key_values (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
		);
		this.#put = db.prepare<[string, Uint8Array]>("INSERT OR REPLACE INTO key_values (key, value) VALUES (?, ?)");
		this.#remove = db.prepare<[string]>("DELETE FROM key_values WHERE key = ?");
		this.#removeOldest = db.prepare<[string, string, number]>(
			`DELETE FROM key_values WHERE revision IN (SELECT revision ${ofRange} ORDER BY revision LIMIT ?)`,
		);
	}

	get(key: string): Entry | undefined {
		return this.#get.get(key);
	}

	list(filter: string): Entry[] {
		const { range, matches } = filterOf(filter);
		return this.#list.all(...range).filter(({ key }) => matches(key));
	}

	/** Returns all entries in order. @param bare prefix of keys returned without their values */
	all(bare?: string): Entry[] {
		return this.#all.all(bare === undefined ? null : `${bare}*`);
	}

	first(filter: string): Entry | undefined {
		const { range, matches } = filterOf(filter);
		for (const entry of this.#list.iterate(...range)) if (matches(entry.key)) return entry;
		return undefined;
	}

	keys(filter: string): string[] {
		const { range, matches } = filterOf(filter);
		return this.#keys.all(...range).filter(matches);
	}

	create(key: string, value: Uint8Array): number | undefined {
		const { changes, lastInsertRowid } = this.#create.run(key, Buffer.from(value));
		return changes > 0 ? Number(lastInsertRowid) : undefined;
	}

	update(key: string, value: Uint8Array, revision: number): number | undefined {
		return this.#get.get(key)?.revision === revision ? this.put(key, value) : undefined;
	}

	put(key: string, value: Uint8Array): number {
		return Number(this.#put.run(key, Buffer.from(value)).lastInsertRowid);
	}

	/** Adds another table's keys with their revisions; existing ones stay. */
	adopt(entries: readonly Entry[]): void {
		const adopt = this.#db.prepare<[number, string, Uint8Array]>(
			"INSERT OR IGNORE INTO key_values (revision, key, value) VALUES (?, ?, ?)",
		);
		this.#db
			.transaction(() => {
				for (const { revision, key, value } of entries) adopt.run(revision, key, Buffer.from(value));
			})
			.immediate();
	}

	remove(key: string): boolean {
		return this.#remove.run(key).changes > 0;
	}

	clear(filter: string, keep = 0): number {
		const { range, matches, isWhole } = filterOf(filter);
		if (isWhole) {
			const over = (this.#count.get(...range) ?? 0) - keep;
			return over > 0 ? this.#removeOldest.run(...range, over).changes : 0;
		}
		const keys = this.#keys.all(...range).filter(matches);
		const gone = keys.slice(0, Math.max(0, keys.length - keep));
		this.#db.transaction(() => {
			for (const key of gone) this.#remove.run(key);
		})();
		return gone.length;
	}
}
