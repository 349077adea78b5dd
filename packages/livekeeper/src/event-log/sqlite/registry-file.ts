import { existsSync } from "node:fs";
import { join } from "node:path";
import {
	type DatabaseKind,
	type Db,
	FileWatch,
	isCorrupt,
	openDatabaseFile,
	putBack,
	setAside,
} from "../../data-folder/index.ts";
import type { IdentityRow } from "../sealed-identity-registry.ts";
import type { WantedRow } from "../sealed-room-registry.ts";
import type { Finding } from "./findings.ts";
import { saveIdentity } from "./identities.ts";
import { type OverlayTokenRow, saveOverlayToken } from "./overlay-tokens.ts";
import { registryMigrations } from "./registry-migrations/index.ts";
import { readableWishes } from "./salvage.ts";
import { saveWanted } from "./wanted.ts";

/** "LKrg" in the file's header. */
const kind: DatabaseKind = { applicationId: 0x4c4b7267, migrations: registryMigrations };

/** What the user wants kept. */
export interface Wishes {
	wanted: readonly WantedRow[];
	identities: readonly IdentityRow[];
	overlayTokens: readonly OverlayTokenRow[];
}

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
	#watch: FileWatch;
	/** There was none before. */
	readonly isNew: boolean;
	/** What opening it found. */
	readonly findings: readonly Finding[];

	/** @throws LivekeeperError `database_too_new`, `database_foreign`; else what SQLite throws */
	constructor(dataDir: string, now: number) {
		this.path = join(dataDir, "registry.db");
		this.isNew = !existsSync(this.path);
		let corrupt: string | undefined;
		try {
			this.#db = open(this.path);
		} catch (error) {
			if (!isCorrupt(error)) throw error;
			corrupt = setAside(this.path, "corrupt", now);
			this.#db = open(this.path);
			this.adopt(readableWishes(corrupt));
		}
		this.findings = corrupt === undefined ? [] : [{ found: "registry_corrupt", path: corrupt }];
		this.#watch = new FileWatch(this.path, kind.applicationId);
	}

	get db(): Db {
		return this.#db;
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

	/** Takes over what another database holds. Once or again is the same. */
	adopt({ wanted, identities, overlayTokens }: Wishes): void {
		this.#db
			.transaction(() => {
				for (const row of wanted) saveWanted(this.#db, row);
				for (const row of identities) saveIdentity(this.#db, row);
				for (const row of overlayTokens) saveOverlayToken(this.#db, row);
			})
			.immediate();
	}

	/** Where the file was removed or replaced it is written anew, as it was; what lies in its place is kept. */
	mend(now: number): Finding | undefined {
		if (this.#watch.look() === "whole") return undefined;
		putBack(this.#db, this.path, now);
		// Where this fails the old one still is read, and it is tried again.
		const db = open(this.path);
		this.close();
		this.#db = db;
		this.#watch = new FileWatch(this.path, kind.applicationId);
		return { found: "registry_removed", path: this.path };
	}

	close(): void {
		this.#db.close();
		this.#watch.close();
	}
}

function open(path: string): Db {
	return openDatabaseFile(path, kind, (db) => {
		db.pragma("journal_mode = DELETE");
		db.pragma("synchronous = FULL");
		// Reads all of it, which is little.
		const found = db.pragma("quick_check(1)", { simple: true });
		if (found !== "ok") throw Object.assign(new Error(String(found)), { code: "SQLITE_CORRUPT" });
	});
}
