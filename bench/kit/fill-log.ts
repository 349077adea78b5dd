import Database from "better-sqlite3";
import type { EncodedBatch } from "../../packages/log/src/event-log/encoded-event.ts";
import { BlockRepair } from "../../packages/log/src/event-log/sqlite/block-repair.ts";
import { RoomNumbers } from "../../packages/log/src/event-log/sqlite/commit.ts";
import { Compactor } from "../../packages/log/src/event-log/sqlite/compact.ts";
import { databasePath } from "../../packages/log/src/event-log/sqlite/file-names.ts";
import { Rooms } from "../../packages/log/src/event-log/sqlite/rooms.ts";
import { SqliteWriter } from "../../packages/log/src/event-log/sqlite/writer.ts";

/** Data written in one transaction. */
export interface Commit {
	batches: EncodedBatch[];
	/** Time of storing, ms since the epoch. */
	now: number;
}

/**
 * Fills a SQLite log, without waiting for the disk. Marks its events as counted: a running service counts them soon
 * after they arrive, and that is not measured here.
 */
export function fillLog(dataDir: string, commits: Iterable<Commit>): void {
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: Date.now() });
	const numbers = new RoomNumbers(2_000);
	for (const { batches, now } of commits) {
		for (let liveIds = numbers.unknown(batches); liveIds.length > 0; liveIds = numbers.unknown(batches)) {
			numbers.learn(writer.rooms(liveIds));
		}
		writer.commit(numbers.number(batches, now).commit, now);
	}
	writer.close();
	const db = new Database(databasePath(dataDir));
	const rooms = new Rooms(db);
	for (const room of rooms.all()) rooms.change(room, { countedSeq: room.lastSeq });
	db.close();
}

/** Joins all blocks of a closed log, as its upkeep does when rooms have been silent for long. */
export function compactLog(dataDir: string, now: number): void {
	const db = new Database(databasePath(dataDir));
	const rooms = new Rooms(db);
	const compactor = new Compactor(db, rooms, new BlockRepair(db, rooms));
	while (compactor.step(now, { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY }));
	db.close();
}

/** Returns the size of the pages in use, bytes. */
export function usedBytes(dataDir: string): number {
	const db = new Database(databasePath(dataDir), { readonly: true });
	const [pages, free, size] = ["page_count", "freelist_count", "page_size"].map((name) =>
		Number(db.pragma(name, { simple: true })),
	);
	db.close();
	return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
}
