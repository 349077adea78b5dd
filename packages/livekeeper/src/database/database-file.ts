import { closeSync, existsSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
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
	/** A damaged header and schema are written again: there is no copy that could take its place. Default: left as they are. */
	isRepaired?: boolean;
}

/** How long a statement waits for another process or thread that holds the database, ms. */
export const busyTimeoutMs = 1_000;

/** Files beside a database that are part of it. */
const companions = ["-wal", "-shm", "-journal"];

/**
 * Opens a database, and makes it where there is none.
 * @param prepare called before it is made: settings, checks
 * @throws LivekeeperError `database_other_version`, `database_foreign`; else what SQLite throws
 */
export function openDatabaseFile(path: string, kind: DatabaseKind, prepare: (db: Db) => void): Db {
	makePrivate(path);
	if (kind.isRepaired) repairHeader(path, kind);
	const db = new Database(path, { timeout: busyTimeoutMs });
	try {
		if (!kind.isRepaired || !isAsMade(db, kind)) refuseOthers(db, path, kind);
		prepare(db);
		if (versionOf(db) === 0) createSchema(db, kind);
		mustBeWritable(db);
		return db;
	} catch (error) {
		db.close();
		// What is prepared for this schema fails with it where its pages were damaged.
		if (codeOf(error) === "SQLITE_ERROR") throw Object.assign(error as Error, { code: "SQLITE_CORRUPT" });
		throw error;
	}
}

/** Bytes that the header of our databases has in these places, whatever is stored in them. */
function headerOf({ applicationId }: DatabaseKind): readonly (readonly [at: number, bytes: Buffer])[] {
	const id = Buffer.alloc(4);
	id.writeUInt32BE(applicationId);
	return [
		[0, Buffer.from("SQLite format 3\0\x10\0", "latin1")],
		[20, Buffer.of(0, 64, 32, 32)],
		[44, Buffer.of(0, 0, 0, 4)],
		[52, Buffer.of(0, 0, 0, 0, 0, 0, 0, 1)],
		[64, Buffer.of(0, 0, 0, 0)],
		[68, id],
		[72, Buffer.alloc(20)],
	];
}

/** More than a damaged bit or byte, and less than another program's file or another kind of ours differs in. */
const mostDamagedBits = 8;

/**
 * Writes the header of a database again where a few bits of it are not what SQLite writes there: it would be taken for
 * something else, or for nothing.
 */
function repairHeader(path: string, kind: DatabaseKind): void {
	const header = Buffer.alloc(100);
	if (useFile(path, "r", (fd) => readSync(fd, header, 0, header.length, 0)) < header.length) return;
	// A new one has its id in the WAL alone.
	const parts = headerOf(kind).filter(([at]) => at !== 68 || header.readUInt32BE(at) !== 0);
	const bits = parts.reduce((sum, [at, bytes]) => sum + bitsBetween(bytes, header.subarray(at)), 0);
	if (bits === 0 || bits > mostDamagedBits) return;
	useFile(path, "r+", (fd) => {
		for (const [at, bytes] of parts) writeSync(fd, bytes, 0, bytes.length, at);
	});
}

function useFile<Result>(path: string, flags: "r" | "r+", use: (fd: number) => Result): Result {
	const fd = openSync(path, flags);
	try {
		return use(fd);
	} finally {
		closeSync(fd);
	}
}

function bitsBetween(bytes: Buffer, others: Buffer): number {
	let bits = 0;
	for (const [index, byte] of bytes.entries()) {
		for (let left = byte ^ (others[index] ?? 0); left > 0; left &= left - 1) bits++;
	}
	return bits;
}

/**
 * Whether a database has the schema of its kind, which says more than the version in its header. An entry of the schema
 * that is damaged is written again.
 * @throws `SQLITE_CORRUPT` where that does not help
 */
