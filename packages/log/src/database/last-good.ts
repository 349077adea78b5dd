import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { renameFile } from "@livekeeper/base/rename-file";
import Database from "better-sqlite3";
import { type DatabaseKind, type Db, setAside } from "./database-file.ts";

/** Offset in a database's header. */
const journalModeAt = 18;

/**
 * A copy of a small database of the data folder in its last readable state: `<name>.last-good`. It replaces one that is
 * damaged or gone.
 */
export class LastGood {
	readonly #path: string;
	readonly #kind: DatabaseKind;
	/** Number of rows the connection had changed when the copy was made. */
	#changes: number | undefined;

	/** @param path path of the database */
	constructor(path: string, kind: DatabaseKind) {
		this.#path = path;
		this.#kind = kind;
	}

	/** Writes the copy if the database has changed since. If it cannot, as on a full disk, the previous copy stays. */
	keep(db: Db): void {
		const changes = db.prepare<[], number>("SELECT total_changes()").pluck().get();
		if (changes === this.#changes) return;
		try {
			writeFileSync(`${this.#copy}.new`, db.serialize(), { mode: 0o600, flush: true });
			renameFile(`${this.#copy}.new`, this.#copy);
			this.#changes = changes;
		} catch {
			// The database is written to the same disk, and reports the cause; copying is retried.
			rmSync(`${this.#copy}.new`, { force: true });
		}
	}

	/** Handles a reopened database, whose connection's counters start again. */
	reopened(): void {
		this.#changes = undefined;
	}

	/**
	 * Replaces the database by the copy. If it is interrupted, call it again.
	 * @param now ms since the epoch
	 * @returns the new path of the previous file, or the database's path if there was none; `undefined` if there is no
	 * readable copy
	 */
	restore(now: number): string | undefined {
		if (!this.#isSound()) return undefined;
		const content = readFileSync(this.#copy);
		writeFileSync(`${this.#path}.new`, content, { mode: 0o600, flush: true });
		const wasThere = existsSync(this.#path);
		// A leftover WAL is set aside as well, because SQLite would write it into the copy.
		const aside = setAside(this.#path, wasThere ? "corrupt" : "lost", now);
		renameFile(`${this.#path}.new`, this.#path);
		return wasThere ? aside : this.#path;
	}

	/**
	 * Whether a change was written into the database since the copy was made, by SQLite's own counter; otherwise the
	 * database has rotted.
	 */
	isOlder(): boolean {
		if (!existsSync(this.#copy)) return true;
		return !countOf(readFileSync(this.#path)).equals(countOf(readFileSync(this.#copy)));
	}

	/** Whether both are equal, byte for byte. */
	isSame(): boolean {
		return existsSync(this.#copy) && readFileSync(this.#path).equals(readFileSync(this.#copy));
	}

	get #copy(): string {
		return `${this.#path}.last-good`;
	}

	#isSound(): boolean {
		if (!existsSync(this.#copy)) return false;
		let db: Db | undefined;
		try {
			const content = readFileSync(this.#copy);
			// There is no WAL in memory, and a header that selects one is refused.
			content.fill(1, journalModeAt, journalModeAt + 2);
			db = new Database(content, { readonly: true });
			const ofKind = db.pragma("application_id", { simple: true }) === this.#kind.applicationId;
			const ofVersion = db.pragma("user_version", { simple: true }) === this.#kind.version;
			return ofKind && ofVersion && db.pragma("quick_check(1)", { simple: true }) === "ok";
		} catch {
			// As good as no copy; the caller reports the loss.
			return false;
		} finally {
			db?.close();
		}
	}
}

/** Returns the change counter of a file's header. */
function countOf(file: Buffer): Buffer {
	return file.subarray(24, 28);
}
