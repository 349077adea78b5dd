import type { EncodedBatch } from "../encoded-event.ts";
import type { Retention } from "../event-log.ts";
import type { BatchResult } from "../group-commit.ts";
import { Appender } from "./append.ts";
import { BroadcastFolder } from "./fold.ts";
import { deleteIdentity, type IdentityRow, saveIdentity } from "./identities.ts";
import { type Db, type OpenOptions, openDatabase } from "./open-database.ts";
import { Trimmer } from "./trim.ts";
import { deleteWanted, saveWanted, type WantedRow } from "./wanted.ts";

export interface Upkeep {
	storedBytes: number;
	/** The time given was not enough. */
	more: boolean;
}

const foldEveryMs = 10_000;

/** All that writes. One in the whole system: it holds the folder's lock. */
export class SqliteWriter {
	readonly #db: Db;
	readonly #lock: Db;
	readonly #appender: Appender;
	readonly #folder: BroadcastFolder;
	readonly #trimmer: Trimmer;
	/** A corrupt database that opening this one found and set aside. */
	readonly setAside: string | undefined;
	#foldDueAt = 0;

	/** @throws LivekeeperError as `openDatabase` */
	constructor(options: OpenOptions) {
		const opened = openDatabase(options);
		this.#db = opened.db;
		this.#lock = opened.lock;
		this.setAside = opened.setAside;
		this.#appender = new Appender(this.#db);
		this.#folder = new BroadcastFolder(this.#db);
		this.#trimmer = new Trimmer(this.#db, this.#folder);
	}

	commit(batches: readonly EncodedBatch[], now: number): BatchResult[] {
		return this.#appender.append(batches, now);
	}

	/** Counts and deletes for about `budgetMs`, in small transactions. */
	upkeep(now: number, retention: Retention, budgetMs: number): Upkeep {
		const end = performance.now() + budgetMs;
		let more = true;
		while (more && performance.now() < end) more = this.#foldStep(now) || this.#trimmer.step(now, retention);
		return { storedBytes: this.#trimmer.storedBytes(), more };
	}

	want(row: WantedRow): void {
		saveWanted(this.#db, row);
	}

	unwant(liveId: string): boolean {
		return deleteWanted(this.#db, liveId);
	}

	putIdentity(row: IdentityRow): void {
		saveIdentity(this.#db, row);
	}

	removeIdentity(name: string): boolean {
		return deleteIdentity(this.#db, name);
	}

	putNote(name: string, value: string): void {
		this.#db
			.prepare("INSERT INTO notes (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
			.run(name, value);
	}

	/** The most pages the file may have; past it writing fails as on a full disk. */
	limitPages(pages: number): void {
		this.#db.pragma(`max_page_count = ${Math.trunc(pages)}`);
	}

	close(): void {
		this.#db.close();
		this.#lock.close();
	}

	#foldStep(now: number): boolean {
		const waitMs = this.#foldDueAt - now;
		// Longer than it was set to, and the clock was set back.
		if (waitMs > 0 && waitMs <= foldEveryMs) return false;
		const room = this.#folder.next();
		if (room) {
			this.#folder.fold(room);
			return true;
		}
		if (this.#folder.settleOne()) return true;
		this.#foldDueAt = now + foldEveryMs;
		return false;
	}
}
