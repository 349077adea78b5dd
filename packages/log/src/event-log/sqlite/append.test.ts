import { expect, onTestFinished, test } from "vitest";
import type { EventBatch } from "../event-log.ts";
import { chat, chats, startMs } from "../events.helpers.ts";
import type { Piece } from "../log-copy.ts";
import type { StoredBatch } from "../stored-batch.ts";
import { Appender } from "./append.ts";
import { type Commit, RoomNumbers } from "./commit.ts";
import { openDatabase } from "./open-database.ts";
import { opened, RoomBlocks } from "./room-blocks.ts";
import { Rooms, StoredRooms } from "./rooms.ts";
import { commitTo, encoded, temporaryFolder } from "./stores.helpers.ts";

const now = startMs + 1_000_000;
const cursor = (n: number) => ({ roomId: `r${n}`, cursor: `c${n}`, internalExt: `x${n}` });

function setUp(seqBase = 0) {
	const folder = openDatabase({ dataDir: temporaryFolder(), fsync: false, suspect: false, now });
	const { db, id } = folder;
	onTestFinished(() => folder.close());
	/** Like a new start, knows nothing of the rooms yet. */
	const start = () => {
		const appender = new Appender(db, new Rooms(db), { id, seqBase, events: 0 }, 5);
		const numbers = new RoomNumbers(5);
		const writer = { rooms: appender.states.bind(appender), commit: appender.append.bind(appender) };
		const append = (at: number, ...batches: EventBatch[]) => commitTo(writer, numbers, encoded(...batches), at);
		return { appender, numbers, append };
	};
	return {
		db,
		start,
		...start(),
		/** Returns the stored state of a room. */
		room: (liveId: string) => new StoredRooms(db).find(liveId),
		events: (liveId: string) => {
			const { room_no: roomNo = 0 } = (db.prepare("SELECT room_no FROM rooms WHERE live_id = ?").get(liveId) ?? {}) as {
				room_no?: number;
			};
			return [...new RoomBlocks(db).rows(roomNo, 0)].flatMap((row) => {
				const block = opened(row);
				return Array.from(block?.events(row.firstSeq, row.lastSeq) ?? [], (event) => ({
					...event,
					id: (JSON.parse(event.json) as { id: string }).id,
					storedAt: block?.storedAt(event.seq),
				}));
			});
		},
	};
}

const seqsOf = (stored: readonly StoredBatch[]) => stored.map(({ events }) => events.map(({ seq }) => seq));

const cursorOf = (n: number) => ({ roomId: `r${n}`, cursor: `c${n}`, internalExt: `x${n}` });

test("keeps a room's last cursor among several batches", () => {
	const { append, room } = setUp();
	append(
		now,
		{ liveId: "a", events: chats(1, 2), cursor: cursor(1) },
		{ liveId: "b", events: chats(1, 1), cursor: cursor(7) },
		{ liveId: "a", events: chats(3, 4), cursor: cursor(2) },
		{ liveId: "a", events: chats(5, 5), cursor: cursor(3) },
		{ liveId: "a", events: chats(6, 6) },
	);
	expect(room("a")).toMatchObject(cursorOf(3));
	expect(room("b")).toMatchObject(cursorOf(7));
	append(now, { liveId: "a", events: chats(7, 7) }, { liveId: "b", events: [], cursor: cursor(8) });
	expect(room("a")).toMatchObject({ lastSeq: 7, ...cursorOf(3) });
	expect(room("b")).toMatchObject({ lastSeq: 1, ...cursorOf(8) });
});

