import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renameFile } from "@livekeeper/base/rename-file";
import Database from "better-sqlite3";
import {
	createSchema,
	type DatabaseKind,
	type Db,
	FileWatch,
	isCorrupt,
	LastGood,
	openDatabaseFile,
	putBack,
	setAside,
} from "../../database/index.ts";
import { type Entry, KeyValueTable } from "../../storage/index.ts";
import type { Finding } from "./findings.ts";
import { readableSettings } from "./salvage.ts";
import { registryDatabase, targetDatabase } from "./schema.ts";

/** Kind of a small database of the folder, and how it is kept. */
interface KeyValueFileKind {
	/** `<name>.db` */
	name: "registry" | "targets";
	database: DatabaseKind;
	/**
	 * `change`: each change waits for the disk, and the file is intact at any time. `checkpoint`: a loss of power may
	 * take the newest changes, and no change waits.
	 */
	durable: "change" | "checkpoint";
	/** Minimum time between two copies of it, ms. */
	copyEveryMs: number;
	/** Returns what can be read of a damaged file without a copy; lost entries must not make the others wrong. */
	readable: (path: string) => readonly Entry[];
}

/** Rooms, identities and overlay tokens that the user keeps: few and precious. */
export const registryFile: KeyValueFileKind = {
	name: "registry",
	database: registryDatabase,
	durable: "change",
	copyEveryMs: 0,
	readable: readableSettings,
};

/**
 * Targets, with their positions in the log and their dead letters. Positions move with each delivery: an older copy
 * sends everything since then again, and a target without its positions would send the whole log.
 */
export const targetFile: KeyValueFileKind = {
	name: "targets",
	database: targetDatabase,
	durable: "checkpoint",
	copyEveryMs: 60_000,
	readable: () => [],
};

/**
 * A small database of the data folder in a file of its own, so that damage to the event log's database, which is large
 * and expendable, does not affect it. It has a last good copy, which replaces it when it is damaged or gone.
 */
export class KeyValueFile {
	readonly path: string;
	/** Whether there was neither a file nor a copy before. */
	readonly isNew: boolean;
	/** Problems found while opening. */
	readonly findings: readonly Finding[];
	readonly #kind: KeyValueFileKind;
	readonly #lastGood: LastGood;
	#db: Db;
	#values: KeyValueTable;
	#watch: FileWatch;
	/** Time of the last copy, ms since the epoch. */
	#copiedAt = Number.NEGATIVE_INFINITY;

	/** @throws LivekeeperError `database_other_version`, `database_foreign`; otherwise errors of SQLite */
	constructor(dataDir: string, kind: KeyValueFileKind, now: number) {
		this.path = join(dataDir, `${kind.name}.db`);
		this.#kind = kind;
		this.#lastGood = new LastGood(this.path, kind.database);
		// If the corrupt file is still in place, it is salvaged again.
		if (existsSync(this.path)) rmSync(repairedPath(this.path), { force: true });
		let found = this.#salvaged(finishRepair(this.path, now));
		if (!existsSync(this.path)) found ??= this.#restored(now);
		this.isNew = !existsSync(this.path);
		try {
			this.#db = this.#open();
		} catch (error) {
			if (!isCorrupt(error)) throw error;
			found = this.#restored(now);
			if (!found) {
				this.#salvage();
				found = this.#salvaged(finishRepair(this.path, now));
			}
			this.#db = this.#open();
		}
		this.#values = new KeyValueTable(this.#db);
		this.findings = found ? [found] : [];
		this.#watch = new FileWatch(this.path, kind.database.applicationId);
	}

	get db(): Db {
		return this.#db;
	}

	get values(): KeyValueTable {
		return this.#values;
	}

	/**
	 * Must be called every few seconds. If the file was removed or replaced, writes it back unchanged, and keeps a file
	 * found in its place. If it has changed, writes its last good copy.
	 * @throws errors of rewriting it; the next call tries again
	 */
	repair(now: number): Finding | undefined {
		// It is closed if the last attempt to reopen it failed.
		if (this.#db.open) {
			const state = this.#watch.look();
			if (state === "whole") {
				// The clock may jump either way.
				if (Math.abs(now - this.#copiedAt) >= this.#kind.copyEveryMs) {
					this.#lastGood.keep(this.#db);
					this.#copiedAt = now;
				}
				return undefined;
			}
			// If only the WAL is gone, the open one is still intact: closing the database writes its content into the file.
			if (state === "file") putBack(this.#db, this.path, now);
			this.close();
		}
		this.#db = this.#open();
		this.#values = new KeyValueTable(this.#db);
		this.#lastGood.reopened();
		this.#watch = new FileWatch(this.path, this.#kind.database.applicationId);
		return { found: `${this.#kind.name}_removed`, path: this.path };
	}

	/** Writes changes into the last good copy. */
	keepCopy(): void {
		if (this.#db.open && this.#watch.look() === "whole") this.#lastGood.keep(this.#db);
	}

	close(): void {
		this.#db.close();
		this.#watch.close();
	}

	#restored(now: number): Finding | undefined {
		const path = this.#lastGood.restore(now);
		if (path === undefined) return undefined;
		return { found: `${this.#kind.name}_${path === this.path ? "missing" : "restored"}`, path };
	}

	#salvaged(aside: string | undefined): Finding | undefined {
		return aside === undefined ? undefined : { found: `${this.#kind.name}_corrupt`, path: aside };
	}

	/**
	 * Salvages a corrupt file, which stays in place until the result is on the disk: after an interruption this runs
	 * again.
	 */
	#salvage(): void {
		const db = new Database(":memory:");
		try {
			createSchema(db, this.#kind.database);
			new KeyValueTable(db).adopt(this.#kind.readable(this.path));
			writeFileSync(`${this.path}.new`, db.serialize(), { mode: 0o600, flush: true });
			renameFile(`${this.path}.new`, repairedPath(this.path));
		} finally {
			db.close();
		}
	}

	#open(): Db {
		const { database, durable } = this.#kind;
		return openDatabaseFile(this.path, database, (db) => {
			const waits = durable === "change";
			db.pragma(`journal_mode = ${waits ? "DELETE" : "WAL"}`);
			db.pragma(`synchronous = ${waits ? "FULL" : "NORMAL"}`);
			// Reads the whole file, which is small.
			const found = db.pragma("quick_check(1)", { simple: true });
			// SQLite's check can't see damage within a value, such as a sealed cookie: the file was not written, and yet
			// differs from its copy.
			const hasRotted = waits && found === "ok" && !this.#lastGood.isOlder() && !this.#lastGood.isSame();
			if (found !== "ok" || hasRotted) throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
		});
	}
}

/**
 * Returns the path of the readable part of a corrupt file until it replaces that file. It exists only once complete.
 */
function repairedPath(path: string): string {
	return `${path}.mended`;
}

/**
 * Replaces the corrupt file with the salvaged part. If interrupted, the next start continues.
 * @returns the new path of the corrupt file, otherwise `path`; `undefined` if nothing was salvaged
 */
function finishRepair(path: string, now: number): string | undefined {
	if (!existsSync(repairedPath(path))) return undefined;
	const corrupt = setAside(path, "corrupt", now);
	renameFile(repairedPath(path), path);
	// An earlier start may have renamed it.
	return existsSync(corrupt) ? corrupt : path;
}
