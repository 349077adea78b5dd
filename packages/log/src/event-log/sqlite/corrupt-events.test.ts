import { cpSync } from "node:fs";
import type { LiveEvent } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReadQuery } from "../event-log.ts";
import { chat, chats, gift, startMs } from "../events.helpers.ts";
import { isBlock, type Piece } from "../log-copy.ts";
import { databasePath } from "./file-names.ts";
import { sqliteDefaults } from "./options.ts";
import { SqliteReader } from "./reader.ts";
import { openSqliteSource } from "./sqlite-source.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const now = startMs + 1_000_000;
const count = 40;
const perBlock = 5;
const settings = (dataDir: string) => ({ dataDir, fsync: false, suspect: false, now });
const all = Array.from({ length: count }, (_, index) => index + 1);

/**
 * Makes a room of 40 events in blocks of {@link perBlock}, each tenth a gift, and another room.
 * @param counted whether their projections are stored, as by an orderly end
 */
function filled(counted: boolean): string {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter(settings(dataDir));
	const events = all.map((n) => (n % 10 === 0 ? gift(n, 1) : chat(n)));
	for (let n = 0; n < count; n += perBlock) {
		commit(writer, now, { liveId: "a", events: events.slice(n, n + perBlock) });
	}
	commit(writer, now, { liveId: "b", events: chats(201, 205) });
	const killed = temporaryFolder();
	if (!counted) cpSync(dataDir, killed, { recursive: true });
	writer.close();
	return counted ? dataDir : killed;
}

/** Returns the events that share a block with an event. */
const together = (seq: number) => all.filter((n) => Math.ceil(n / perBlock) === Math.ceil(seq / perBlock));

/** Changes one byte of the block of an event, bypassing all code that records writes. */
function flip(dataDir: string, seq: number, offset: number, mask: number): void {
	const db = new Database(databasePath(dataDir));
	const row = db
		.prepare<[number], { at: number; head: Buffer; lines: Buffer }>(
			"SELECT block_no AS at, head, lines FROM blocks WHERE room_no = 1 AND last_seq >= ? ORDER BY last_seq LIMIT 1",
		)
		.get(seq);
	if (!row) throw new Error(`there is no event ${seq}`);
	const { at, head, lines } = row;
	const index = offset % (head.length + lines.length);
	const [part, place] = index < head.length ? [head, index] : [lines, index - head.length];
	part[place] = (part[place] ?? 0) ^ mask;
	db.prepare("UPDATE blocks SET head = ?, lines = ? WHERE block_no = ?").run(head, lines, at);
	db.close();
}

function readAll(reader: SqliteReader, query: ReadQuery = {}) {
	const events: { seq: number; type: string; json: string }[] = [];
	for (let after = 0; ; ) {
		const page = reader.read("a", { ...query, after });
		events.push(...page.events);
		if (page.caughtUp) return events;
		after = page.nextAfter;
	}
}

const seqsOf = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
const idsOf = (events: readonly { json: string }[]) =>
	events.map(({ json }) => (JSON.parse(json) as { id: string }).id);

/** Expects the gaps that each kind of reader gets for a damaged block. */
function expectGaps(dataDir: string, seq: number): void {
	const reader = new SqliteReader(dataDir);
	const whole = readAll(reader);
	expect(seqsOf(whole)).toEqual(all);
	const gaps = whole.filter(({ type }) => type === "gap");
	const lost = together(seq);
	expect(seqsOf(gaps)).toEqual(lost);
	for (const gap of gaps) {
		expect(JSON.parse(gap.json)).toMatchObject({ seq: gap.seq, type: "gap", live_id: "a", reason: "corrupt" });
	}
	const expected = all.map((n) => (lost.includes(n) ? `lk:a:corrupt-${n}` : chat(n).id));
	expect(idsOf(whole)).toEqual(expected);
	expect(readAll(reader, { limit: 7 })).toEqual(whole);
	const others = all.filter((n) => !lost.includes(n));
	expect(seqsOf(readAll(reader, { types: ["chat"] }))).toEqual(others.filter((n) => n % 10 !== 0));
	expect(seqsOf(readAll(reader, { types: ["gift"] }))).toEqual(others.filter((n) => n % 10 === 0));
	reader.close();
}

