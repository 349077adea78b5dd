import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { chats, startMs, user } from "../events.helpers.ts";
import { searchFilter } from "../search-filter.ts";
import { databasePath } from "./file-names.ts";
import { PastBlocks } from "./past-blocks.ts";
import { RoomBlocks } from "./room-blocks.ts";
import { StoredRooms } from "./rooms.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const secUid = (n: number) => `MS4wLjABAAAA-${n}`;
const forEver = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };

/** Opens a connection that counts how often the lines of a block are read. */
function counting(dataDir: string) {
	const db = new Database(databasePath(dataDir), { readonly: true });
	const count = { lines: 0 };
	const prepare = db.prepare.bind(db) as (sql: string) => Database.Statement;
	const noted = (row: unknown) => {
		if (Buffer.isBuffer(row) || (row as { lines?: unknown } | undefined)?.lines !== undefined) count.lines++;
		return row;
	};
	db.prepare = ((sql: string) => {
		const statement = prepare(sql);
		const { get, all, iterate } = statement;
		statement.get = (...args) => noted(get.apply(statement, args));
		statement.all = (...args) => all.apply(statement, args).map(noted);
		statement.iterate = function* (...args) {
			for (const row of iterate.apply(statement, args)) yield noted(row);
		};
		return statement;
	}) as typeof db.prepare;
	return { db, count };
}

test("reads lines only of blocks with the person", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	for (let n = 0; n < 40; n++) {
		const of = { user: { ...user(n), secUid: secUid(n % 20) } };
		commit(writer, startMs + n, { liveId: "a", events: chats(n * 50 + 1, (n + 1) * 50, { liveId: "a", ...of }) });
	}
	while (writer.upkeep(startMs + 3_600_000, forEver, 1_000).more);
	const { db, count } = counting(dataDir);
	onTestFinished(() => {
		db.close();
		writer.close();
	});
	const past = new PastBlocks(new StoredRooms(db), new RoomBlocks(db));
	const look = (n: number) =>
		past.lookBack([{ liveId: "a", first: 1, last: 2_000 }], searchFilter({ user: secUid(n) }), 500);
	expect(look(99)).toMatchObject([{ found: [], first: 1, storedAt: startMs }]);
	expect(count.lines).toBe(0);
	expect(look(3)[0]?.found).toHaveLength(100);
	expect(count.lines).toBe(2);
	count.lines = 0;
	for (let n = 0; n < 8; n++) commit(writer, startMs + 40 + n, { liveId: "a", events: chats(3_000 + n, 3_000 + n) });
	// A room's end is in its newest block.
	expect(past.histories([{ liveId: "a" }], {})).toMatchObject([{ first: 1, last: 2_008 }]);
	expect(count.lines).toBe(1);
});
