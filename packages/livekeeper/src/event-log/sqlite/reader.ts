import type { Cursor, LiveEventType } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import type { BroadcastSummary } from "../broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "../charts.ts";
import { takeRaw } from "../encoded-event.ts";
import type { LostRoom, ReadPage, ReadQuery, StoredEvent, Truncation } from "../event-log.ts";
import type { KnownGift } from "../gift-catalogue.ts";
import { isOfService } from "../service-events.ts";
import { listKnownGifts } from "./known-gifts.ts";
import { type Db, databasePath } from "./open-database.ts";
import { position, seqOf } from "./position.ts";
import { BroadcastReader } from "./read-broadcasts.ts";
import { ChartReader } from "./read-charts.ts";

interface RoomRow {
	roomNo: number;
	lastSeq: number;
	oldestSeq: number;
	/** Up to here it is known where the service's own events lie. */
	countedSeq: number;
	maxSkewMs: number;
	maxAheadMs: number;
	seqBase: number;
}

interface EventRow {
	pos: number;
	type: LiveEventType;
	at: number;
	json: string;
}

const defaultLimit = 500;
const maxLimit = 5_000;
/** A page looks at no more rows than this, so that a rare type can't hold up other readers. */
const maxScanned = 5_000;
const maxPageChars = 1 << 20;

/** Reads, on a connection of its own: it sees whole transactions only and holds up no write. */
export class SqliteReader {
	readonly #db: Db;
	readonly #read: (liveId: string, query: ReadQuery) => ReadPage;
	readonly #broadcasts: (liveId: string) => BroadcastSummary[];
	readonly #series: (liveId: string, query: SeriesQuery) => Series;
	readonly #gifts: (liveId: string, roomId: string, most: number) => BroadcastGifts | undefined;
	readonly #room;
	readonly #liveIds;
	readonly #cursor;
	readonly #scan;
	readonly #scanService;
	readonly #storedAt;

