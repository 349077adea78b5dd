import type { Cursor } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import type { BroadcastSummary } from "../broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "../charts.ts";
import type { LostRoom, Newcomers, ReadPage, ReadQuery } from "../event-log.ts";
import { typeSet } from "../event-types.ts";
import type { Projection } from "../projection.ts";
import { emptyPage, Page, truncation } from "../read-page.ts";
import type { Looked, PastEnd, RoomPast, RoomRange, SearchQuery } from "../search.ts";
import type { SearchFilter } from "../search-filter.ts";
import { databasePath } from "./file-names.ts";
import type { Db } from "./open-database.ts";
import { PastBlocks } from "./past-blocks.ts";
import { AskedProjections } from "./projection-rows.ts";
import { type Hole, RoomBlocks } from "./room-blocks.ts";
import { type Room, StoredRooms } from "./rooms.ts";

/** A page, with the damage in it. */
export interface SqlitePage extends ReadPage {
	/** Events that are damaged or missing, for which the page has gaps; absent: none. */
	damaged?: Hole[];
}

/**
 * Reads on a connection of its own: it sees only whole transactions and delays no write. On the writer's connection and
 * thread, it runs between transactions.
 */
export class SqliteReader {
	readonly #db: Db;
	readonly #isOwn: boolean;
	readonly #read: (liveId: string, query: ReadQuery) => SqlitePage;
	readonly #rooms: StoredRooms;
	/** Number before the first event of a room that the log doesn't know. */
	readonly #base: number;
	readonly #blocks: RoomBlocks;
	readonly #past: PastBlocks;
	readonly #projections: AskedProjections;

	/** @param source a data folder, or a database that stays open when the reader is closed */
	constructor(source: string | Db) {
		this.#db = typeof source === "string" ? openReadonly(source) : source;
		this.#isOwn = typeof source === "string";
		this.#rooms = new StoredRooms(this.#db);
		this.#base = this.#db.prepare<[], number>("SELECT seq_base FROM log").pluck().get() ?? 0;
		this.#blocks = new RoomBlocks(this.#db);
		this.#past = new PastBlocks(this.#rooms, this.#blocks);
		this.#projections = new AskedProjections(this.#db);
		this.#read = this.#db.transaction((liveId, query) => this.#readPage(liveId, query));
	}

	read(liveId: string, query: ReadQuery): SqlitePage {
		return this.#read(liveId, query);
	}

	/** @see PastReader */
	histories(ends: readonly PastEnd[], range: Pick<SearchQuery, "from" | "to">): RoomPast[] {
		return this.#db.transaction(() => this.#past.histories(ends, range))();
	}

	/** @see PastReader */
	lookBack(ranges: readonly RoomRange[], filter: SearchFilter, max: number): Looked[] {
		return this.#db.transaction(() => this.#past.lookBack(ranges, filter, max))();
	}

	/** Returns the live ids of all rooms, oldest first. */
	liveIds(): string[] {
		return this.#rooms.liveIds();
	}

	lastSeq(liveId: string): number {
		return this.#rooms.find(liveId)?.lastSeq ?? this.#base;
	}

	knows(liveId: string): boolean {
		return this.#rooms.find(liveId) !== undefined;
	}

	/** Returns the `seq` behind which the room's newest `count` events lie. */
	afterNewest(liveId: string, count: number): number {
		const room = this.#rooms.find(liveId);
		return room ? this.#blocks.afterNewest(room.roomNo, room, count) : this.#base;
	}

	cursor(liveId: string): Cursor | undefined {
		return this.#rooms.cursor(liveId);
	}

