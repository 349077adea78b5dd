import { expect, onTestFinished, test } from "vitest";
import type { EventBatch } from "../event-log.ts";
import { chat, chats, startMs } from "../events.helpers.ts";
import { Appender } from "./append.ts";
import { openDatabase } from "./open-database.ts";
import { maxRoomNo, seqOf } from "./position.ts";
import { encoded, temporaryFolder } from "./stores.helpers.ts";

const now = startMs + 1_000_000;
const cursor = (n: number) => ({ roomId: `r${n}`, cursor: `c${n}`, internalExt: `x${n}` });

function setUp() {
	const folder = openDatabase({ dataDir: temporaryFolder(), fsync: false, suspect: false, now });
	const { db, watch, progress, registry, lock } = folder;
	onTestFinished(() => {
		for (const one of [db, watch, progress, registry, lock]) one.close();
	});
	const appender = new Appender(db, 0, 5);
	return {
		db,
		appender,
		append: (at: number, ...batches: EventBatch[]) => appender.append(encoded(...batches), at),
		/** What is written of a room, by the table's own names. */
		room: (liveId: string) => db.prepare("SELECT * FROM rooms WHERE live_id = ?").get(liveId),
		events: (liveId: string) =>
			db
				.prepare<[string], { pos: number; id: string; type: string; at: number; stored_at: number; json: string }>(
					`SELECT pos, id, type, at, stored_at, json FROM events JOIN rooms ON pos >> 36 = room_no
					WHERE live_id = ? ORDER BY pos`,
				)
				.all(liveId),
	};
}

const cursorOf = (n: number) => ({ cursor_room_id: `r${n}`, cursor: `c${n}`, cursor_internal_ext: `x${n}` });

test("of several batches of a room in one transaction the last cursor is kept, and one without a cursor changes none", () => {
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
	expect(room("a")).toMatchObject({ last_seq: 7, ...cursorOf(3) });
	expect(room("b")).toMatchObject({ last_seq: 1, ...cursorOf(8) });
});

test("each room counts for itself, over batches and transactions; what it has is no event anew", () => {
	const { append, events } = setUp();
	expect(
		append(
			now,
			{ liveId: "a", events: chats(1, 3) },
			{ liveId: "b", events: chats(1, 1) },
			{ liveId: "a", events: [chat(3), chat(4), chat(2), chat(5)] },
		),
	).toEqual([
		{ firstSeq: 1, repeats: [], repeatSeqs: [] },
		{ firstSeq: 1, repeats: [], repeatSeqs: [] },
		{ firstSeq: 4, repeats: [0, 2], repeatSeqs: [3, 2] },
	]);
	expect(append(now, { liveId: "a", events: chats(5, 6) })).toEqual([{ firstSeq: 6, repeats: [0], repeatSeqs: [5] }]);
	const stored = events("a");
	expect(stored.map(({ pos, id }) => [seqOf(pos), id])).toEqual(chats(1, 6).map(({ id }, index) => [index + 1, id]));
	expect(stored.map(({ type, at }) => [type, at])).toEqual(chats(1, 6).map(({ type, at }) => [type, at]));
	expect(stored.map(({ json }) => JSON.parse(json).seq)).toEqual([1, 2, 3, 4, 5, 6]);
	expect(events("b")).toHaveLength(1);
});

test("the time of storing never falls within a room, whatever the clock does; the first one is kept as the oldest", () => {
	const { append, events, room } = setUp();
	append(now, { liveId: "a", events: chats(1, 1) }, { liveId: "a", events: chats(2, 2) });
	append(now - 5_000, { liveId: "a", events: chats(3, 3) });
	append(now + 5_000, { liveId: "a", events: chats(4, 4) });
	expect(events("a").map((event) => event.stored_at)).toEqual([now, now, now, now + 5_000]);
	expect(room("a")).toMatchObject({ oldest_at: now, newest_at: now + 5_000 });
});

test("how far an upstream time ever lay from the time of storing is kept, to both sides", () => {
	const { append, room } = setUp();
	append(now, { liveId: "a", events: [chat(1, { at: now - 300 }), chat(2, { at: now - 100 })] });
	expect(room("a")).toMatchObject({ max_skew_ms: 300, max_ahead_ms: 0 });
	append(now, { liveId: "a", events: [chat(3, { at: now + 900 })] });
	append(now, { liveId: "a", events: [chat(3, { at: now + 900 }), chat(4, { at: now })] });
	expect(room("a")).toMatchObject({ max_skew_ms: 900, max_ahead_ms: 900 });
	append(now, { liveId: "a", events: [chat(5, { at: now - 5_000 })] });
	expect(room("a")).toMatchObject({ max_skew_ms: 5_000, max_ahead_ms: 900 });
});

