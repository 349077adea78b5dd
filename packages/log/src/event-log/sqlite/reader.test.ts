import { expect, onTestFinished, test } from "vitest";
import { chats, startMs } from "../events.helpers.ts";
import { openDatabase } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { insertJump } from "./room-blocks.ts";
import { Rooms } from "./rooms.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

test("reports deleted events and the jump behind them together", () => {
	const settings = { dataDir: temporaryFolder(), fsync: false, suspect: false, now: startMs };
	const before = new SqliteWriter(settings);
	commit(before, startMs, { liveId: "a", events: chats(1, 3) });
	before.close();
	const { db, close } = openDatabase(settings);
	const rooms = new Rooms(db);
	const [room] = rooms.all();
	if (!room) throw new Error("The room is not there.");
	// Retention has deleted everything before the jump.
	db.exec("DELETE FROM blocks");
	insertJump(db)(room.roomNo, { from: 4, to: 1_000 }, startMs);
	rooms.change(room, { oldestSeq: 4, lastSeq: 1_000 });
	close();
	const reader = new SqliteReader(settings.dataDir);
	onTestFinished(() => reader.close());
	expect(reader.read("a", {}).truncated).toEqual({ from: 1, to: 1_000, reason: "reset" });
	expect(reader.read("a", { after: 2 }).truncated).toEqual({ from: 3, to: 1_000, reason: "reset" });
});
