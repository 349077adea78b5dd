import { statSync } from "node:fs";
import { LivekeeperError } from "@livekeeper/base/errors";
import Database from "better-sqlite3";
import { isCorrupt } from "../../database/index.ts";
import type { KeyValueStores } from "../../storage/index.ts";
import { importTexts } from "../../text/index.ts";
import { type Block, partOf } from "../block.ts";
import type { StoredEvent } from "../event-log.ts";
import {
	type CopiedRoom,
	isBlock,
	type LogDestination,
	type LogSource,
	type Piece,
	type RoomCopy,
} from "../log-copy.ts";
import { cursorOf } from "./cursor-row.ts";
import { databasePath } from "./file-names.ts";
import type { Finding } from "./findings.ts";
import type { Db } from "./open-database.ts";
import { RoomBlocks } from "./room-blocks.ts";
import { type Room, StoredRooms } from "./rooms.ts";
import { SqliteWriter, storesIn } from "./writer.ts";

/** Findings that are the result of the user's own actions. */
const sound: readonly Finding["found"][] = ["restored", "restored_partly", "replaced", "older"];

/**
 * Opens the log of a data folder to be copied elsewhere. Locks out other processes; deletes nothing.
 * @param now ms since the epoch
 * @throws LivekeeperError `import_refused`, `storage_unwritable`, `database_locked`, `database_other_version`,
 * `database_foreign`
 */
export function openSqliteSource(dataDir: string, now: number): LogSource {
	const path = databasePath(dataDir);
	if (!statSync(path, { throwIfNoEntry: false })?.size) {
		throw new LivekeeperError("import_refused", importTexts.noDatabase(path));
	}
	refuseDamaged(path);
	const writer = new SqliteWriter({ dataDir, fsync: true, suspect: false, now });
	try {
		if (writer.findings.some(({ found }) => !sound.includes(found))) {
			throw new LivekeeperError("import_refused", importTexts.damaged(path));
		}
		return new SqliteSource(writer, new Database(path, { readonly: true }));
	} catch (error) {
		writer.close();
		throw error;
	}
}

/** Checks the database first, because opening a damaged one would set it aside. */
function refuseDamaged(path: string): void {
	try {
		const db = new Database(path, { readonly: true });
		try {
			if (db.pragma("quick_check(1)", { simple: true }) === "ok") return;
		} finally {
			db.close();
		}
	} catch (error) {
		// If another process holds it, opening it later reports that.
		if (!isCorrupt(error)) return;
	}
	throw new LivekeeperError("import_refused", importTexts.damaged(path));
}

class SqliteSource implements LogSource {
	readonly id: string;
	readonly hasLost: boolean;
	readonly rooms: readonly CopiedRoom[];
	readonly stores: KeyValueStores;
	readonly #writer: SqliteWriter;
	readonly #db: Db;
	readonly #rows: ReadonlyMap<string, Room>;
	readonly #blocks: RoomBlocks;

	constructor(writer: SqliteWriter, db: Db) {
		this.#writer = writer;
		this.#db = db;
		this.stores = storesIn(writer);
		const log = db.prepare<[], { id: string; seqBase: number }>("SELECT id, seq_base AS seqBase FROM log").get();
		this.id = log?.id ?? "";
		this.hasLost = (log?.seqBase ?? 0) > 0;
		this.#blocks = new RoomBlocks(db);
		const rooms = new StoredRooms(db);
		const found = rooms.liveIds().flatMap((liveId) => rooms.find(liveId) ?? []);
		this.#rows = new Map(found.map((room) => [room.liveId, room]));
		this.rooms = found.map((row) => {
			const { liveId, roomNo, oldestSeq, lastSeq } = row;
			const events = this.#blocks.countOf(roomNo, row);
			return { liveId, oldestSeq, lastSeq, events, cursor: cursorOf(row) };
		});
	}

