import { join } from "node:path";
import { type Db, FileWatch, LastGood, putBack } from "../../data-folder/index.ts";
import { KeyValueTable, keyValuesIn } from "../../storage/index.ts";
import type { Text } from "../../text/index.ts";
import { KvTargetStore } from "./kv-target-store.ts";
import { type OpenOptions, openTargetDatabase } from "./open-database.ts";
import { targetDatabase } from "./schema.ts";

const copyEveryMs = 60_000;

/** The open `targets.db` of a data folder. Where it is removed while it is open, it is put back as it was. */
export class TargetFile {
	readonly store: KvTargetStore;
	readonly #dataDir: string;
	readonly #logger: OpenOptions["logger"];
	readonly #lastGood: LastGood;
	readonly #findings: Text[] = [];
	#db: Db;
	#table: KeyValueTable;
	#watch: FileWatch;
	/** ms since the epoch. */
	#copiedAt = 0;

	/** @throws as `openTargetDatabase` */
	constructor(dataDir: string, options: OpenOptions) {
		this.#dataDir = dataDir;
		this.#logger = options.logger;
		this.#lastGood = new LastGood(this.#path, targetDatabase);
		this.#db = this.#open(options.now, options.isKnown);
		this.#watch = this.#newWatch();
		this.#table = new KeyValueTable(this.#db);
		this.store = new KvTargetStore(keyValuesIn(() => this.#table));
	}

	get #path(): string {
		return join(this.#dataDir, "targets.db");
	}

	/** To be called every few seconds. @param now ms since the epoch. @throws what rewriting it throws */
	look(now: number): void {
		// Closed: the last time it could not be opened again.
		if (this.#db.open) {
			const state = this.#watch.look();
			if (state === "whole") {
				this.#keepCopy(now);
				return;
			}
			// Where it is the WAL that is gone, the open one still is whole: closing the database writes it there.
			if (state === "file") putBack(this.#db, this.#path, now);
			this.close();
		}
		this.#db = this.#open(now);
		this.#lastGood.reopened();
		this.#table = new KeyValueTable(this.#db);
		this.#watch = this.#newWatch();
		this.#logger.error({ event: "targets_removed", path: this.#path });
	}

	/** All of it, for a backup. */
	serialize(): Buffer {
		return this.#db.serialize();
	}

	/** Where it was damaged or missing: what became of it, for people. */
	get findings(): readonly Text[] {
		return this.#findings;
	}

	close(): void {
		this.#db.close();
		this.#watch.close();
	}

	#open(now: number, isKnown = false): Db {
		const onFinding = (finding: Text) => void this.#findings.push(finding);
		const of = { logger: this.#logger, lastGood: this.#lastGood };
		return openTargetDatabase(this.#dataDir, { ...of, now, isKnown, onFinding });
	}

	/** Places move with each delivery: from a copy that is older what was delivered since is sent again. */
	#keepCopy(now: number): void {
		// The clock may go either way.
		if (Math.abs(now - this.#copiedAt) < copyEveryMs) return;
		this.#lastGood.keep(this.#db);
		this.#copiedAt = now;
	}

	#newWatch(): FileWatch {
		return new FileWatch(this.#path, targetDatabase.applicationId);
	}
}
