import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { LivekeeperError } from "../../errors.ts";
import { migrations } from "./migrations/index.ts";
import { salvage } from "./salvage.ts";
import { faultOf } from "./store-error.ts";

export type Db = Database.Database;

/** "LKlg" in the file's header: this database is ours. */
const applicationId = 0x4c4b6c67;

export interface OpenOptions {
	dataDir: string;
	/** Wait for the disk at each commit: also a loss of power then loses nothing that was committed. */
	fsync: boolean;
	/** Something already found the database damaged: check all of it, which reads the whole file. */
	suspect: boolean;
	/** ms since the epoch. */
	now: number;
}

export interface OpenedDatabase {
	db: Db;
	/** Holds the folder against other processes while it is open. The system lets go of it however the process ends. */
	lock: Db;
	/** The corrupt database's new name, when there was one. */
	setAside: string | undefined;
}

export function databasePath(dataDir: string): string {
	return join(dataDir, "livekeeper.db");
}

/**
 * Opens the folder's database, making or migrating it where needed.
 * @throws LivekeeperError `storage_unwritable`, `database_locked`, `database_too_new`, `database_foreign`
 */
export function openDatabase(options: OpenOptions): OpenedDatabase {
	const { dataDir } = options;
	const lock = lockFolder(dataDir);
	try {
		return { lock, ...openOrReplace(options) };
	} catch (error) {
		lock.close();
		if (faultOf(error) === "read_only") throw unwritable(dataDir, error);
		throw error;
	}
}

function lockFolder(dataDir: string): Db {
	let lock: Db;
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		lock = new Database(join(dataDir, "livekeeper.lock"), { timeout: 0 });
	} catch (error) {
		throw unwritable(dataDir, error);
	}
	try {
		lock.exec("BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock.close();
		if (faultOf(error) !== "locked") throw unwritable(dataDir, error);
		throw new LivekeeperError("database_locked", `Another process uses the data folder ${dataDir}.`, { cause: error });
	}
}

function openOrReplace(options: OpenOptions): { db: Db; setAside: string | undefined } {
	const path = databasePath(options.dataDir);
	try {
		return { db: openAndMigrate(path, options), setAside: undefined };
	} catch (error) {
		if (faultOf(error) !== "corrupt" || !existsSync(path)) throw error;
	}
	const setAside = moveAside(path, options.now);
	const db = openAndMigrate(path, { ...options, suspect: false });
	salvage(db, setAside, options.now);
	return { db, setAside };
}

/** Renames the database and what belongs to it, so that nothing of it is ever written over. */
function moveAside(path: string, now: number): string {
	const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
	let target = `${path}.corrupt-${stamp}`;
	for (let n = 2; existsSync(target); n++) target = `${path}.corrupt-${stamp}-${n}`;
	for (const suffix of ["", "-wal", "-shm"]) {
		if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
	}
	return target;
}

function openAndMigrate(path: string, options: OpenOptions): Db {
	const db = new Database(path, { timeout: 1_000 });
	try {
		refuseOthers(db, path);
		db.pragma("journal_mode = WAL");
		db.pragma(`synchronous = ${options.fsync ? "FULL" : "NORMAL"}`);
		db.pragma("cache_size = -32000");
		db.pragma("wal_autocheckpoint = 4000");
		db.pragma("journal_size_limit = 67108864");
		if (options.suspect) check(db);
		migrate(db);
		// Reads a page of each table: a database that can't give that is found here, and not under load.
		for (const table of ["log", "rooms", "events", "broadcasts", "wanted_rooms", "identities"]) {
			db.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
		}
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

function refuseOthers(db: Db, path: string): void {
	const id = db.pragma("application_id", { simple: true });
	const version = Number(db.pragma("user_version", { simple: true }));
	const empty = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
	if (id !== applicationId && !empty) {
		throw new LivekeeperError("database_foreign", `${path} is a database, but not one of livekeeper.`);
	}
	if (version > migrations.length) {
		throw new LivekeeperError(
			"database_too_new",
			`${path} has schema version ${version}; this livekeeper knows versions up to ${migrations.length}.`,
		);
	}
}

/** Each step and its number become durable together, so a migration that is cut off starts again at its own step. */
function migrate(db: Db): void {
	const version = Number(db.pragma("user_version", { simple: true }));
	migrations.slice(version).forEach((sql, index) => {
		db.transaction(() => {
			db.exec(sql);
			db.pragma(`application_id = ${applicationId}`);
			db.pragma(`user_version = ${version + index + 1}`);
		}).immediate();
	});
}

function check(db: Db): void {
	const found = db.prepare("PRAGMA quick_check(1)").pluck().get();
	if (found !== "ok") throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
}

function unwritable(dataDir: string, cause: unknown): LivekeeperError {
	const why = cause instanceof Error ? cause.message : String(cause);
	return new LivekeeperError("storage_unwritable", `The data folder ${dataDir} can't be used: ${why}`, { cause });
}
