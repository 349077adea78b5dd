import type Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { chat, gift, startMs } from "../events.helpers.ts";
import { Appender } from "./append.ts";
import { BlockRepair } from "./block-repair.ts";
import { RoomNumbers } from "./commit.ts";
import { Compactor } from "./compact.ts";
import { openDatabase } from "./open-database.ts";
import { Rooms } from "./rooms.ts";
import { StoredProjections } from "./stored-projections.ts";
import { commitTo, encoded, temporaryFolder } from "./stores.helpers.ts";
import { Trimmer } from "./trim.ts";

/** Maximum number of rows that a step may read or write: a commit waits for it. */
const maxRows = 700;
const rooms = ["a", "b", "c"];
const perRoom = 1_500;
const forEver = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

/** Counts the rows that all statements prepared from now on read and write. */
function countRows(db: Database.Database): () => number {
	let rows = 0;
	const prepare = db.prepare.bind(db) as (sql: string) => Database.Statement;
	db.prepare = ((sql: string) => {
		const statement = prepare(sql);
		const { get, all, iterate, run } = statement;
		statement.get = (...args) => {
			rows++;
			return get.apply(statement, args);
		};
		statement.all = (...args) => {
			const found = all.apply(statement, args);
			rows += found.length;
			return found;
		};
		statement.iterate = function* (...args) {
			for (const row of iterate.apply(statement, args)) {
				rows++;
				yield row;
			}
		};
		statement.run = (...args) => {
			const done = run.apply(statement, args);
			rows += done.changes;
			return done;
		};
		return statement;
	}) as typeof db.prepare;
	return () => {
		const counted = rows;
		rows = 0;
		return counted;
	};
}

test("bounds the rows of each step of upkeep", () => {
	const folder = openDatabase({ dataDir: temporaryFolder(), fsync: false, suspect: false, now: startMs });
	const { db, id } = folder;
	onTestFinished(() => folder.close());
	const taken = countRows(db);
	const all = new Rooms(db);
	const appender = new Appender(db, all, { id, seqBase: 0, events: 0 }, 10);
	const numbers = new RoomNumbers(10);
	const writer = { rooms: appender.states.bind(appender), commit: appender.append.bind(appender) };
	for (let n = 1; n <= perRoom; n++) {
		const batches = rooms.map((liveId) => ({ liveId, events: [n % 20 === 0 ? gift(n, n) : chat(n)] }));
		commitTo(writer, numbers, encoded(...batches), startMs + n);
	}
	const repair = new BlockRepair(db, all);
	// A start knows none of the rooms' aggregates, and finds events of them all.
	const projections = new StoredProjections(db, all, repair);
	for (const room of all.all()) {
		projections.committed(room, { firstSeq: perRoom, lastSeq: perRoom }, Buffer.alloc(1 << 20), startMs);
	}
	const trimmer = new Trimmer(db, all, projections);
	const compactor = new Compactor(db, all, repair);
	const now = startMs + perRoom;
	const largest = (step: () => boolean, max = 1_000) => {
		let rows = 0;
		taken();
		for (let isMore = true, steps = 0; isMore && steps < max; steps++) {
			isMore = step();
			rows = Math.max(rows, taken());
		}
		return rows;
	};
	const look = () => {
		repair.look();
		return true;
	};
	const stepRows = {
		"a search for damage": largest(look, 20),
		"counting and storing": largest(() => projections.step(now)),
		joining: largest(() => compactor.step(now, forEver)),
		"a search for damage in joined blocks": largest(look, 20),
		deleting: largest(() => trimmer.step(now + 1_000, { ...forEver, maxAgeMs: 0 })),
	};
	expect(Object.entries(stepRows).filter(([, rows]) => rows === 0 || rows > maxRows)).toEqual([]);
	for (const room of all.all()) {
		expect(projections.of(room).broadcasts()[0]?.messages).toEqual({ chat: 1_425, gift: 75 });
		expect(room.oldestSeq).toBe(perRoom + 1);
	}
});