test("numbers rooms separately and drops repeats over transactions", () => {
	const { append, events } = setUp();
	const stored = append(
		now,
		{ liveId: "a", events: chats(1, 3) },
		{ liveId: "b", events: chats(1, 1) },
		{ liveId: "a", events: [chat(3), chat(4), chat(2), chat(5)] },
	);
	expect(seqsOf(stored)).toEqual([[1, 2, 3], [1], [4, 5]]);
	expect(stored.map(({ repeats }) => repeats)).toEqual([0, 0, 2]);
	expect(append(now, { liveId: "a", events: chats(5, 6) })).toMatchObject([{ events: [{ seq: 6 }], repeats: 1 }]);
	const found = events("a");
	expect(found.map(({ seq, id }) => [seq, id])).toEqual(chats(1, 6).map(({ id }, index) => [index + 1, id]));
	expect(found.map(({ type, at }) => [type, at])).toEqual(chats(1, 6).map(({ type, at }) => [type, at]));
	expect(found.map(({ json }) => JSON.parse(json).seq)).toEqual([1, 2, 3, 4, 5, 6]);
	expect(events("b")).toHaveLength(1);
});

test("writes one block per room, within its maximum size", () => {
	const { db, append } = setUp();
	append(now, { liveId: "a", events: chats(1, 256) }, { liveId: "b", events: chats(1, 257) });
	const long = { content: "长".repeat(50_000) };
	append(now, { liveId: "c", events: chats(1, 6, long) }, { liveId: "d", events: [], cursor: cursor(1) });
	const blocks = db.prepare("SELECT room_no, first_seq, last_seq FROM blocks ORDER BY block_no").raw().all();
	expect(blocks).toEqual([
		[1, 1, 256],
		[2, 1, 256],
		[2, 257, 257],
		[3, 1, 2],
		[3, 3, 4],
		[3, 5, 6],
	]);
});

test("keeps storage times of a room from decreasing", () => {
	const { append, events, room } = setUp();
	append(now, { liveId: "a", events: chats(1, 1) }, { liveId: "a", events: chats(2, 2) });
	append(now - 5_000, { liveId: "a", events: chats(3, 3) });
	append(now + 5_000, { liveId: "a", events: chats(4, 4) });
	expect(events("a").map(({ storedAt }) => storedAt)).toEqual([now, now, now, now + 5_000]);
	expect(room("a")).toMatchObject({ oldestAt: now, newestAt: now + 5_000 });
});

test("keeps the maximum skew of event times either way", () => {
	const { append, room } = setUp();
	append(now, { liveId: "a", events: [chat(1, { at: now - 300 }), chat(2, { at: now - 100 })] });
	expect(room("a")).toMatchObject({ maxSkewMs: 300, maxAheadMs: 0 });
	append(now, { liveId: "a", events: [chat(3, { at: now + 900 })] });
	append(now, { liveId: "a", events: [chat(3, { at: now + 900 }), chat(4, { at: now })] });
	expect(room("a")).toMatchObject({ maxSkewMs: 900, maxAheadMs: 900 });
	append(now, { liveId: "a", events: [chat(5, { at: now - 5_000 })] });
	expect(room("a")).toMatchObject({ maxSkewMs: 5_000, maxAheadMs: 900 });
});

test("leaves a room's numbers unchanged for repeats alone", () => {
	const { append, room } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	const before = room("a");
	expect(append(now + 60_000, { liveId: "a", events: chats(1, 2) })).toMatchObject([{ events: [], repeats: 2 }]);
	expect(room("a")).toEqual(before);
});

test("writes a room's row only if its block lacks something", () => {
	const { db, append, room } = setUp();
	db.exec("CREATE TEMP TABLE writes (room_no)");
	db.exec("CREATE TEMP TRIGGER w AFTER UPDATE ON rooms BEGIN INSERT INTO writes VALUES (new.room_no); END");
	const written = (...batches: EventBatch[]) => {
		append(now, ...batches);
		return db.prepare("DELETE FROM writes").run().changes;
	};
	const said = (n: number, skewMs = 0) => [chat(n, { at: now + skewMs })];
	const a = { liveId: "a" };
	expect(written({ ...a, events: said(1) }), "the first block").toBe(1);
	expect(written({ ...a, events: said(2) }), "a block").toBe(0);
	expect(written({ ...a, events: said(3), cursor: cursor(3) }), "a block with its cursor").toBe(0);
	expect(written({ ...a, events: said(4) }), "a cursor that the block lacks").toBe(1);
	expect(written({ ...a, events: [], cursor: cursor(4) }), "a cursor alone").toBe(1);
	const withCursor = { ...a, cursor: cursor(5) };
	expect(written({ ...withCursor, events: said(5, -900) }), "a larger skew").toBe(1);
	expect(written({ ...withCursor, events: said(6, 800) }), "a time further ahead").toBe(1);
	expect(written({ ...withCursor, events: said(7, 700) }), "a smaller skew").toBe(0);
	expect(room("a")).toMatchObject({ lastSeq: 7, oldestAt: now, maxSkewMs: 900, maxAheadMs: 800, ...cursorOf(5) });
});