function isAsMade(db: Db, kind: DatabaseKind): boolean {
	let found = schemaIn(db);
	if (found?.length === 0) return false;
	const [missing] = entriesMissing(found, kind);
	if (missing) {
		const isOurs = Number(db.pragma("application_id", { simple: true })) === kind.applicationId;
		if (!isOurs || versionOf(db) !== kind.version) return false;
		writeEntry(db, missing);
		found = schemaIn(db);
		if (entriesMissing(found, kind).length > 0) throw corrupt(`The schema of ${db.name} is damaged.`);
	}
	if (Number(db.pragma("application_id", { simple: true })) !== kind.applicationId) {
		db.pragma(`application_id = ${kind.applicationId}`);
	}
	const version = versionOf(db);
	if (version === kind.version) return true;
	// One bit: others are of another livekeeper, though their schema reads the same.
	if (bitsBetween(Buffer.of(version & 0xff), Buffer.of(kind.version)) !== 1 || version > 0xff) return false;
	db.pragma(`user_version = ${kind.version}`);
	return true;
}

interface SchemaEntry {
	type: string;
	name: string;
	/** The table that an index is of. */
	table: string;
	sql: string | null;
}

const selectSchema = "SELECT rowid AS at, type, name, tbl_name AS 'table', sql FROM sqlite_schema";

/** @returns `undefined` where it can't be parsed */
function schemaIn(db: Db): SchemaEntry[] | undefined {
	try {
		return db.prepare<[], SchemaEntry>(selectSchema).all();
	} catch (error) {
		if (isCorrupt(error) || codeOf(error) === "SQLITE_ERROR") return undefined;
		throw error;
	}
}

const schemas = new Map<DatabaseKind, SchemaEntry[]>();

function entriesMissing(found: readonly SchemaEntry[] | undefined, kind: DatabaseKind): SchemaEntry[] {
	let expected = schemas.get(kind);
	if (!expected) {
		const db = new Database(":memory:");
		createSchema(db, kind);
		expected = schemaIn(db) ?? [];
		db.close();
		schemas.set(kind, expected);
	}
	if (!found) return expected;
	return expected.filter((entry) => !found.some((one) => isSame(one, entry)));
}

const isSame = (a: SchemaEntry, b: SchemaEntry): boolean =>
	a.type === b.type && a.name === b.name && a.table === b.table && a.sql === b.sql;

/** Writes entries of the schema as they were made. Where their tables begin stays as it is. */
function writeEntry(db: Db, entry: SchemaEntry): void {
	db.unsafeMode(true);
	try {
		// What can't be parsed can be read then.
		db.pragma("writable_schema = 1");
		const found = db.prepare<[], SchemaEntry & { at: number }>(selectSchema).all();
		const known = [...schemas.values()].flat();
		const write = db.prepare<[string, string, string, string | null, number]>(
			"UPDATE sqlite_schema SET type = ?, name = ?, tbl_name = ?, sql = ? WHERE rowid = ?",
		);
		const damaged = found.filter((one) => !known.some((other) => isSame(one, other)));
		const missing = [entry, ...known].filter((one) => !found.some((other) => isSame(one, other)));
		for (const one of damaged) {
			const { type, name, table, sql } = missing.find((other) => isNear(one, other)) ?? one;
			write.run(type, name, table, sql, one.at);
		}
	} finally {
		db.pragma("writable_schema = RESET");
		db.unsafeMode(false);
	}
}

/** Whether one may be the other, damaged: three of four columns are the same. */
function isNear(a: SchemaEntry, b: SchemaEntry): boolean {
	const same = [a.type === b.type, a.name === b.name, a.table === b.table, a.sql === b.sql];
	return same.filter(Boolean).length === 3;
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
	return /^SQLITE_(CORRUPT|NOTADB)/.test(String(codeOf(error)));
}

/** An error that says that a database is damaged. */
export function corrupt(message: string): Error {
	return Object.assign(new Error(message), { code: "SQLITE_CORRUPT" });
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

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
