import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import {
	createSchema,
	type Db,
	FileWatch,
	isCorrupt,
	LastGood,
	openDatabaseFile,
	putBack,
	setAside,
} from "../../data-folder/index.ts";
import { renameFile } from "../../rename-file.ts";
import { KeyValueTable } from "../../storage/index.ts";
import type { Finding } from "./findings.ts";
import { readableWishes } from "./salvage.ts";
import { registryDatabase } from "./schema.ts";

/** The log that was last opened beside a registry. */
export interface KnownLog {
	id: string;
	seqBase: number;
	/** When it was first opened, ms since the epoch. */
	openedAt: number;
}

/**
 * `registry.db`: the rooms, identities and overlay tokens that the user wants. They are few and precious, so they lie in a file of
 * their own, whole at any time (there is no WAL), and each change waits for the disk. What happens to the event log's
 * database, which is large and can be done without, leaves it alone.
 */
export class RegistryFile {
	readonly path: string;
	#db: Db;
	#values: KeyValueTable;
	#watch: FileWatch;
	readonly #lastGood: LastGood;
	/** There was none before, nor a copy of it. */
	readonly isNew: boolean;
	/** What opening it found. */
	readonly findings: readonly Finding[];

	/** @throws LivekeeperError `database_other_version`, `database_foreign`; else what SQLite throws */
	constructor(dataDir: string, now: number) {
		this.path = join(dataDir, "registry.db");
		this.#lastGood = new LastGood(this.path, registryDatabase);
		// Where the corrupt one is still in place it is salvaged again.
		if (existsSync(this.path)) rmSync(mendedPath(this.path), { force: true });
		let found = salvaged(finishMending(this.path, now));
		if (!existsSync(this.path)) found ??= this.#restored(now);
		this.isNew = !existsSync(this.path);
		try {
			this.#db = open(this.path, this.#lastGood);
		} catch (error) {
			if (!isCorrupt(error)) throw error;
			found = this.#restored(now);
			if (!found) {
				salvage(this.path);
				found = salvaged(finishMending(this.path, now));
			}
			this.#db = open(this.path, this.#lastGood);
		}
		this.#values = new KeyValueTable(this.#db);
		this.findings = found ? [found] : [];
		this.#watch = new FileWatch(this.path, registryDatabase.applicationId);
	}

	get db(): Db {
		return this.#db;
	}

	/** Rooms, identities and overlay tokens. */
	get values(): KeyValueTable {
		return this.#values;
	}

	/** The log that was last opened beside this registry; stored when it becomes another one. */
	get log(): KnownLog | undefined {
		return this.#db.prepare<[], KnownLog>("SELECT id, seq_base AS seqBase, opened_at AS openedAt FROM log").get();
	}

	set log({ id, seqBase, openedAt }: KnownLog) {
		this.#db
			.prepare("INSERT OR REPLACE INTO log (one, id, seq_base, opened_at) VALUES (1, ?, ?, ?)")
			.run(id, seqBase, openedAt);
	}

	/**
	 * Where the file was removed or replaced it is written again, as it was; a file in its place is kept. Where it has
	 * changed, its last good copy is written.
	 */
	mend(now: number): Finding | undefined {
		if (this.#watch.look() === "whole") {
			this.#lastGood.keep(this.#db);
			return undefined;
		}
		putBack(this.#db, this.path, now);
		// Where this fails the old one still is read, and it is tried again.
		const db = open(this.path, this.#lastGood);
		this.#db.close();
		this.#watch.close();
		this.#db = db;
		this.#values = new KeyValueTable(db);
		this.#lastGood.reopened();
		this.#watch = new FileWatch(this.path, registryDatabase.applicationId);
		return { found: "registry_removed", path: this.path };
	}

	/** Writes what has changed into its last good copy. */
	keepCopy(): void {
		if (this.#watch.look() === "whole") this.#lastGood.keep(this.#db);
	}

	#restored(now: number): Finding | undefined {
		const path = this.#lastGood.restore(now);
		if (path === undefined) return undefined;
		return { found: path === this.path ? "registry_missing" : "registry_restored", path };
	}

	close(): void {
		this.#db.close();
		this.#watch.close();
	}
}

/** What can be read of a corrupt registry, until it has its place; it is there only when it is whole. */
function mendedPath(path: string): string {
	return `${path}.mended`;
}

/** The corrupt one stays where it is until all of that is on the disk: cut off, it is done again. */
function salvage(path: string): void {
	const db = new Database(":memory:");
	try {
		createSchema(db, registryDatabase);
		new KeyValueTable(db).adopt(readableWishes(path));
		writeFileSync(`${path}.new`, db.serialize(), { mode: 0o600, flush: true });
		renameFile(`${path}.new`, mendedPath(path));
	} finally {
		db.close();
	}
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

const salvaged = (aside: string | undefined): Finding | undefined =>
	aside === undefined ? undefined : { found: "registry_corrupt", path: aside };

function open(path: string, lastGood: LastGood): Db {
	return openDatabaseFile(path, registryDatabase, (db) => {
		db.pragma("journal_mode = DELETE");
		db.pragma("synchronous = FULL");
		// Reads all of it, which is little.
		const found = db.pragma("quick_check(1)", { simple: true });
		// What SQLite's check can't see, as in a sealed cookie: nothing was written, and yet it is not what it was.
		const hasRotted = found === "ok" && !lastGood.isOlder() && !lastGood.isSame();
		if (found !== "ok" || hasRotted) throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
	});
}