test("numbers new rooms from the log's base", () => {
	const { db, append, appender, room } = setUp(40);
	expect(appender.states(["a"]).rooms).toMatchObject([{ lastSeq: 40 }]);
	expect(seqsOf(append(now, { liveId: "a", events: chats(1, 2) }, { liveId: "b", events: chats(1, 1) }))).toEqual([
		[41, 42],
		[41],
	]);
	expect(room("a")).toMatchObject({ oldestSeq: 41, lastSeq: 42 });
	expect(db.prepare("SELECT skipped FROM log").pluck().get()).toBe(80);
	expect(appender.events).toBe(3);
});

test("recreates a room after a failed transaction, keeping numbers", () => {
	const { db, append, appender, numbers, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	db.exec(
		"CREATE TEMP TRIGGER full BEFORE INSERT ON blocks WHEN new.room_no = 2 BEGIN SELECT RAISE(FAIL, 'full'); END",
	);
	const batches = encoded({ liveId: "a", events: [chat(3)] }, { liveId: "b", events: chats(1, 2) });
	const writer = { rooms: appender.states.bind(appender), commit: appender.append.bind(appender) };
	expect(() => commitTo(writer, numbers, batches, now)).toThrow("full");
	expect([events("a").length, appender.events]).toEqual([2, 2]);
	db.exec("DROP TRIGGER full");
	expect(db.prepare("SELECT live_id FROM rooms").pluck().all()).toEqual(["a"]);
	expect(
		seqsOf(commitTo(writer, numbers, [...batches, ...encoded({ liveId: "a", events: chats(3, 4) })], now)),
	).toEqual([[3], [1, 2], [4]]);
	expect([events("a").length, events("b").length, appender.events]).toEqual([4, 2, 6]);
});

test("stores a commit once whose answer was lost", () => {
	const { appender, numbers, append, events, room } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	const batches = encoded({ liveId: "a", events: chats(2, 4), cursor: cursor(4) });
	let lost = true;
	const writer = {
		rooms: appender.states.bind(appender),
		commit: (commit: Commit) => {
			appender.append(commit);
			if (lost) throw new Error("the thread is gone");
		},
	};
	expect(() => commitTo(writer, numbers, batches, now)).toThrow("gone");
	lost = false;
	const more = encoded({ liveId: "a", events: chats(4, 5), cursor: cursor(5) });
	const stored = commitTo(writer, numbers, [...batches, ...more], now + 9);
	expect(seqsOf(stored)).toEqual([[3, 4], [5]]);
	expect(stored.map(({ repeats }) => repeats)).toEqual([1, 1]);
	expect(events("a").map(({ id }) => id)).toEqual(chats(1, 5).map(({ id }) => id));
	expect(room("a")).toMatchObject({ lastSeq: 5, ...cursorOf(5) });
	expect(appender.events).toBe(5);
});

test("refuses and renumbers batches numbered for another log", async () => {
	const { db, appender, numbers, append, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	const other = { ...appender.states(["b"]), log: "another" };
	const stale = new RoomNumbers(5);
	stale.learn(other);
	const commit = (made: Commit) => appender.append(made);
	const unanswered = encoded({ liveId: "b", events: chats(1, 2) });
	expect(() => commit(stale.number(unanswered, now).commit)).toThrow(
		expect.objectContaining({
			code: "other_numbers",
			message: "The numbers of a commit are not those that follow.",
		}),
	);
	db.exec("DELETE FROM blocks WHERE room_no = 1; DELETE FROM rooms WHERE live_id = 'a'");
	const writer = {
		rooms: async (liveIds: readonly string[]) => appender.states(liveIds),
		commit: async (made: Commit) => void commit(made),
	};
	expect(seqsOf(await stale.store(unanswered, now, writer))).toEqual([[1, 2]]);
	const again = new Appender(db, new Rooms(db), { id: appender.states([]).log, seqBase: 0, events: 0 }, 5);
	const shorter = await numbers.store(encoded({ liveId: "a", events: [chat(3)] }), now, {
		rooms: async (liveIds) => again.states(liveIds),
		commit: async (made) => void again.append(made),
	});
	expect(seqsOf(shorter)).toEqual([[1]]);
	expect(events("b")).toHaveLength(2);
});

test("copies pieces of another log once, with their times", () => {
	const from = setUp();
	from.append(now - 9_000, { liveId: "a", events: [chat(1, { at: now - 9_700 }), chat(2, { at: now - 9_000 })] });
	from.append(now - 4_000, { liveId: "a", events: [chat(3, { at: now - 3_200 })] });
	const blocks = Array.from(new RoomBlocks(from.db).whole(1, 0, 3), ({ block }) => block);
	const jump = { from: 4, to: 6 };
	const to = setUp();
	const copy = (...pieces: Piece[]) => to.appender.copy("a", pieces);
	const refusal = expect.objectContaining({ code: "other_numbers" });
	expect(() => copy(...blocks), "an unknown room").toThrow(refusal);
	const rooms = [{ liveId: "a", oldestSeq: 1, lastSeq: 6, events: 3, cursor: undefined }];
	for (let n = 0; n < 2; n++) to.appender.begin(rooms);
	expect(() => copy(...blocks.slice(1)), "a piece too early").toThrow(refusal);
	copy(...blocks);
	copy(...blocks, jump);
	copy(jump);
	expect(to.appender.events).toBe(3);
	expect(to.events("a").map(({ seq, storedAt }) => [seq, storedAt])).toEqual([
		[1, now - 9_000],
		[2, now - 9_000],
		[3, now - 4_000],
	]);
	const times = { oldestAt: now - 9_000, newestAt: now - 4_000, maxSkewMs: 800, maxAheadMs: 800 };
	expect(to.room("a")).toMatchObject({ oldestSeq: 1, lastSeq: 6, ...times });
	expect(to.db.prepare("SELECT skipped FROM log").pluck().get()).toBe(3);
});

test("stores an id again once it leaves the window", () => {
	const { start, append, events } = setUp();
	// The window holds five events.
	expect(append(now, { liveId: "a", events: [...chats(1, 5), chat(1), chat(6), chat(1)] })).toMatchObject([
		{ repeats: 1 },
	]);
	expect(append(now, { liveId: "a", events: [chat(2), chat(3), chat(4)] })).toMatchObject([
		{ events: [{ seq: 8 }, {}, {}], repeats: 0 },
	]);
	const again = start().append(now, { liveId: "a", events: [chat(6), chat(2), chat(5), chat(1)] });
	expect(again).toMatchObject([{ events: [{ seq: 11 }], repeats: 3 }]);
	expect(events("a").map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5].map((n) => chat(n).id));
});

test("treats an id with a new time as another event", () => {
	const { append, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 3) });
	const again = [chat(1, { at: now }), chat(2, { at: now })];
	expect(append(now, { liveId: "a", events: [chat(3), ...again, ...again] })).toMatchObject([
		{ events: [{ seq: 4 }, { seq: 5 }], repeats: 3 },
	]);
	expect(events("a").map(({ id }) => id)).toEqual([1, 2, 3, 1, 2].map((n) => chat(n).id));
});
