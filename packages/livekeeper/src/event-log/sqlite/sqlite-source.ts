import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { isCorrupt } from "../../database/index.ts";
import { LivekeeperError } from "../../errors.ts";
import { type KeyValueStores, SqliteKeyValues } from "../../storage/index.ts";
import { importTexts } from "../../text/index.ts";
import { idsOfLine } from "../block.ts";
import type { EncodedEvent } from "../encoded-event.ts";
import type { Jump } from "../floor.ts";
import type { LogSource, SourceRoom } from "../log-source.ts";
import type { Projection } from "../projection.ts";
import { cursorOf } from "./cursor-row.ts";
import { databasePath } from "./file-names.ts";
import type { Finding } from "./findings.ts";
import { listKnownGifts } from "./known-gifts.ts";
import type { Db } from "./open-database.ts";
import { RoomBlocks } from "./room-blocks.ts";
import { type Room, StoredRooms } from "./rooms.ts";
import { SqliteWriter } from "./writer.ts";

/** After these the folder is what its user has made it. */
const sound: readonly Finding["found"][] = ["restored", "restored_partly", "replaced", "older"];

/**
 * Opens the log of a data folder to be moved elsewhere. It is held against other processes; nothing is deleted.
 * @param now ms since the epoch
 * @throws LivekeeperError `import_refused`, `storage_unwritable`, `database_locked`, `database_other_version`, `database_foreign`
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

/** Looked at before anybody opens it who would set it aside. */
function refuseDamaged(path: string): void {
	try {
		const db = new Database(path, { readonly: true });
		try {
			if (db.pragma("quick_check(1)", { simple: true }) === "ok") return;
		} finally {
			db.close();
		}
	} catch (error) {
		// The next to open it reports another process that holds it.
		if (!isCorrupt(error)) return;
	}
	throw new LivekeeperError("import_refused", importTexts.damaged(path));
}

class SqliteSource implements LogSource {
	readonly id: string;
	readonly stores: KeyValueStores;
	readonly #writer: SqliteWriter;
	readonly #db: Db;
	readonly #rows: ReadonlyMap<string, Room>;
	readonly #blocks: RoomBlocks;

	constructor(writer: SqliteWriter, db: Db) {
		this.#writer = writer;
		this.#db = db;
		const keyValues = (which: keyof KeyValueStores) =>
			new SqliteKeyValues(async (method, ...args) => writer.keyValues(which, method, args));
		this.stores = { wishes: keyValues("wishes"), notes: keyValues("notes"), targets: keyValues("targets") };
		this.id = db.prepare<[], string>("SELECT id FROM log").pluck().get() ?? "";
		const rooms = new StoredRooms(db);
		const found = rooms.liveIds().flatMap((liveId) => rooms.find(liveId) ?? []);
		this.#rows = new Map(found.map((room) => [room.liveId, room]));
		this.#blocks = new RoomBlocks(db);
	}

	rooms(): SourceRoom[] {
		return Array.from(this.#rows.values(), (row) => {
			const { liveId, oldestSeq, lastSeq } = row;
			return { liveId, oldestSeq, lastSeq, cursor: cursorOf(row) };
		});
	}

	*events(liveId: string, after: number): Generator<EncodedEvent | Jump, void> {
		const { roomNo, oldestSeq, lastSeq } = this.#room(liveId);
		for (let seq = Math.max(after, oldestSeq - 1); seq < lastSeq; ) {
			const jump = this.#blocks.jumpAfter(roomNo, seq);
			for (const { type, at, json, raw } of this.#blocks.events(roomNo, seq, jump ? jump.from - 1 : lastSeq)) {
				yield { ...idsOfLine(json), type, at, json: `{${json.slice(json.indexOf(",") + 1)}`, raw };
			}
			if (jump) yield jump;
			seq = jump ? jump.to : lastSeq;
		}
	}

	projection(liveId: string): Projection {
		const projection = this.#writer.projection(liveId);
		if (!projection) throw new RangeError(`The log knows no room ${liveId}.`);
		return projection;
	}

	knownGifts() {
		for (const { liveId } of this.rooms()) this.projection(liveId);
		this.#writer.saveGifts();
		return listKnownGifts(this.#db);
	}

	close(): void {
		this.#db.close();
		this.#writer.close();
	}

	#room(liveId: string): Room {
		const row = this.#rows.get(liveId);
		if (!row) throw new RangeError(`The log knows no room ${liveId}.`);
		return row;
	}
}
