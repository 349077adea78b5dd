import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { gift, startMs, user } from "../events.helpers.ts";
import { ChartWriter } from "./chart-writer.ts";
import { databasePath } from "./file-names.ts";
import { BroadcastFolder } from "./fold.ts";
import { Mender } from "./mender.ts";
import { sqliteDefaults } from "./options.ts";
import { Rooms } from "./rooms.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const givers = 700;

/** A log with one room and its broadcasts, all of them counted, with what is asked of it from now on. */
function counted(broadcasts: readonly string[]) {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	broadcasts.forEach((roomId, index) => {
		const gifts = Array.from({ length: givers }, (_, n) => gift(index * givers + n + 1, 1, { roomId, user: user(n) }));
		commit(writer, startMs, { liveId: "a", events: gifts });
	});
	while (writer.upkeep(startMs, sqliteDefaults.retention, 1_000).more);
	writer.close();
	const asked: string[] = [];
	const db = new Database(databasePath(dataDir), { verbose: (sql) => asked.push(String(sql)) });
	onTestFinished(() => void db.close());
	return { db, asked };
}

/** As when retention took all events of the first broadcasts. */
function trim(db: Database.Database, broadcasts: number): void {
	const rooms = new Rooms(db);
	for (const room of rooms.all()) rooms.change(room, { oldestSeq: broadcasts * givers + 1 });
}

function folderOf(db: Database.Database): BroadcastFolder {
	const rooms = new Rooms(db);
	return new BroadcastFolder(db, rooms, new ChartWriter(db, rooms), new Mender(db, rooms));
}

function settleAll(db: Database.Database): void {
	const folder = folderOf(db);
	while (folder.settleOne());
}

/** Of each broadcast how many top gifters are stored, and how many users. */
const stateOf = (db: Database.Database) =>
	db
		.prepare(
			`SELECT room_id, json_array_length(top_gifters) AS best,
			(SELECT count(*) FROM broadcast_users AS u WHERE u.broadcast_no = b.broadcast_no) AS users FROM broadcasts AS b`,
		)
		.raw()
		.all();

test("the users of broadcasts whose events are gone are deleted, except those of the newest", () => {
	const { db } = counted(["1", "2", "3"]);
	trim(db, 3);
	settleAll(db);
	expect(stateOf(db)).toEqual([
		["1", 10, 0],
		["2", 10, 0],
		["3", null, givers],
	]);
});

test("deleting a broadcast's users goes on where it was cut off", () => {
	const { db } = counted(["1", "2", "3"]);
	trim(db, 2);
	const before = folderOf(db);
	for (let step = 0; step < 2; step++) before.settleOne();
	expect(stateOf(db)).toContainEqual(["1", 10, givers - 300]);
	settleAll(db);
	expect(stateOf(db)).toEqual([
		["1", 10, 0],
		["2", 10, 0],
		["3", null, givers],
	]);
});

test("deleting the users of one broadcast does not read the others", () => {
	const { db, asked } = counted(["1", "2", "3"]);
	const folder = folderOf(db);
	while (folder.settleOne());
	trim(db, 2);
	asked.splice(0);
	while (folder.settleOne());
	const statements = new Set(asked.splice(0));
	expect(stateOf(db)).toContainEqual(["2", 10, 0]);
	const plans = [...statements].flatMap((sql) => db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all());
	const readings = plans
		.map(({ detail }) => detail)
		.filter((detail) => /^(SCAN|SEARCH) (b|n|broadcasts)\b/.test(detail));
	expect(readings).not.toEqual([]);
	for (const one of readings) expect(one).toMatch(/^SEARCH .*(broadcasts_unsettled|PRIMARY KEY)/);
});
