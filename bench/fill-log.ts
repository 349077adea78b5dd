import Database from "better-sqlite3";
import type { EncodedBatch } from "../packages/livekeeper/src/event-log/encoded-event.ts";
import { RoomNumbers } from "../packages/livekeeper/src/event-log/sqlite/commit.ts";
import { databasePath } from "../packages/livekeeper/src/event-log/sqlite/open-database.ts";
import { SqliteWriter } from "../packages/livekeeper/src/event-log/sqlite/writer.ts";

/** What is written in one transaction. */
export interface Commit {
	batches: EncodedBatch[];
	/** When it is stored, ms since the epoch. */
	now: number;
}

/**
 * Fills a SQLite log, without waiting for the disk. Its events are marked as counted: in a running service they are soon
 * after they came, and that is not what is measured.
 */
export function fillLog(dataDir: string, commits: Iterable<Commit>): void {
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: Date.now() });
	const numbers = new RoomNumbers(2_000);
	for (const { batches, now } of commits) {
		numbers.learn(writer.rooms(numbers.unknown(batches)));
		writer.commit(numbers.number(batches, now).commit, now);
	}
	writer.close();
	const db = new Database(databasePath(dataDir));
	db.exec("UPDATE rooms SET counted_seq = last_seq");
	db.close();
}
