import type { LiveEventType } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { StoredEvent } from "../event-log.ts";
import { chat, chats, gift, startMs } from "../events.helpers.ts";
import { Appender } from "./append.ts";
import { BlockRepair } from "./block-repair.ts";
import { RoomNumbers } from "./commit.ts";
import { Compactor } from "./compact.ts";
import { databasePath } from "./file-names.ts";
import { openDatabase } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { Rooms } from "./rooms.ts";
import { StoredProjections } from "./stored-projections.ts";
import { commitTo, encoded, temporaryFolder } from "./stores.helpers.ts";
import { Trimmer } from "./trim.ts";

const day = 86_400_000;
const forEver = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
const size = { events: 8, bytes: 4_000 };

/** Opens a log with manual steps of upkeep, and blocks of the size that a test needs. */
function setUp() {
	const dataDir = temporaryFolder();
	const folder = openDatabase({ dataDir, fsync: false, suspect: false, now: startMs });
	const { db, id } = folder;
	const reader = new SqliteReader(dataDir);
	onTestFinished(() => {
		reader.close();
		folder.close();
	});
	const start = () => {
		const rooms = new Rooms(db);
		const appender = new Appender(db, rooms, { id, seqBase: 0, events: 0 }, 10);
		const repair = new BlockRepair(db, rooms);
		return {
			numbers: new RoomNumbers(10),
			writer: { rooms: appender.states.bind(appender), commit: appender.append.bind(appender) },
			compactor: new Compactor(db, rooms, repair, size),
			trimmer: new Trimmer(db, rooms, new StoredProjections(db, rooms, repair)),
		};
	};
	return { dataDir, db, reader, start };
}

interface BlockSpan {
	room_no: number;
	first_seq: number;
	last_seq: number;
}

const blocksOf = (db: Database.Database, roomNo: number) =>
	db
		.prepare<[number], BlockSpan>("SELECT first_seq, last_seq FROM blocks WHERE room_no = ? ORDER BY last_seq")
		.all(roomNo)
		.map((row) => [row.first_seq, row.last_seq]);

function readAll(reader: SqliteReader, liveId: string, query = {}): StoredEvent[] {
	const events: StoredEvent[] = [];
	for (let after = 0; ; ) {
		const page = reader.read(liveId, { limit: 7, ...query, after });
		events.push(...page.events);
		if (page.caughtUp) return events;
		after = page.nextAfter;
	}
}

const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			liveId: fc.constantFrom("a", "b"),
			kinds: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
			words: fc.constantFrom("早", "晚上", "long ".repeat(60)),
		}),
	},
	{ weight: 4, arbitrary: fc.constantFrom("compact" as const, "compact all" as const) },
	{ weight: 2, arbitrary: fc.integer({ min: 1, max: 1_200_000 }) },
	{ weight: 2, arbitrary: fc.integer({ min: 1, max: 60_000 }) },
	{ weight: 1, arbitrary: fc.constantFrom("restart" as const, "trim" as const) },
);

test("matches a list in memory over random joins and restarts", () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
			const { db, reader, start } = setUp();
			const rooms = new Map<
				string,
				{ type: LiveEventType; at: number; id: string; storedAt: number; word: string }[]
			>();
			let now = startMs;
			let n = 0;
			let run = start();
			const maxAgeMs = 2 * 3_600_000;
			for (const one of steps) {
				if (typeof one === "number") now += one;
				else if (one === "restart") run = start();
				else if (one === "compact") run.compactor.step(now, { ...forEver, maxAgeMs });
				else if (one === "compact all") while (run.compactor.step(now, { ...forEver, maxAgeMs }));
				else if (one === "trim") while (run.trimmer.step(now, { ...forEver, maxAgeMs }));
				else {
					const { liveId, kinds, words } = one;
					const events = kinds.map((isGift) => {
						n++;
						return isGift ? gift(n, 1, { at: now - (n % 5) }) : chat(n, { at: now + (n % 3), content: words });
					});
					const known = rooms.get(liveId) ?? [];
					commitTo(run.writer, run.numbers, encoded({ liveId, events }), now);
					rooms.set(liveId, [
						...known,
						...events.map(({ type, at, id }) => ({
							type,
							at,
							id,
							storedAt: now,
							word: type === "chat" ? words : "玫瑰",
						})),
					]);
				}
			}
			while (run.trimmer.step(now, { ...forEver, maxAgeMs }));
			for (const [liveId, events] of rooms) {
				const { oldestSeq, lastSeq } = reader.read(liveId, { limit: 1 });
				expect(lastSeq).toBe(events.length);
				const all = events.map((event, index) => ({ ...event, seq: index + 1 })).filter(({ seq }) => seq >= oldestSeq);
				// Blocks are deleted as a whole: old events stay for at most the span of a block, and nothing else is deleted.
				const tooOld = now - maxAgeMs;
				for (const { storedAt } of events.slice(0, oldestSeq - 1)) expect(storedAt).toBeLessThan(tooOld);
				for (const { storedAt } of all) expect(storedAt).toBeGreaterThanOrEqual(tooOld - maxAgeMs / 64);
				const simple = (given: readonly StoredEvent[]) =>
					given.map(({ seq, type, at, json }) => ({ seq, type, at, id: (JSON.parse(json) as { id: string }).id }));
				const plain = (given: typeof all) => given.map(({ seq, type, at, id }) => ({ seq, type, at, id }));
				expect(simple(readAll(reader, liveId))).toEqual(plain(all));
				expect(simple(readAll(reader, liveId, { types: ["gift"] }))).toEqual(
					plain(all.filter(({ type }) => type === "gift")),
				);
				const from = all[Math.floor(all.length / 3)]?.at ?? 0;
				const to = all[Math.floor((2 * all.length) / 3)]?.at ?? 0;
				expect(simple(readAll(reader, liveId, { from, to }))).toEqual(
					plain(all.filter(({ at }) => at >= from && at < to)),
				);
				const filter = {
					text: "晚上",
					user: undefined,
					person: undefined,
					types: undefined,
					from: 0,
					to: Number.MAX_SAFE_INTEGER,
				};
				const [looked] = reader.lookBack([{ liveId, first: oldestSeq, last: lastSeq }], filter, 1_000);
				expect(looked?.found.map(({ seq, storedAt }) => ({ seq, storedAt }))).toEqual(
					all
						.filter(({ word }) => word === "晚上")
						.map(({ seq, storedAt }) => ({ seq, storedAt }))
						.toReversed(),
				);
				const time = all[Math.floor(all.length / 2)]?.storedAt ?? 0;
				const [past] = reader.histories([{ liveId, storedBefore: time }], {});
				expect(past?.last).toBe(all.findLast(({ storedAt }) => storedAt < time)?.seq);
			}
			expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
		}),
		{ numRuns: 40 },
	);
});

