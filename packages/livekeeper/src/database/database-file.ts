import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { LivekeeperError } from "../errors.ts";
import { renameFile } from "../rename-file.ts";
import { storageTexts } from "../text/index.ts";
import { isOneBit } from "./file-repair.ts";

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
 * @param prepare called before it is made: settings, checks; with whether its schema was damaged, and has been repaired
 * @throws LivekeeperError `database_other_version`, `database_foreign`; else what SQLite throws
 */
export function openDatabaseFile(path: string, kind: DatabaseKind, prepare: (db: Db, isRepaired: boolean) => void): Db {
	makePrivate(path);
	const db = new Database(path, { timeout: busyTimeoutMs });
	try {
		const schema = kind.isRepaired ? checkSchema(db, kind) : "other";
		if (schema === "other") refuseOthers(db, path, kind);
		prepare(db, schema === "repaired");
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

/**
 * Whether a database has the schema of its kind, which says more than the version in its header. An entry of the schema, an
 * id or a version that is damaged is written again.
 * @throws `SQLITE_CORRUPT` where that does not help
 */
function checkSchema(db: Db, kind: DatabaseKind): "sound" | "repaired" | "other" {
	let found = schemaIn(db);
	if (found?.length === 0) return "other";
	const applicationId = Number(db.pragma("application_id", { simple: true }));
	const version = versionOf(db);
	const [missing] = entriesMissing(found, kind);
	if (missing) {
		if (applicationId !== kind.applicationId || version !== kind.version) return "other";
		writeEntry(db, missing);
		found = schemaIn(db);
		if (entriesMissing(found, kind).length > 0) throw corrupt(`The schema of ${db.name} is damaged.`);
	}
	// One bit: others are of another livekeeper, though their schema reads the same.
	if (version !== kind.version && !isOneBit(version ^ kind.version)) return "other";
	if (applicationId !== kind.applicationId) db.pragma(`application_id = ${kind.applicationId}`);
	if (version !== kind.version) db.pragma(`user_version = ${kind.version}`);
	const isSound = !missing && applicationId === kind.applicationId && version === kind.version;
	return isSound ? "sound" : "repaired";
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
