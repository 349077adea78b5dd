import { closeSync, existsSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renameFile } from "@livekeeper/base/rename-file";
import Database from "better-sqlite3";
import { type Db, setAside } from "./database-file.ts";

/** A small file of the data folder, as stored in a backup. */
export interface BackupPart {
	/** Name of the file in the folder. */
	name: (typeof partNames)[number];
	content: Uint8Array;
}

const partNames = ["registry.db", "targets.db", "secret.key"] as const;

/** Table for the folder's small files. A backup is a copy of the log's database with this table. */
const table = "backup_parts";

/** Adds small files to a copy of the log's database; one with the same name is replaced. */
export function addParts(path: string, parts: readonly BackupPart[], alter?: (db: Db) => void): void {
	const db = new Database(path, { fileMustExist: true });
	try {
		// Makes the backup a single complete file.
		db.pragma("journal_mode = DELETE");
		db.pragma("synchronous = FULL");
		db.transaction(() => {
			db.exec(`CREATE TABLE IF NOT EXISTS ${table} (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT`);
			const add = db.prepare(`INSERT OR REPLACE INTO ${table} (name, content) VALUES (?, ?)`);
			for (const { name, content } of parts) add.run(name, Buffer.from(content));
			alter?.(db);
		})();
	} finally {
		db.close();
	}
}

/** Result of unpacking a backup's small files. */
export interface Unpacked {
	unpacked: string[];
	/** Files that existed already, and were not changed. */
	kept: string[];
}

/**
 * Unpacks a backup that is in the place of the log's database. If it is interrupted, call it again. The database must
 * not be open.
 * @param now ms since the epoch.
 * @returns `undefined` if it is no backup
 */
export function unpackBackup(dataDir: string, path: string, now: number): Unpacked | undefined {
	if (!hasNoWal(path)) return undefined;
	// A WAL beside it belongs to the previous database, and SQLite would write it into this one.
	setAsideStray(path, now);
	const db = new Database(path, { timeout: 1_000 });
	try {
		const parts = partsOf(db);
		if (!parts) return undefined;
		const isNew = ({ name }: BackupPart) => !existsSync(join(dataDir, name));
		const fresh = parts.filter(isNew);
		const kept = parts.filter((part) => !isNew(part)).map(({ name }) => name);
		for (const { name, content } of fresh) {
			const target = join(dataDir, name);
			setAsideStray(target, now);
			writeFileSync(`${target}.new`, content, { mode: 0o600, flush: true });
			renameFile(`${target}.new`, target);
		}
		db.exec(`DROP TABLE ${table}`);
		return { unpacked: fresh.map(({ name }) => name), kept };
	} finally {
		db.close();
	}
}

/**
 * Whether the file's header selects another journal than a WAL. It is then not a database of the service that was in
 * use.
 */
function hasNoWal(path: string): boolean {
	if (!existsSync(path)) return false;
	const fd = openSync(path, "r");
	try {
		const header = Buffer.alloc(20);
		readSync(fd, header, 0, header.length, 0);
		return header[18] === 1;
	} finally {
		closeSync(fd);
	}
}

function setAsideStray(path: string, now: number): void {
	for (const suffix of ["-wal", "-shm"]) if (existsSync(path + suffix)) setAside(path + suffix, "foreign", now);
}

/** @returns `undefined` if there are none, or the file is no sound database, which opening it reports */
function partsOf(db: Db): BackupPart[] | undefined {
	try {
		const isBackup = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = ?").pluck().get(table) === 1;
		if (!isBackup) return undefined;
		// Names that lead out of the folder are ignored, because a backup's origin cannot be trusted.
		const parts = db.prepare<[], BackupPart>(`SELECT name, content FROM ${table} ORDER BY name`).all();
		return parts.filter(({ name }) => partNames.includes(name));
	} catch {
		return undefined;
	}
}