const damages = fc.record({
	seq: fc.integer({ min: 1, max: count }),
	offset: fc.nat(2_000),
	mask: fc.integer({ min: 1, max: 255 }),
	counted: fc.boolean(),
});

test("replaces the events of a damaged block with gaps", () => {
	fc.assert(
		fc.property(damages, ({ seq, offset, mask, counted }) => {
			const dataDir = filled(counted);
			flip(dataDir, seq, offset, mask);
			expectGaps(dataDir, seq);
			const source = openSqliteSource(dataDir, now);
			const blocks = [...(source.pieces("a", 0) as Iterable<Piece>)].filter(isBlock);
			const ids = blocks.flatMap((block) => [...block.keys(block.firstSeq, block.lastSeq)]).map(({ id }) => id);
			expect(ids).toHaveLength(count);
			expect(ids[seq - 1]).toBe(`lk:a:corrupt-${seq}`);
			void source.close();
			const writer = new SqliteWriter(settings(dataDir));
			const { damage } = writer.upkeep(now, sqliteDefaults.retention, 1_000);
			expect(damage).toEqual({ events: perBlock, rooms: ["a"] });
			expectGaps(dataDir, seq);
			const reader = new SqliteReader(dataDir);
			expect(seqsOf(readAll(reader, { types: ["gap"] }))).toEqual(together(seq));
			const lost = counted ? 0 : perBlock;
			const [broadcast] = reader.broadcasts("a");
			const { chat: chatted = 0, gift: given = 0 } = broadcast?.messages ?? {};
			expect(chatted + given).toBe(count - lost);
			reader.close();
			// The gaps are deleted like other events, and so are the reports of damage.
			while (writer.upkeep(now + 10, { maxAgeMs: 5, maxBytes: 1 }, 1_000).more);
			expect(writer.damage()).toEqual({ events: 0, rooms: [] });
			writer.close();
		}),
		{ numRuns: 40 },
	);
});

test.each([
	["first_seq", "first_seq + 1"],
	["first_seq", "first_seq - 1"],
	["last_seq", "last_seq + 1"],
	["last_seq", "last_seq - 2"],
	["stored_at", "stored_at + 86400000"],
	["stored_at", "0"],
	["types", "1 << 6"],
	["head", "substr(head, 2)"],
	["head", "x''"],
	["lines", "substr(lines, 2)"],
	["lines", "x''"],
])("reports a block with a changed %s (%s) as gaps", (column, value) => {
	for (const seq of [1, 17, count]) {
		const dataDir = filled(true);
		const db = new Database(databasePath(dataDir));
		const blockNo = db.prepare("SELECT block_no FROM blocks WHERE room_no = 1 AND last_seq >= ? LIMIT 1").pluck();
		db.prepare(`UPDATE blocks SET ${column} = ${value} WHERE block_no = ?`).run(blockNo.get(seq));
		db.close();
		const reader = new SqliteReader(dataDir);
		const lost = together(seq);
		const others = all.filter((n) => !lost.includes(n));
		expect(seqsOf(readAll(reader)).filter((n) => !lost.includes(n))).toEqual(others);
		const found = seqsOf(readAll(reader, { from: startMs, to: startMs + 10_000 }));
		expect(found.filter((n) => !lost.includes(n))).toEqual(others);
		reader.close();
		const writer = new SqliteWriter(settings(dataDir));
		const { repaired } = writer.upkeep(now, sqliteDefaults.retention, 1_000);
		expect(repaired).toEqual([{ liveId: "a", from: lost[0], to: lost.at(-1) }]);
		expectGaps(dataDir, seq);
		writer.close();
	}
});

