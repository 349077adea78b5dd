import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { LivekeeperError } from "../errors.ts";
import { renameFile } from "../rename-file.ts";
import { storageTexts } from "../text/index.ts";

export type Db = Database.Database;

/** One of the data folder's databases. */
export interface DatabaseKind {
	/** Id in the file's header: it says that the database is ours, and which one. */
	applicationId: number;
	/** Version of the schema, from 1: a database of another one is refused. Raise it with every change of the schema. */
	version: number;
	/** The statements that make it. */
	schema: string;
}

/** How long a statement waits for another process or thread that holds the database, ms. */
export const busyTimeoutMs = 1_000;

/** What may lie beside a database and is part of it. */
const companions = ["-wal", "-shm", "-journal"];

/**
 * Opens a database, and makes it where there is none.
 * @param prepare called before it is made: settings, checks
 * @throws LivekeeperError `database_other_version`, `database_foreign`; else what SQLite throws
 */
export function openDatabaseFile(path: string, kind: DatabaseKind, prepare: (db: Db) => void): Db {
	makePrivate(path);
	const db = new Database(path, { timeout: busyTimeoutMs });
	try {
		refuseOthers(db, path, kind);
		prepare(db);
		if (versionOf(db) === 0) createSchema(db, kind);
		mustBeWritable(db);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

/**
 * Throws where a file could only be opened for reading, as while its disk is read-only: SQLite says nothing of it, begins
 * even an exclusive transaction, and goes on to read only when the disk is writable again. A full disk is none of that.
 * @throws SqliteError `SQLITE_READONLY`
 */
export function mustBeWritable(db: Db): void {
	const version = versionOf(db);
	db.exec("BEGIN");
	try {
		db.pragma(`user_version = ${version}`);
	} catch (error) {
		if (String((error as { code?: unknown }).code).startsWith("SQLITE_READONLY")) throw error;
	} finally {
		if (db.inTransaction) db.exec("ROLLBACK");
	}
}

/**
 * Makes a database's file where there is none, for its owner alone; SQLite would make one that others may read, and gives
 * the files beside it the same rights. Not for one that is open: closing a file releases its locks.
 */
export function makePrivate(path: string): void {
	if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

/** All of it becomes durable together: cut off, it is done again. */
export function createSchema(db: Db, { applicationId, version, schema }: DatabaseKind): void {
	db.transaction(() => {
		db.exec(schema);
		db.pragma(`application_id = ${applicationId}`);
		db.pragma(`user_version = ${version}`);
	}).immediate();
}

/**
 * Renames a database and what belongs to it, so that nothing of it is ever written over.
 * @param why part of the new name. @returns the database's new path
 */
export function setAside(path: string, why: "corrupt" | "incomplete" | "lost" | "foreign", now: number): string {
	const name = `${path}.${why}-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`;
	let target = name;
	for (let n = 2; ["", ...companions].some((suffix) => existsSync(target + suffix)); n++) target = `${name}-${n}`;
	for (const suffix of ["", ...companions]) {
		if (existsSync(path + suffix)) renameFile(path + suffix, target + suffix);
	}
	return target;
}

/**
 * Restores the file of an open database: for a small one that was removed or replaced while it is open.
 * What lies in its place is set aside. The database has to be closed and opened again.
 */
export function putBack(db: Db, path: string, now: number): void {
	const bytes = db.serialize();
	if (["", ...companions].some((suffix) => existsSync(path + suffix))) setAside(path, "foreign", now);
	writeFileSync(`${path}.new`, bytes, { mode: 0o600, flush: true });
	renameFile(`${path}.new`, path);
}

export function isCorrupt(error: unknown): boolean {
	return /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code));
}

function refuseOthers(db: Db, path: string, { applicationId, version }: DatabaseKind): void {
	if (db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0) return;
	if (db.pragma("application_id", { simple: true }) !== applicationId) {
		throw new LivekeeperError("database_foreign", storageTexts.foreign(path));
	}
	const found = versionOf(db);
	if (found !== version) {
		throw new LivekeeperError("database_other_version", storageTexts.otherVersion(path, found, version));
	}
}

function versionOf(db: Db): number {
	return Number(db.pragma("user_version", { simple: true }));
}

/** A database in a file of SQLite's own, which is gone when it is closed: for sums that may be larger than memory. */
export function openTemporaryDatabase(): Db {
	return new Database("");
}