	constructor(dataDir: string) {
		this.#db = new Database(databasePath(dataDir), { readonly: true, timeout: 1_000 });
		this.#db.pragma("cache_size = -16000");
		this.#room = this.#db.prepare<[string], RoomRow>(
			`SELECT room_no AS roomNo, last_seq AS lastSeq, oldest_seq AS oldestSeq, counted_seq AS countedSeq,
			max_skew_ms AS maxSkewMs, max_ahead_ms AS maxAheadMs, seq_base AS seqBase FROM rooms, log WHERE live_id = ?`,
		);
		this.#liveIds = this.#db.prepare<[], string>("SELECT live_id FROM rooms ORDER BY room_no").pluck();
		this.#cursor = this.#db.prepare<[string], Cursor>(
			`SELECT cursor_room_id AS roomId, cursor, cursor_internal_ext AS internalExt
			FROM rooms WHERE live_id = ? AND cursor IS NOT NULL`,
		);
		const scan = (table: string) =>
			this.#db.prepare<[number, number, number, number, string | null, string | null], EventRow>(
				`SELECT pos, type, at, json FROM ${table}
				WHERE pos > ? AND pos <= ? AND at >= ? AND at < ?
				AND (? IS NULL OR type IN (SELECT value FROM json_each(?))) ORDER BY pos`,
			);
		this.#scan = scan("events");
		this.#scanService = scan("service_events CROSS JOIN events USING (pos)");
		this.#storedAt = this.#db.prepare<[number], number>("SELECT stored_at FROM events WHERE pos = ?").pluck();
		this.#read = this.#db.transaction((liveId, query) => this.#readPage(liveId, query));
		const broadcasts = new BroadcastReader(this.#db);
		const charts = new ChartReader(this.#db, broadcasts);
		this.#broadcasts = this.#db.transaction((liveId) => broadcasts.read(liveId));
		this.#series = this.#db.transaction((liveId, query) => charts.series(liveId, query));
		this.#gifts = this.#db.transaction((liveId, roomId, most) => charts.gifts(liveId, roomId, most));
	}

	read(liveId: string, query: ReadQuery): ReadPage {
		return this.#read(liveId, query);
	}

	lastSeq(liveId: string): number {
		return this.#room.get(liveId)?.lastSeq ?? 0;
	}

	liveIds(): string[] {
		return this.#liveIds.all();
	}

	cursor(liveId: string): Cursor | undefined {
		return this.#cursor.get(liveId);
	}

	/** When the newest event of all rooms was stored, ms since the epoch. */
	newestStoredAt(): number | undefined {
		const newest = this.#db.prepare<[], number | null>("SELECT max(newest_at) FROM rooms").pluck().get();
		return newest || undefined;
	}

	lost(liveId: string): LostRoom | undefined {
		const row = this.#db
			.prepare<[string], { since: number | null }>(
				`SELECT nullif(newest_at, 0) AS since FROM log LEFT JOIN rooms ON live_id = ?
				WHERE seq_base > 0 AND coalesce(last_seq, seq_base) = seq_base`,
			)
			.get(liveId);
		return row && { since: row.since ?? undefined };
	}

	broadcasts(liveId: string): BroadcastSummary[] {
		return this.#broadcasts(liveId);
	}

	series(liveId: string, query: SeriesQuery): Series {
		return this.#series(liveId, query);
	}

	gifts(liveId: string, roomId: string, most: number): BroadcastGifts | undefined {
		return this.#gifts(liveId, roomId, most);
	}

	knownGifts(): KnownGift[] {
		return listKnownGifts(this.#db);
	}

	note(name: string): string | undefined {
		return this.#db.prepare<[string], string>("SELECT value FROM notes WHERE name = ?").pluck().get(name);
	}

	close(): void {
		this.#db.close();
	}

	#readPage(liveId: string, query: ReadQuery): ReadPage {
		const room = this.#room.get(liveId);
		const asked = Math.max(0, query.after ?? 0);
		if (!room) return emptyPage(asked);
		const { oldestSeq, lastSeq } = room;
		// Only a time that lay ahead can lie in the range and be stored before it: an old one, pinned perhaps, can't.
		const oldestWanted =
			query.from === undefined ? oldestSeq : this.#firstStoredFrom(room, query.from - room.maxAheadMs);
		const end = query.to === undefined ? lastSeq : this.#firstStoredFrom(room, query.to + room.maxSkewMs + 1) - 1;
		// Where the time range begins after the oldest event, what retention took can't have been part of it.
		const truncated = oldestWanted > oldestSeq ? undefined : truncation(room, asked);
		const after = Math.max(asked > lastSeq ? 0 : asked, oldestWanted - 1);
		const { events, scannedTo } = this.#scanFrom(room, after, end, query);
		const caughtUp = scannedTo >= end;
		return {
			events,
			nextAfter: caughtUp ? lastSeq : scannedTo,
			caughtUp,
			...(truncated ? { truncated } : {}),
			oldestSeq,
			lastSeq,
		};
	}

	#scanFrom(room: RoomRow, after: number, end: number, query: ReadQuery): { events: StoredEvent[]; scannedTo: number } {
		const limit = Math.min(maxLimit, Math.max(1, query.limit ?? defaultLimit));
		const maxChars = Math.min(maxPageChars, query.maxChars ?? maxPageChars);
		// Where it is known where all of them lie, none is too far away.
		const known = query.types?.every(isOfService) ? Math.max(after, Math.min(end, room.countedSeq)) : after;
		const scanEnd = Math.min(end, known + maxScanned);
		const events: StoredEvent[] = [];
		const rows = this.#rows(room, after, known, scanEnd, query);
		let chars = 0;
		for (const { pos, type, at, json: text } of rows) {
			const seq = seqOf(pos);
			const { json, raw } = takeRaw(text);
			const wanted = query.raw && raw !== undefined;
			events.push({ seq, type, at, json, ...(wanted && { raw }) });
			chars += wanted ? text.length : json.length;
			if (events.length >= limit || chars >= maxChars) return { events, scannedTo: seq };
		}
		return { events, scannedTo: Math.max(after, scanEnd) };
	}

	*#rows(room: RoomRow, after: number, known: number, end: number, query: ReadQuery): Generator<EventRow, void> {
		const types = query.types ? JSON.stringify(query.types) : null;
		const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER } = query;
		const at = (seq: number) => position(room.roomNo, seq);
		if (known > after) yield* this.#scanService.iterate(at(after), at(known), from, to, types, types);
		yield* this.#scan.iterate(at(known), at(end), from, to, types, types);
	}

	/** The first `seq` that was stored at or after `time`; `lastSeq + 1` when none was. `stored_at` never falls. */
	#firstStoredFrom({ roomNo, oldestSeq, lastSeq }: RoomRow, time: number): number {
		let low = oldestSeq;
		let high = lastSeq + 1;
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			if ((this.#storedAt.get(position(roomNo, middle)) ?? 0) < time) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

function truncation(room: RoomRow, after: number): Truncation | undefined {
	const to = room.oldestSeq - 1;
	if (after > room.lastSeq) return { from: 1, to, reason: "reset" };
	if (after >= to) return undefined;
	return { from: after + 1, to, reason: after < room.seqBase ? "reset" : "retention" };
}

function emptyPage(after: number): ReadPage {
	const page: ReadPage = { events: [], nextAfter: 0, caughtUp: true, oldestSeq: 1, lastSeq: 0 };
	return after > 0 ? { ...page, truncated: { from: 1, to: 0, reason: "reset" } } : page;
}