test("joins blocks within size and span, except the newest", () => {
	const { db, start } = setUp();
	const { numbers, writer, compactor } = start();
	const say = (from: number, to: number, at: number) =>
		commitTo(writer, numbers, encoded({ liveId: "a", events: chats(from, to) }), at);
	for (let n = 1; n <= 15; n++) say(n, n, startMs);
	expect(compactor.step(startMs, forEver)).toBe(false);
	for (let n = 16; n <= 17; n++) say(n, n, startMs);
	while (compactor.step(startMs, forEver));
	expect(blocksOf(db, 1)[0]).toEqual([1, 8]);
	expect(blocksOf(db, 1)).toHaveLength(1 + 9);
	say(18, 20, startMs + 2 * 3_600_000);
	say(21, 24, startMs + 2 * 3_600_000);
	say(25, 33, startMs + 2 * 3_600_000);
	say(34, 34, startMs + 2 * 3_600_000);
	while (compactor.step(startMs + 2 * 3_600_000, forEver));
	expect(blocksOf(db, 1)).toEqual([
		[1, 8],
		[9, 16],
		[17, 17],
		[18, 24],
		[25, 33],
		[34, 34],
	]);
});

test("joins a silent room once, except its newest block", () => {
	const { db, start } = setUp();
	const { numbers, writer, compactor } = start();
	for (let n = 1; n <= 5; n++) commitTo(writer, numbers, encoded({ liveId: "a", events: chats(n, n) }), startMs);
	expect(compactor.step(startMs + 600_000, forEver)).toBe(false);
	// It is joined, found to have nothing more, and left alone.
	const steps = [1, 2, 3].map(() => compactor.step(startMs + 600_001, forEver));
	expect(steps).toEqual([true, true, false]);
	expect(blocksOf(db, 1)).toEqual([
		[1, 4],
		[5, 5],
	]);
});

test("replaces a damaged block with a gap, joining the others", () => {
	const { db, reader, start } = setUp();
	const { numbers, writer, compactor } = start();
	for (let n = 1; n <= 30; n++) commitTo(writer, numbers, encoded({ liveId: "a", events: chats(n, n) }), startMs);
	db.exec("UPDATE blocks SET lines = x'00' WHERE last_seq = 5; DELETE FROM blocks WHERE last_seq IN (9, 10)");
	while (compactor.step(startMs, forEver));
	const lost = [5, 9, 10];
	const types = readAll(reader, "a").map(({ seq, type }) => [seq, type]);
	expect(types).toEqual(Array.from({ length: 30 }, (_, i) => [i + 1, lost.includes(i + 1) ? "gap" : "chat"]));
	expect(blocksOf(db, 1).slice(0, 4)).toEqual([
		[1, 4],
		[5, 5],
		[6, 8],
		[9, 10],
	]);
});

test("joins into a fraction of the space, which is reused", () => {
	const { db, start, dataDir } = setUp();
	const { numbers, writer } = start();
	const pages = () =>
		Number(db.pragma("page_count", { simple: true })) - Number(db.pragma("freelist_count", { simple: true }));
	for (let n = 0; n < 6_000; n += 20) {
		commitTo(writer, numbers, encoded({ liveId: "a", events: chats(n + 1, n + 20) }), startMs + n);
	}
	const before = pages();
	const rooms = new Rooms(db);
	const compactor = new Compactor(db, rooms, new BlockRepair(db, rooms));
	while (compactor.step(startMs + day, forEver));
	expect(pages()).toBeLessThan(before / 3);
	const other = new Database(databasePath(dataDir), { readonly: true });
	expect(other.prepare("SELECT count(*) FROM blocks").pluck().get()).toBe(Math.ceil(5_980 / 240) + 1);
	other.close();
});
