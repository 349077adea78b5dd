import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
import { renameFile } from "../../rename-file.ts";
import { type Entry, KeyValueTable } from "../../storage/index.ts";
import type { Finding } from "./findings.ts";
import { readableWishes } from "./salvage.ts";
import { registryDatabase, targetDatabase } from "./schema.ts";

/** Kind of one of the folder's small databases, and how it is kept. */
interface KeyValueFileKind {
	/** `<name>.db` */
	name: "registry" | "targets";
	database: DatabaseKind;
	/**
	 * `change`: each change waits for the disk, and the file is whole at any time. `checkpoint`: a loss of power may take
	 * the newest changes; none waits.
	 */
	durable: "change" | "checkpoint";
	/** The least time between two copies of it, ms. */
	copyEveryMs: number;
	/** What can be read of a damaged one that has no copy; what of it is lost may not make the rest wrong. */
	readable: (path: string) => readonly Entry[];
}

/** The rooms, identities and overlay tokens that the user wants: few and precious. */
export const registryFile: KeyValueFileKind = {
	name: "registry",
	database: registryDatabase,
	durable: "change",
	copyEveryMs: 0,
	readable: readableWishes,
};

/**
 * Targets, with their places in the log and their dead letters. Places move with each delivery: from a copy that is older
 * what was delivered since is sent again, and a target without its places would send all there is.
 */
export const targetFile: KeyValueFileKind = {
	name: "targets",
	database: targetDatabase,
	durable: "checkpoint",
	copyEveryMs: 60_000,
	readable: () => [],
};

/**
 * A small database of the data folder, in a file of its own: what happens to the event log's database, which is large and
 * can be done without, leaves it alone. It has a last good copy, which takes its place where it is damaged or gone.
 */
export class KeyValueFile {
	readonly path: string;
	/** There was none before, nor a copy of it. */
	readonly isNew: boolean;
	/** What opening it found. */
	readonly findings: readonly Finding[];
	readonly #kind: KeyValueFileKind;
	readonly #lastGood: LastGood;
	#db: Db;
	#values: KeyValueTable;
	#watch: FileWatch;
	/** ms since the epoch. */
	#copiedAt = Number.NEGATIVE_INFINITY;

	/** @throws LivekeeperError `database_other_version`, `database_foreign`; else what SQLite throws */
	constructor(dataDir: string, kind: KeyValueFileKind, now: number) {
		this.path = join(dataDir, `${kind.name}.db`);
		this.#kind = kind;
		this.#lastGood = new LastGood(this.path, kind.database);
		// Where the corrupt one is still in place it is salvaged again.
		if (existsSync(this.path)) rmSync(mendedPath(this.path), { force: true });
		let found = this.#salvaged(finishMending(this.path, now));
		if (!existsSync(this.path)) found ??= this.#restored(now);
		this.isNew = !existsSync(this.path);
		try {
			this.#db = this.#open();
		} catch (error) {
			if (!isCorrupt(error)) throw error;
			found = this.#restored(now);
			if (!found) {
				this.#salvage();
				found = this.#salvaged(finishMending(this.path, now));
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
	 * To be called every few seconds. Where the file was removed or replaced it is written again, as it was; a file in its
	 * place is kept. Where it has changed, its last good copy is written.
	 * @throws what rewriting it throws; it is tried again
	 */
	mend(now: number): Finding | undefined {
		// Closed: the last time it could not be opened again.
		if (this.#db.open) {
			const state = this.#watch.look();
			if (state === "whole") {
				// The clock may go either way.
				if (Math.abs(now - this.#copiedAt) >= this.#kind.copyEveryMs) {
					this.#lastGood.keep(this.#db);
					this.#copiedAt = now;
				}
				return undefined;
			}
			// Where it is the WAL that is gone, the open one still is whole: closing the database writes it there.
			if (state === "file") putBack(this.#db, this.path, now);
			this.close();
		}
		this.#db = this.#open();
		this.#values = new KeyValueTable(this.#db);
		this.#lastGood.reopened();
		this.#watch = new FileWatch(this.path, this.#kind.database.applicationId);
		return { found: `${this.#kind.name}_removed`, path: this.path };
	}

	/** Writes what has changed into its last good copy. */
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

	/** The corrupt one stays where it is until all of that is on the disk: cut off, it is done again. */
	#salvage(): void {
		const db = new Database(":memory:");
		try {
			createSchema(db, this.#kind.database);
			new KeyValueTable(db).adopt(this.#kind.readable(this.path));
			writeFileSync(`${this.path}.new`, db.serialize(), { mode: 0o600, flush: true });
			renameFile(`${this.path}.new`, mendedPath(this.path));
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
			// Reads all of it, which is little.
			const found = db.pragma("quick_check(1)", { simple: true });
			// What SQLite's check can't see, as in a sealed cookie: nothing was written, and yet it is not what it was.
			const hasRotted = waits && found === "ok" && !this.#lastGood.isOlder() && !this.#lastGood.isSame();
			if (found !== "ok" || hasRotted) throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
		});
	}
}

/** Name of the readable part of a corrupt file, until it takes that file's place; it exists only when it is whole. */
function mendedPath(path: string): string {
	return `${path}.mended`;
}

/**
 * Puts what was salvaged in the place of the corrupt one. Cut off, the next start goes on with it.
 * @returns where the corrupt one lies now, or else its path; `undefined` where nothing was salvaged
 */
function finishMending(path: string, now: number): string | undefined {
	if (!existsSync(mendedPath(path))) return undefined;
	const corrupt = setAside(path, "corrupt", now);
	renameFile(mendedPath(path), path);
	// An earlier start may have renamed it.
	return existsSync(corrupt) ? corrupt : path;
}
