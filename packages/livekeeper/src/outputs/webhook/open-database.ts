import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Logger } from "pino";
import { LivekeeperError } from "../../errors.ts";
import { webhookMigrations } from "./migrations/index.ts";

/** "LKwh" in the file's header: this database is ours. */
const applicationId = 0x4c4b7768;

export interface OpenOptions {
	/** ms since the epoch. */
	now: number;
	logger: Pick<Logger, "error">;
}

/**
 * Opens `webhooks.db` of a data folder, making or migrating it where needed. It is a file of its own, so that storing a
 * delivery never waits for a commit of the event log, nor the other way round.
 *
 * A corrupt one is set aside under another name and begun anew: its webhooks have to be created again.
 * @throws LivekeeperError `storage_unwritable`, `database_too_new`, `database_foreign`
 */
export function openWebhookDatabase(dataDir: string, { now, logger }: OpenOptions): Database.Database {
	const path = join(dataDir, "webhooks.db");
	try {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		return openAndMigrate(path);
	} catch (error) {
		if (error instanceof LivekeeperError) throw error;
		if (!isCorrupt(error)) {
			const why = error instanceof Error ? error.message : String(error);
			throw new LivekeeperError("storage_unwritable", `${path} can't be used: ${why}`, { cause: error });
		}
	}
	const setAside = moveAside(path, now);
	logger.error({ path: setAside }, "The webhooks' database was corrupt: it was set aside, and a new one begun");
	return openAndMigrate(path);
}

function openAndMigrate(path: string): Database.Database {
	const db = new Database(path, { timeout: 1_000 });
	try {
		refuseOthers(db, path);
		db.pragma("journal_mode = WAL");
		// A loss of power may take the newest positions: their batches are sent again.
		db.pragma("synchronous = NORMAL");
		// Reads all of it, which is little: it holds places, and no events.
		const found = db.pragma("quick_check(1)", { simple: true });
		if (found !== "ok") throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
		migrate(db);
		return db;
	} catch (error) {
		db.close();
		throw error;
	}
}

function refuseOthers(db: Database.Database, path: string): void {
	const id = db.pragma("application_id", { simple: true });
	const empty = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
	if (id !== applicationId && !empty) {
		throw new LivekeeperError("database_foreign", `${path} is a database, but not one of livekeeper.`);
	}
	const version = versionOf(db);
	if (version > webhookMigrations.length) {
		const known = `this livekeeper knows versions up to ${webhookMigrations.length}`;
		throw new LivekeeperError("database_too_new", `${path} has schema version ${version}; ${known}.`);
	}
}

/** Each step and its number become durable together. */
function migrate(db: Database.Database): void {
	const version = versionOf(db);
	webhookMigrations.slice(version).forEach((sql, index) => {
		db.transaction(() => {
			db.exec(sql);
			db.pragma(`application_id = ${applicationId}`);
			db.pragma(`user_version = ${version + index + 1}`);
		}).immediate();
	});
}

function versionOf(db: Database.Database): number {
	return Number(db.pragma("user_version", { simple: true }));
}

/** Renames the database and what belongs to it, so that nothing of it is ever written over. */
function moveAside(path: string, now: number): string {
	const name = `${path}.corrupt-${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}`;
	let target = name;
	for (let n = 2; existsSync(target); n++) target = `${name}-${n}`;
	for (const suffix of ["", "-wal", "-shm"]) {
		if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
	}
	return target;
}

function isCorrupt(error: unknown): boolean {
	return /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code));
}
