import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { renameFile } from "../rename-file.ts";
import { type DatabaseKind, type Db, setAside } from "./database-file.ts";

/** Offset in a database's header. */
const journalModeAt = 18;

/**
 * A copy of a small database of the data folder, as it last was while it could be read: `<name>.last-good`. It takes the
 * place of one that is damaged or gone.
 */
export class LastGood {
	readonly #path: string;
	readonly #kind: DatabaseKind;
	/** How many rows the connection had changed when the copy was made. */
	#changes: number | undefined;

	/** @param path of the database */
	constructor(path: string, kind: DatabaseKind) {
		this.#path = path;
		this.#kind = kind;
	}

	/** Writes the copy where the database has changed since. Where it can't, as on a full disk, the one before stays. */
	keep(db: Db): void {
		const changes = db.prepare<[], number>("SELECT total_changes()").pluck().get();
		if (changes === this.#changes) return;
		try {
			writeFileSync(`${this.#copy}.new`, db.serialize(), { mode: 0o600, flush: true });
			renameFile(`${this.#copy}.new`, this.#copy);
			this.#changes = changes;
		} catch {
			// The database itself is written to on the same disk, and says what is wrong; this is tried again.
			rmSync(`${this.#copy}.new`, { force: true });
		}
	}

	/** The database was reopened: the counters of its connection start over. */
	reopened(): void {
		this.#changes = undefined;
	}

	/**
	 * Puts the copy in the place of the database. Cut off, it is done again.
	 * @param now ms since the epoch
	 * @returns where what was there lies now, or else its path; `undefined` where there is no copy that can be read
	 */
	restore(now: number): string | undefined {
		if (!this.#isSound()) return undefined;
		const content = readFileSync(this.#copy);
		writeFileSync(`${this.#path}.new`, content, { mode: 0o600, flush: true });
		const wasThere = existsSync(this.#path);
		// A WAL that was left behind is set aside as well: SQLite would write it into the copy.
		const aside = setAside(this.#path, wasThere ? "corrupt" : "lost", now);
		renameFile(`${this.#path}.new`, this.#path);
		return wasThere ? aside : this.#path;
	}

	/** Whether a change was written into the database since the copy was made, by SQLite's own count; else it has rotted. */
	isOlder(): boolean {
		if (!existsSync(this.#copy)) return true;
		return !countOf(readFileSync(this.#path)).equals(countOf(readFileSync(this.#copy)));
	}

	/** Whether they are the same, byte for byte. */
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
			// In memory there is no WAL, and a header that asks for one is refused.
			content.fill(1, journalModeAt, journalModeAt + 2);
			db = new Database(content, { readonly: true });
			const ofKind = db.pragma("application_id", { simple: true }) === this.#kind.applicationId;
			const ofVersion = db.pragma("user_version", { simple: true }) === this.#kind.version;
			return ofKind && ofVersion && db.pragma("quick_check(1)", { simple: true }) === "ok";
		} catch {
			// As good as none: who asks says what is lost.
			return false;
		} finally {
			db?.close();
		}
	}
}

/** How often the file was changed, as its header says. */
function countOf(file: Buffer): Buffer {
	return file.subarray(24, 28);
}