	*pieces(liveId: string, after: number): Generator<Piece, void> {
		const { roomNo, oldestSeq, lastSeq } = this.#room(liveId);
		for (let seq = Math.max(after, oldestSeq - 1); seq < lastSeq; ) {
			const jump = this.#blocks.jumpAfter(roomNo, seq);
			yield* this.#blocksBetween(roomNo, seq, jump ? jump.from - 1 : lastSeq);
			if (jump) yield { from: Math.max(jump.from, seq + 1), to: jump.to };
			seq = jump ? jump.to : lastSeq;
		}
	}

	async projection(liveId: string) {
		const projection = this.#writer.projection(liveId);
		if (!projection) throw unknown(liveId);
		return projection;
	}

	async close(): Promise<void> {
		this.#db.close();
		this.#writer.close();
	}

	*#blocksBetween(roomNo: number, after: number, end: number): Generator<Block, void> {
		for (const piece of this.#blocks.pieces(roomNo, after, end)) {
			if ("block" in piece) yield partOf(piece.block, { firstSeq: piece.from, lastSeq: piece.to });
			else yield* this.#blocks.gapBlocks(roomNo, piece);
		}
	}

	#room(liveId: string): Room {
		const row = this.#rows.get(liveId);
		if (!row) throw unknown(liveId);
		return row;
	}
}

function unknown(liveId: string): RangeError {
	return new RangeError(`The log knows no room ${liveId}.`);
}

/** Findings that leave the folder's content unchanged. */
const harmless: readonly Finding["found"][] = ["restored", "restored_partly", "replaced", "older", "corrected"];

/**
 * Opens a data folder to copy another log into it, and creates it if there is none. Locks out other processes.
 * @param now returns ms since the epoch
 * @throws LivekeeperError `import_refused`, `storage_unwritable`, `database_locked`, `database_other_version`,
 * `database_foreign`
 */
export function openSqliteDestination(dataDir: string, now: () => number): LogDestination {
	const writer = new SqliteWriter({ dataDir, fsync: true, suspect: false, now: now() });
	if (writer.findings.some(({ found }) => !harmless.includes(found))) {
		writer.close();
		throw new LivekeeperError("import_refused", importTexts.damaged(databasePath(dataDir)));
	}
	return new SqliteDestination(writer, now);
}

class SqliteDestination implements LogDestination {
	readonly stores: KeyValueStores;
	readonly #writer: SqliteWriter;
	readonly #now: () => number;

	constructor(writer: SqliteWriter, now: () => number) {
		this.stores = storesIn(writer);
		this.#writer = writer;
		this.#now = now;
	}

	/** An interrupted copy of the same log ends with an event that the source has under the same number. */
	async taken(source: LogSource): Promise<string[]> {
		const taken: string[] = [];
		for (const { liveId, lastSeq } of source.rooms) {
			const newest = this.#writer.newestEvent(liveId);
			const isPart = this.#writer.lastSeq(liveId) <= lastSeq;
			if (!isPart || (newest && !(await isIn(source, liveId, newest)))) taken.push(liveId);
		}
		return taken;
	}

	async begin({ rooms, hasLost }: LogSource): Promise<void> {
		this.#writer.beginCopy(rooms, hasLost, this.#now());
	}

	async room({ liveId }: CopiedRoom): Promise<RoomCopy> {
		const writer = this.#writer;
		const now = this.#now;
		return {
			lastSeq: writer.lastSeq(liveId),
			append: async (pieces) => writer.copy(liveId, pieces, now()),
			end: async (cursor, projection) => writer.endCopy(liveId, cursor, projection),
		};
	}

	async close(): Promise<void> {
		this.#writer.close();
	}
}

/** Whether the source has this event under its number. */
async function isIn(source: LogSource, liveId: string, { seq, json }: StoredEvent): Promise<boolean> {
	for await (const piece of source.pieces(liveId, seq - 1)) {
		return isBlock(piece) && piece.firstSeq === seq && piece.event(seq).json === json;
	}
	return false;
}
