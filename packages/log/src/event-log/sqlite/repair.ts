import Database from "better-sqlite3";
import { corrupt, type Db } from "../../database/index.ts";
import { insertRoom, selectRooms, soundRooms } from "./rooms.ts";

/** Small tables that everything else depends on. Each start checks them completely, with their indexes. */
const checkedAtStart = ["log", "rooms", "key_values"];

/**
 * Checks the database's tables and their indexes, and rebuilds indexes that don't match: they hold no data of their
 * own.
 * @param suspect whether damage was found: rebuilds all indexes and checks everything, which reads the whole file
 * @returns whether an index did not match; `false` if everything was suspected
 * @throws `SQLITE_CORRUPT` if more than indexes is damaged
 */
export function checkTables(db: Db, suspect: boolean): boolean {
	let isRepaired = false;
	const tables = suspect ? [undefined] : checkedAtStart;
	for (const table of tables) {
		const isWhole = () => db.pragma(`integrity_check(${table ?? 1})`, { simple: true }) === "ok";
		if (!suspect && isWhole()) continue;
		try {
			db.exec(`REINDEX ${table ?? ""}`);
			if (suspect) readTables(db);
		} catch (error) {
			throw corrupt(error instanceof Error ? error.message : String(error));
		}
		if (!isWhole()) throw corrupt(`The tables of ${db.name} are damaged.`);
		isRepaired ||= !suspect;
	}
	return isRepaired;
}

/** Reads all tables. SQLite's own check skips an empty page that claims to have children; reading it fails. */
function readTables(db: Db): void {
	const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
	for (const name of names) db.exec(`SELECT count(*) FROM ${name} NOT INDEXED`);
}

/** Id of the log, and the start of its numbers. */
interface SalvagedLog {
	id: string;
	seqBase: number;
}

/** Rows copied in one transaction. */
const chunkRows = 500;

/**
 * Copies what can still be read of a log that was set aside into the new one that replaces it: blocks, intact rows, and
 * the log's name. Aggregates of the rest are counted again.
 * @param known name and start of the log; default: as in its own row
 * @returns whether anything could be copied
 */
export function salvage(db: Db, path: string, known: SalvagedLog | undefined): boolean {
	let old: Db;
	try {
		old = new Database(path, { readonly: true, fileMustExist: true });
	} catch {
		return false;
	}
	try {
		const blocks = copyRows(old, db, "blocks", "block_no");
		if (blocks === 0) return false;
		const insert = insertRoom(db);
		const selectLog = "SELECT id, seq_base AS seqBase FROM log";
		db.transaction(() => {
			for (const room of soundRooms(readableRows<object>(old, selectRooms, ["room_no"]))) readable(() => insert(room));
			const [log = known] = known ? [known] : readableRows<SalvagedLog>(old, selectLog, ["one"]);
			if (typeof log?.id === "string" && Number.isSafeInteger(log.seqBase)) {
				db.prepare("UPDATE log SET id = ?, seq_base = ?").run(log.id, log.seqBase);
			}
		}).immediate();
		copyRows(old, db, "key_values", "revision");
		// Each row has a checksum; a projection that fails it is counted again.
		copyRows(old, db, "projections", "room_no");
		return true;
	} catch {
		// Nothing of it can be used.
		return false;
	} finally {
		old.close();
	}
}

/**
 * Returns the readable rows of a table, from both ends up to the damage. The caller already knows of damage, and
 * reports it.
 * @param key columns that SQLite orders the table by
 */
export function readableRows<Row>(db: Db, select: string, key: readonly string[]): Row[] {
	const rows: Row[] = [];
	for (const order of ["ASC", "DESC"]) {
		const before = rows.length;
		try {
			const sql = `${select} ORDER BY ${key.map((column) => `${column} ${order}`).join(", ")}`;
			for (const row of db.prepare<[], Row>(sql).iterate()) rows.push(row);
			// The whole table, from one end or the other.
			return rows.slice(before);
		} catch {
			// Rows read so far are kept.
		}
	}
	return rows;
}

/** @returns `undefined` if `read` fails, as on a damaged page */
function readable<Result>(read: () => Result): Result | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}

/** Copies a table by its integer key, skipping unreadable pages. @returns the number of rows copied */
function copyRows(old: Db, db: Db, table: string, key: string): number {
	const read = readable(() =>
		old.prepare<[number]>(`SELECT * FROM ${table} WHERE ${key} >= ? ORDER BY ${key} LIMIT 1`),
	);
	if (!read) return 0;
	const names = read.columns().map(({ name }) => name);
	const insert = db.prepare(`INSERT OR IGNORE INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`);
	const at = names.indexOf(key);
	const next = old
		.prepare<[number, number], unknown[]>(`SELECT * FROM ${table} WHERE ${key} >= ? ORDER BY ${key} LIMIT ?`)
		.raw();
	let [copied, from, skip] = [0, Number.MIN_SAFE_INTEGER, 0];
	const copy = db.transaction((max: number): boolean => {
		const rows = next.all(from, max);
		for (const row of rows) {
			copied += readable(() => insert.run(row).changes) ?? 0;
			from = Number(row[at]) + 1;
		}
		return rows.length === max;
	}).immediate;
	for (;;) {
		const max = skip > 0 ? 1 : chunkRows;
		try {
			if (!copy(max)) return copied;
			skip = 0;
		} catch {
			// Reads row by row up to the damage, then skips it.
			if (max === 1) from = Math.max(from, 0) + skip;
			skip = Math.max(1, max === 1 ? skip * 2 : 1);
			if (from + skip > Number.MAX_SAFE_INTEGER) return copied;
		}
	}
}