	lost(liveId: string): LostRoom | undefined {
		if (this.#base === 0) return undefined;
		const room = this.#rooms.find(liveId);
		if (room && room.lastSeq !== this.#base) return undefined;
		return { since: room?.newestAt || undefined };
	}

	broadcasts(liveId: string): BroadcastSummary[] {
		return this.#ask(liveId, (projection) => projection.broadcasts()) ?? [];
	}

	series(liveId: string, query: SeriesQuery): Series {
		return this.#ask(liveId, (projection) => projection.series(query)) ?? { points: [], lastSeq: 0 };
	}

	gifts(liveId: string, roomId: string, max: number): BroadcastGifts | undefined {
		return this.#ask(liveId, (projection) => projection.gifts(roomId, max));
	}

	newcomers(liveId: string, roomId: string): Newcomers | undefined {
		return this.#ask(liveId, (projection) => projection.newcomers(roomId));
	}

	/** Returns the rooms whose stored projection was found damaged since the last call. */
	damagedProjections(): string[] {
		return this.#projections.damaged();
	}

	close(): void {
		if (this.#isOwn) this.#db.close();
	}

	/** @returns `undefined` for a room that the log doesn't know */
	#ask<T>(liveId: string, question: (projection: Projection) => T): T | undefined {
		return this.#db.transaction(() => {
			const room = this.#rooms.find(liveId);
			return room && question(this.#projections.of(room));
		})();
	}

	#readPage(liveId: string, query: ReadQuery): SqlitePage {
		const stored = this.#rooms.find(liveId);
		const room = stored && { ...stored, base: this.#base };
		const asked = Math.max(0, query.after ?? 0);
		if (!room) return emptyPage(asked, this.#base);
		const { oldestSeq, lastSeq } = room;
		// An event in the range can be stored before it only if its time lay ahead. One with an old time, pinned perhaps,
		// can't.
		const oldestSelected =
			query.from === undefined ? oldestSeq : this.#blocks.firstStoredFrom(room, query.from - room.maxAheadMs);
		const end =
			query.to === undefined ? lastSeq : this.#blocks.firstStoredFrom(room, query.to + room.maxSkewMs + 1) - 1;
		// If the time range begins after the oldest event, nothing that retention deleted can have been part of it.
		const gone = oldestSelected > oldestSeq ? undefined : truncation(room, asked);
		const begin = Math.max(asked > lastSeq ? 0 : asked, oldestSelected - 1);
		// A jump ends the page before it, and is reported by the page that begins there.
		const after = Math.min(lastSeq, this.#blocks.past(room.roomNo, begin));
		// Retention may have deleted everything up to the jump: one range then.
		const jumped = after > begin ? { from: gone?.from ?? begin + 1, to: after, reason: "reset" as const } : undefined;
		const truncated = jumped ?? gone;
		const jump = this.#blocks.jumpAfter(room.roomNo, after);
		const pageEnd = Math.min(end, jump ? jump.from - 1 : end);
		const { page, damaged } = this.#scanFrom(room, after, pageEnd, query);
		const caughtUp = page.scannedTo >= end;
		return {
			events: page.events,
			nextAfter: caughtUp ? lastSeq : page.scannedTo,
			caughtUp,
			...(truncated ? { truncated } : {}),
			oldestSeq,
			lastSeq,
			...(damaged.length > 0 && { damaged }),
		};
	}

	#scanFrom({ roomNo }: Room, after: number, end: number, query: ReadQuery) {
		const page = new Page(query, after);
		const damaged: Hole[] = [];
		for (const piece of this.#blocks.pieces(roomNo, after, end, query.types && typeSet(query.types))) {
			const isBlock = "block" in piece;
			if (!isBlock) damaged.push(piece);
			const isMore = page.add(piece.from, piece.to, (from, to, isSelected) =>
				isBlock ? piece.block.events(from, to, isSelected) : this.#blocks.gaps(roomNo, { from, to }).filter(isSelected),
			);
			if (!isMore) return { page, damaged };
		}
		page.scannedTo = Math.max(after, end);
		return { page, damaged };
	}
}

function openReadonly(dataDir: string): Db {
	const db = new Database(databasePath(dataDir), { readonly: true, timeout: 1_000 });
	db.pragma("cache_size = -16000");
	return db;
}