test("a batch of repeats alone leaves the room's numbers as they are", () => {
	const { append, room } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	const before = room("a");
	expect(append(now + 60_000, { liveId: "a", events: chats(1, 2) })).toMatchObject([{ repeats: [0, 1] }]);
	expect(room("a")).toEqual(before);
});

test("a room made by a transaction that failed is made again, and its numbers begin where the log's do", () => {
	const { db, append, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 2) });
	db.exec(
		"CREATE TEMP TRIGGER full BEFORE INSERT ON events WHEN CAST(new.json AS TEXT) LIKE '%第 2 句%' BEGIN SELECT RAISE(FAIL, 'full'); END",
	);
	expect(() => append(now, { liveId: "a", events: [chat(3)] }, { liveId: "b", events: chats(1, 2) })).toThrow("full");
	db.exec("DROP TRIGGER full");
	expect(db.prepare("SELECT live_id FROM rooms").pluck().all()).toEqual(["a"]);
	expect(append(now, { liveId: "b", events: chats(1, 2) }, { liveId: "a", events: chats(3, 3) })).toEqual([
		{ firstSeq: 1, repeats: [], repeatSeqs: [] },
		{ firstSeq: 3, repeats: [], repeatSeqs: [] },
	]);
	expect([events("a").length, events("b").length]).toEqual([3, 2]);
});

test("a room is looked for once", () => {
	const { db, append, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 1) });
	db.prepare("UPDATE rooms SET last_seq = 100").run();
	append(now, { liveId: "a", events: chats(2, 2) });
	expect(events("a").map(({ pos }) => seqOf(pos))).toEqual([1, 2]);
});

test("one room more than positions have numbers for is refused, and nothing of it is kept", () => {
	const { db, append } = setUp();
	db.prepare("INSERT INTO rooms (room_no, live_id, last_seq, oldest_seq, counted_seq) VALUES (?, 'x', 0, 1, 0)").run(
		maxRoomNo - 1,
	);
	expect(append(now, { liveId: "last", events: chats(1, 1) })).toMatchObject([{ firstSeq: 1 }]);
	expect(() => append(now, { liveId: "over", events: chats(1, 1) })).toThrow(
		new RangeError("The log holds 131071 rooms at most."),
	);
	expect(db.prepare("SELECT count(*) FROM rooms").pluck().get()).toBe(2);
});

test("it knows how many events the log has stored, repeats left out, also after a commit that failed", () => {
	const { db, append, appender } = setUp();
	append(now, { liveId: "a", events: chats(1, 3) }, { liveId: "b", events: chats(1, 2) });
	expect(appender.events).toBe(5);
	append(now, { liveId: "a", events: chats(2, 4) });
	db.exec("CREATE TEMP TRIGGER no BEFORE INSERT ON events WHEN NEW.id = 'other' BEGIN SELECT RAISE(ABORT, 'no'); END");
	expect(() => append(now, { liveId: "a", events: [chat(5), chat(6, { id: "other" })] })).toThrow("no");
	expect(appender.events).toBe(6);
	append(now, { liveId: "a", events: chats(5, 5) });
	expect(appender.events).toBe(7);
});

test("an id that is older than the window is stored again, within a transaction, over transactions and from a new start", () => {
	const { db, append, events } = setUp();
	// The window holds five events.
	expect(append(now, { liveId: "a", events: [...chats(1, 5), chat(1), chat(6), chat(1)] })).toMatchObject([
		{ repeats: [5], repeatSeqs: [1] },
	]);
	expect(append(now, { liveId: "a", events: [chat(2), chat(3), chat(4)] })).toMatchObject([
		{ firstSeq: 8, repeats: [] },
	]);
	const again = new Appender(db, 0, 5);
	expect(again.append(encoded({ liveId: "a", events: [chat(6), chat(2), chat(5), chat(1)] }), now)).toMatchObject([
		{ firstSeq: 11, repeats: [0, 1, 3], repeatSeqs: [6, 8, 7] },
	]);
	expect(events("a").map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5].map((n) => chat(n).id));
});

test("an id that comes with another time is another event: the upstream was started over", () => {
	const { append, events } = setUp();
	append(now, { liveId: "a", events: chats(1, 3) });
	const again = [chat(1, { at: now }), chat(2, { at: now })];
	expect(append(now, { liveId: "a", events: [chat(3), ...again, ...again] })).toMatchObject([
		{ firstSeq: 4, repeats: [0, 3, 4], repeatSeqs: [3, 4, 5] },
	]);
	expect(events("a").map(({ id }) => id)).toEqual([1, 2, 3, 1, 2].map((n) => chat(n).id));
});
