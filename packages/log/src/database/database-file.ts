import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { LivekeeperError } from "@livekeeper/base/errors";
import { renameFile } from "@livekeeper/base/rename-file";
import Database from "better-sqlite3";
import { storageTexts } from "../text/index.ts";
import { isOneBit } from "./file-repair.ts";

export type Db = Database.Database;

/** A kind of database in the data folder. */
export interface DatabaseKind {
	/** Id in the file's header, which identifies the database as livekeeper's, and its kind. */
	applicationId: number;
	/**
	 * Version of the schema, from 1. A database with another version is refused. Raise it with every change of the
	 * schema.
	 */
	version: number;
	/** Statements that create the schema. */
	schema: string;
	/**
	 * Whether a damaged header and schema are rewritten, because there is no copy to replace the database. Default:
	 * false.
	 */
	isRepaired?: boolean;
}

/** Time that a statement waits for another process or thread that holds the database, ms. */
export const busyTimeoutMs = 1_000;

/** Suffixes of files beside a database that belong to it. */
const companions = ["-wal", "-shm", "-journal"];

/**
 * Opens a database, and creates it if there is none.
 * @param prepare called before it is created, for settings and checks; `isRepaired`: whether its schema was damaged and
 * has been repaired
 * @throws LivekeeperError `database_other_version`, `database_foreign`; otherwise whatever SQLite throws
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
		// Statements for this schema fail with this code if its pages are damaged.
		if (codeOf(error) === "SQLITE_ERROR") throw Object.assign(error as Error, { code: "SQLITE_CORRUPT" });
		throw error;
	}
}

/**
 * Checks whether a database has the schema of its kind, which is more reliable than the version in its header. A
 * damaged schema entry, id or version is rewritten.
 * @throws `SQLITE_CORRUPT` if that does not help
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
	// One bit differs by damage. Other versions belong to another livekeeper, even if the schema is the same.
	if (version !== kind.version && !isOneBit(version ^ kind.version)) return "other";
	if (applicationId !== kind.applicationId) db.pragma(`application_id = ${kind.applicationId}`);
	if (version !== kind.version) db.pragma(`user_version = ${kind.version}`);
	const isSound = !missing && applicationId === kind.applicationId && version === kind.version;
	return isSound ? "sound" : "repaired";
}

interface SchemaEntry {
	type: string;
	name: string;
	/** Table of the index. */
	table: string;
	sql: string | null;
}

const selectSchema = "SELECT rowid AS at, type, name, tbl_name AS 'table', sql FROM sqlite_schema";

/** @returns `undefined` if it cannot be parsed */
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

/** Restores an entry of the schema. The root page of its table is kept. */
function writeEntry(db: Db, entry: SchemaEntry): void {
	db.unsafeMode(true);
	try {
		// Allows reading a schema that cannot be parsed.
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

/** Whether one entry may be a damaged version of the other: three of four columns are equal. */
function isNear(a: SchemaEntry, b: SchemaEntry): boolean {
	const same = [a.type === b.type, a.name === b.name, a.table === b.table, a.sql === b.sql];
	return same.filter(Boolean).length === 3;
}

/**
 * Throws if a file could only be opened for reading, such as while its disk is read-only. SQLite does not report that,
 * starts even an exclusive transaction, and stays read-only when the disk is writable again. A full disk is unaffected.
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
 * Creates a database's file if there is none, for its owner only. SQLite would create one that others may read, and
 * gives the files beside it the same permissions. Do not call it for an open database, because closing a file releases
 * its locks.
 */
export function makePrivate(path: string): void {
	if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

/** Creates the schema in one transaction; if it is interrupted, call it again. */
export function createSchema(db: Db, { applicationId, version, schema }: DatabaseKind): void {
	db.transaction(() => {
		db.exec(schema);
		db.pragma(`application_id = ${applicationId}`);
		db.pragma(`user_version = ${version}`);
	}).immediate();
}

/**
 * Renames a database with its companion files, so none of it is ever overwritten.
 * @param why part of the new name.
 * @returns the database's new path
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
 * Restores the file of an open, small database that was removed or replaced. A file in its place is set aside. The
 * database must be closed and reopened afterwards.
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

/** Returns an error that reports a damaged database. */
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
