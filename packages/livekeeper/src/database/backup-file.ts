import { closeSync, existsSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { renameFile } from "../rename-file.ts";
import { type Db, setAside } from "./database-file.ts";

/** A small file of the data folder, as it lies in a backup. */
export interface BackupPart {
	/** The file's name in the folder. */
	name: (typeof partNames)[number];
	content: Uint8Array;
}

const partNames = ["registry.db", "targets.db", "secret.key"] as const;

/** A backup is a copy of the log's database with the folder's small files in a table of their own. */
const table = "backup_parts";

/** Puts small files into a copy of the log's database; a part of that name is replaced. */
export function addParts(path: string, parts: readonly BackupPart[], alter?: (db: Db) => void): void {
	const db = new Database(path, { fileMustExist: true });
	try {
		// One file, whole by itself.
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

/** What became of a backup's small files. */
export interface Unpacked {
	unpacked: string[];
	/** Existed already, and were not changed. */
	kept: string[];
}

/**
 * Unpacks a backup that lies in the place of the log's database. Cut off, it is done again. To be called while nobody
 * has the database open. @param now ms since the epoch. @returns `undefined` where it is no backup
 */
export function unpackBackup(dataDir: string, path: string, now: number): Unpacked | undefined {
	if (!hasNoWal(path)) return undefined;
	// A WAL beside it is of the database that was there before: SQLite would write it into this one.
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

/** The file's header says that its journal is no WAL: so it is none of ours that was in use. */
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

/** @returns `undefined` where there are none, or the file is no sound database, which opening it reports */
function partsOf(db: Db): BackupPart[] | undefined {
	try {
		const isBackup = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = ?").pluck().get(table) === 1;
		if (!isBackup) return undefined;
		// Names that lead out of the folder are nobody's: a backup comes from where it was kept.
		const parts = db.prepare<[], BackupPart>(`SELECT name, content FROM ${table} ORDER BY name`).all();
		return parts.filter(({ name }) => partNames.includes(name));
	} catch {
		return undefined;
	}
}
