import { statSync } from "node:fs";
import Database from "better-sqlite3";
import { isCorrupt } from "../../database/index.ts";
import { LivekeeperError } from "../../errors.ts";
import { type KeyValueStores, SqliteKeyValues } from "../../storage/index.ts";
import { importTexts } from "../../text/index.ts";
import { bestKinds } from "../best.ts";
import { idsOfLine } from "../block.ts";
import { whole } from "../bounded.ts";
import type { Gifter } from "../broadcast-summary.ts";
import type { GiftKind } from "../charts.ts";
import type { EncodedEvent } from "../encoded-event.ts";
import type { Jump } from "../floor.ts";
import type { LogSource, SourceBroadcast, SourceRoom, SourceSums } from "../log-source.ts";
import { fromJson, totalsFrom } from "./add-up.ts";
import { sumsFrom } from "./chart-writer.ts";
import { type CursorRow, cursorColumns, cursorOf } from "./cursor-row.ts";
import { databasePath } from "./file-names.ts";
import type { Finding } from "./findings.ts";
import { listKnownGifts } from "./known-gifts.ts";
import type { Db } from "./open-database.ts";
import { RoomBlocks } from "./room-blocks.ts";
import { storedKinds } from "./top-gifts.ts";
import { SqliteWriter } from "./writer.ts";

interface RoomRow extends Omit<SourceRoom, "cursor">, CursorRow {
	roomNo: number;
}

interface BroadcastRow {
	broadcastNo: number;
	roomId: string;
	totals: string;
	users: number;
	topGifters: string | null;
	topGifts: string | null;
}

/** After these the folder is what its user has made it. */
const sound: readonly Finding["found"][] = ["restored", "restored_partly", "replaced", "older"];
const settleMs = 1_000;
const forEver = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

/**
 * Opens the log of a data folder to be moved elsewhere. It is held against other processes
 * and counted to its end, as by a start of the service; nothing is deleted.
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
		while (writer.upkeep(now, forEver, settleMs).more);
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
	readonly #rows: ReadonlyMap<string, RoomRow>;
	readonly #blocks: RoomBlocks;
	readonly #broadcasts;
	readonly #people;

	constructor(writer: SqliteWriter, db: Db) {
		this.#writer = writer;
		this.#db = db;
		const keyValues = (which: keyof KeyValueStores) =>
			new SqliteKeyValues(async (method, ...args) => writer.keyValues(which, method, args));
		this.stores = { wishes: keyValues("wishes"), notes: keyValues("notes"), targets: keyValues("targets") };
		this.id = db.prepare<[], string>("SELECT id FROM log").pluck().get() ?? "";
		const rows = db
			.prepare<[], RoomRow>(
				`SELECT room_no AS roomNo, live_id AS liveId, oldest_seq AS oldestSeq, last_seq AS lastSeq,
				${cursorColumns} FROM rooms ORDER BY room_no`,
			)
			.all();
		this.#rows = new Map(rows.map((row) => [row.liveId, row]));
		this.#blocks = new RoomBlocks(db);
		this.#broadcasts = db.prepare<[number], BroadcastRow>(
			`SELECT broadcast_no AS broadcastNo, room_id AS roomId, totals, users, top_gifters AS topGifters,
			top_gifts AS topGifts FROM broadcasts WHERE room_no = ? ORDER BY broadcast_no`,
		);
		this.#people = db.prepare<[number], { key: string; diamonds: number; gifter: string | null }>(
			"SELECT user_key AS key, diamonds, gifter FROM broadcast_users WHERE broadcast_no = ?",
		);
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

	sums(liveId: string): SourceSums {
		const { roomNo } = this.#room(liveId);
		const minutes = this.#db
			.prepare<[number], { minute: number; lastSeq: number; sums: string }>(
				"SELECT minute, last_seq AS lastSeq, sums FROM minutes WHERE room_no = ? ORDER BY minute",
			)
			.all(roomNo)
			.flatMap(({ sums, ...row }) => {
				const read = sumsFrom(sums);
				return read ? [{ ...row, sums: read }] : [];
			});
		return { broadcasts: this.#broadcasts.all(roomNo).flatMap((row) => this.#broadcast(row)), minutes };
	}

	knownGifts() {
		return listKnownGifts(this.#db);
	}

	close(): void {
		this.#db.close();
		this.#writer.close();
	}

	#room(liveId: string): RoomRow {
		const row = this.#rows.get(liveId);
		if (!row) throw new RangeError(`The log knows no room ${liveId}.`);
		return row;
	}

	#broadcast({ broadcastNo, roomId, totals, users, topGifters, topGifts }: BroadcastRow): SourceBroadcast[] {
		const kinds = storedKinds(this.#db, broadcastNo);
		const read = totalsFrom(totals);
		if (!read) return [];
		const described = { roomId, totals: read, users };
		if (topGifters !== null) {
			const bestGifts = topGifts === null ? bestKinds(kinds) : (fromJson<GiftKind[]>(topGifts) ?? []);
			const best = { gifters: fromJson<Gifter[]>(topGifters) ?? [], kinds: bestGifts };
			return [{ ...described, best, people: [], kinds: [] }];
		}
		const people = this.#people.all(broadcastNo).map(({ key, diamonds, gifter }) => {
			const who = gifter === null ? undefined : fromJson<Omit<Gifter, "diamonds">>(gifter);
			return { key, gifter: who && { ...who, diamonds: whole(diamonds) } };
		});
		return [{ ...described, best: undefined, people, kinds }];
	}
}