test("reports deleted blocks as gaps, and missing time only once", () => {
	const dataDir = filled(true);
	const db = new Database(databasePath(dataDir));
	db.exec(`DELETE FROM blocks WHERE room_no = 1 AND last_seq IN (${perBlock}, ${count - perBlock}, ${count})`);
	db.close();
	const reader = new SqliteReader(dataDir);
	expect(seqsOf(readAll(reader))).toEqual(all);
	const gaps = readAll(reader).filter(({ type }) => type === "gap");
	reader.close();
	const writer = new SqliteWriter(settings(dataDir));
	const { damage, repaired } = writer.upkeep(now, sqliteDefaults.retention, 1_000);
	expect(damage).toEqual({ events: 3 * perBlock, rooms: ["a"] });
	expect(repaired).toHaveLength(2);
	const after = new SqliteReader(dataDir);
	expect(readAll(after).filter(({ type }) => type === "gap")).toEqual(gaps);
	after.close();
	writer.close();
});

test("leaves out and reports an event that can't be counted", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter(settings(dataDir));
	const bad = { ...chat(17), type: "viewers", online: 5, top: [null] } as unknown as LiveEvent;
	const given = [...chats(1, 16), bad, gift(18, 3), ...chats(19, 30)];
	commit(writer, now, { liveId: "a", events: given }, { liveId: "b", events: chats(1, 5) });
	const { uncounted } = writer.upkeep(now, sqliteDefaults.retention, 1_000);
	expect(uncounted).toMatchObject([{ liveId: "a", seq: 17, why: expect.stringContaining("null") }]);
	expect(writer.upkeep(now, sqliteDefaults.retention, 1_000).uncounted).toEqual([]);
	const reader = new SqliteReader(dataDir);
	expect(reader.broadcasts("a")).toMatchObject([{ diamonds: 3, messages: { chat: 28, gift: 1 } }]);
	expect(reader.broadcasts("b")).toMatchObject([{ messages: { chat: 5 } }]);
	while (writer.upkeep(now + 10, { maxAgeMs: 5, maxBytes: 1 }, 1_000).more);
	expect(reader.read("a", {}).oldestSeq).toBe(31);
	reader.close();
	writer.close();
});

const spoiled: [string, string][] = [
	["a flipped byte", "UPDATE projections SET body = zeroblob(40) WHERE room_no = 1"],
	["another position", "UPDATE projections SET seq = seq - 1 WHERE room_no = 1"],
	["a missing row", "DELETE FROM projections WHERE room_no = 1"],
];

test.each(spoiled)("counts a room again whose projection has %s", (_, sql) => {
	const dataDir = filled(true);
	const aggregates = () => {
		const reader = new SqliteReader(dataDir);
		const answers = {
			broadcasts: ["a", "b"].map((liveId) => reader.broadcasts(liveId)),
			series: reader.series("a", { from: startMs, to: startMs + 60_000, step: 1 }).points,
			gifts: reader.gifts("a", "broadcast-1", 10),
			newcomers: reader.newcomers("a", "broadcast-1"),
		};
		const damaged = reader.damagedProjections();
		reader.close();
		return { answers, damaged };
	};
	const { answers: before } = aggregates();
	expect(before.gifts?.diamonds).toBeGreaterThan(0);
	const db = new Database(databasePath(dataDir));
	db.exec(sql);
	db.close();
	expect(aggregates()).toEqual({ answers: before, damaged: ["a"] });
	const writer = new SqliteWriter(settings(dataDir));
	writer.saveProjections(["a"]);
	expect(writer.upkeep(now, sqliteDefaults.retention, 1_000).recounted).toEqual(["a"]);
	expect(aggregates()).toEqual({ answers: before, damaged: [] });
	writer.close();
});

test("skips no blocks behind a number damaged beside the index", () => {
	const dataDir = filled(true);
	const db = new Database(databasePath(dataDir));
	db.unsafeMode(true);
	const index = "sqlite_schema WHERE name = 'blocks_by_seq'";
	const schema = db.prepare<[], object>(`SELECT * FROM ${index}`).get() ?? {};
	// SQLite doesn't maintain an index that its schema lacks.
	db.exec(`PRAGMA writable_schema = 1; DELETE FROM ${index}; PRAGMA writable_schema = RESET`);
	// The last of the four rows that a reader reads first.
	const fourth = 4 * perBlock;
	db.exec(`UPDATE blocks SET last_seq = 30 WHERE room_no = 1 AND last_seq = ${fourth}`);
	db.pragma("writable_schema = 1");
	db.prepare("INSERT INTO sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)").run(schema);
	db.close();
	expectGaps(dataDir, fourth);
});
