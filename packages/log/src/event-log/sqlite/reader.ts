import type { Cursor } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import type { BroadcastSummary } from "../broadcast-summary.ts";
import type { BroadcastGifts, Series, SeriesQuery } from "../charts.ts";
import type { LostRoom, Newcomers, ReadPage, ReadQuery } from "../event-log.ts";
import { typeSet } from "../event-types.ts";
import type { Projection } from "../projection.ts";
import { askedAfter, emptyPage, Page, storedTimes } from "../read-page.ts";
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
		const room = this.#rooms.find(liveId);
		if (!room) return emptyPage(askedAfter(query), this.#base);
		const { roomNo } = room;
		const times = storedTimes(query, room);
		const first = this.#blocks.firstStoredFrom(room, times.from);
		const end = this.#blocks.firstStoredFrom(room, times.before);
		const page = new Page(query, { ends: { ...room, base: this.#base }, first, end });
		// A jump ends the page before it, and is reported by the page that begins there.
		page.skip(Math.min(room.lastSeq, this.#blocks.past(roomNo, page.scannedTo)), "reset");
		const jump = this.#blocks.jumpAfter(roomNo, page.scannedTo);
		const damaged = this.#scan(room, page, Math.min(page.last, jump ? jump.from - 1 : page.last), query);
		return { ...page.result(), ...(damaged.length > 0 && { damaged }) };
	}

	/** Adds the events up to `end`. @returns the damage among them */
	#scan({ roomNo }: Room, page: Page, end: number, { types }: ReadQuery): Hole[] {
		const damaged: Hole[] = [];
		for (const piece of this.#blocks.pieces(roomNo, page.scannedTo, end, types && typeSet(types))) {
			const isBlock = "block" in piece;
			if (!isBlock) damaged.push(piece);
			const isMore = page.add(piece.from, piece.to, (from, to, isSelected) =>
				isBlock ? piece.block.events(from, to, isSelected) : this.#blocks.gaps(roomNo, { from, to }).filter(isSelected),
			);
			if (!isMore) return damaged;
		}
		page.scannedTo = Math.max(page.scannedTo, end);
		return damaged;
	}
}

function openReadonly(dataDir: string): Db {
	const db = new Database(databasePath(dataDir), { readonly: true, timeout: 1_000 });
	db.pragma("cache_size = -16000");
	return db;
}
