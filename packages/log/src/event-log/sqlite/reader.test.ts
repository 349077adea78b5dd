import { expect, onTestFinished, test } from "vitest";
import { chat, chats, startMs } from "../events.helpers.ts";
import { openDatabase } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { insertJump } from "./room-blocks.ts";
import { Rooms } from "./rooms.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

test("reads from a time despite a message from long ago", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	commit(writer, startMs, { liveId: "a", events: [chat(0, { at: startMs - 365 * 86_400_000 })] });
	for (let n = 0; n < 8_000; n += 1_000) {
		commit(writer, startMs + n + 1_000, { liveId: "a", events: chats(n + 1, n + 1_000) });
	}
	// From a clock that is half a second ahead.
	commit(writer, startMs + 9_000, { liveId: "a", events: [chat(8_001, { at: startMs + 9_500 })] });
	commit(writer, startMs + 9_600, { liveId: "a", events: chats(9_600, 9_600) });
	const reader = new SqliteReader(dataDir);
	onTestFinished(() => {
		reader.close();
		writer.close();
	});
	const page = reader.read("a", { from: startMs + 9_500 });
	expect(page.events.map(({ at }) => at - startMs)).toEqual([9_500, 9_600]);
	expect(page.caughtUp).toBe(true);
	const { events } = reader.read("a", { to: startMs });
	expect(events.map(({ seq }) => seq)).toEqual([1]);
});

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
