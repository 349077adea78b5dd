import { join } from "node:path";
import Database from "better-sqlite3";

/** The floor of a log: only rows with an event's JSON, its room and its number, in one table. */
export class RawRows {
	readonly #db: Database.Database;
	readonly #insertAll: (rows: readonly (readonly [room: string, json: string])[]) => void;
	readonly #page: Database.Statement<[number, number, number], string>;
	readonly #rooms = new Map<string, { no: number; seq: number }>();

	/** @param indexed whether pages of a room are read later */
	constructor(folder: string, indexed = false) {
		this.#db = new Database(join(folder, "rows.db"));
		this.#db.pragma("journal_mode = WAL");
		this.#db.pragma("synchronous = NORMAL");
		this.#db.exec("CREATE TABLE events (room INTEGER NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL) STRICT");
		if (indexed) this.#db.exec("CREATE UNIQUE INDEX events_by_seq ON events (room, seq)");
		const insert = this.#db.prepare<[number, number, string]>("INSERT INTO events VALUES (?, ?, ?)");
		this.#insertAll = this.#db.transaction((rows) => {
			for (const [liveId, json] of rows) {
				const room = this.#room(liveId);
				insert.run(room.no, ++room.seq, json);
			}
		});
		this.#page = this.#db
			.prepare<[number, number, number], string>("SELECT json FROM events WHERE room = ? AND seq > ? LIMIT ?")
			.pluck();
	}

	insertAll(rows: readonly (readonly [room: string, json: string])[]): void {
		this.#insertAll(rows);
	}

	page(liveId: string, after: number, limit: number): string[] {
		return this.#page.all(this.#room(liveId).no, after, limit);
	}

	count(): number {
		return this.#db.prepare<[], number>("SELECT count(*) FROM events").pluck().get() ?? 0;
	}

	close(): void {
		this.#db.close();
	}

	#room(liveId: string): { no: number; seq: number } {
		const known = this.#rooms.get(liveId);
		if (known) return known;
		const room = { no: this.#rooms.size + 1, seq: 0 };
		this.#rooms.set(liveId, room);
		return room;
	}
}
