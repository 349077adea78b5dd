import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { idsOf, seqs } from "../conformance.helpers.ts";
import type { ReadPage, StoredEvent } from "../event-log.ts";
import { chats, startMs } from "../events.helpers.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const settings = { fsync: false, suspect: false, now: startMs };
const rooms = ["a", "b", "c"];
const cursorAt = (n: number) => ({ roomId: "r", cursor: String(n), internalExt: "x" });
const page = 4_096;

interface Cut {
	/** Share of the WAL that had reached the disk. */
	kept: number;
	tornPages: readonly number[];
	/** State of the progress file. */
	progress: "whole" | "old" | "empty" | "missing";
}

/** Copies a folder as the disk has it after a power failure: the end of the WAL may be missing or incomplete. */
function cutOff(dataDir: string, { kept, tornPages, progress }: Cut): string {
	const copy = temporaryFolder();
	cpSync(dataDir, copy, { recursive: true });
	rmSync(join(copy, "livekeeper.db-shm"), { force: true });
	const wal = join(copy, "livekeeper.db-wal");
	const end = Math.max(page, Math.floor(statSync(wal).size * kept));
	truncateSync(wal, end);
	const bytes = readFileSync(wal);
	for (const torn of tornPages) {
		// The newest tenth reached the disk in any order, or not at all.
		const at = Math.floor((end * 0.9 + (end * 0.1 * torn) / 100) / page) * page;
		bytes.fill(0, at, Math.min(end, at + page));
	}
	writeFileSync(wal, bytes);
	const file = join(copy, "livekeeper.progress");
	const reached = JSON.parse(readFileSync(file, "utf8")) as { events: number };
	const before = { ...reached, boot: "another", ...(progress === "old" && { events: 0 }) };
	if (progress === "missing") rmSync(file);
	else writeFileSync(file, progress === "empty" ? Buffer.alloc(256) : `${JSON.stringify(before).padEnd(255)}\n`);
	return copy;
}

/** Reads a room as a reader does. Two power cuts in a row are reported as a range each, which are joined here. */
function readFrom(reader: SqliteReader, liveId: string, start: number, types?: ["chat"]) {
	const truncations: NonNullable<ReadPage["truncated"]>[] = [];
	const events: StoredEvent[] = [];
	for (let after = start; ; ) {
		const read = reader.read(liveId, { after, limit: 7, ...(types && { types }) });
		const last = truncations.at(-1);
		if (read.truncated && last && last.to + 1 === read.truncated.from) last.to = read.truncated.to;
		else if (read.truncated) truncations.push({ ...read.truncated });
		events.push(...read.events);
		if (read.caughtUp) return { events, truncations, nextAfter: read.nextAfter };
		after = read.nextAfter;
	}
}

const cuts = fc.record({
	commits: fc.integer({ min: 3, max: 20 }),
	kept: fc.double({ min: 0.05, max: 1, noNaN: true }),
	tornPages: fc.array(fc.nat(99), { maxLength: 2 }),
	progress: fc.constantFrom<Cut["progress"]>("whole", "old", "empty", "missing"),
	upkeep: fc.boolean(),
	/** Time by which the clock is set back over the cut, ms. */
	setBack: fc.constantFrom(0, 60_000, 10 ** 12),
	replays: fc.boolean(),
});

const lostAll = {
	commits: 3,
	kept: 0.08,
	tornPages: [] as number[],
	progress: "whole" as const,
	upkeep: false,
	setBack: 0,
	replays: false,
};

test("reuses no number over power cuts, and notifies every reader", () => {
	fc.assert(
		fc.property(fc.array(cuts, { minLength: 1, maxLength: 2 }), (all) => {
			let dataDir = temporaryFolder();
			// A closed log is complete in the database itself.
			new SqliteWriter({ ...settings, dataDir }).close();
			/** Event of each number ever assigned, and the order of all messages so far. */
			const given = new Map(rooms.map((liveId) => [liveId, new Map<number, string>()]));
			let said = 0;
			let now = startMs;
			const note = (liveId: string, events: readonly StoredEvent[]) => {
				for (const event of events) {
					const [id = ""] = idsOf([event]);
					expect(given.get(liveId)?.get(event.seq) ?? id).toBe(id);
					given.get(liveId)?.set(event.seq, id);
				}
			};
			let writer = new SqliteWriter({ ...settings, dataDir, now });
			for (const { commits, upkeep, setBack, replays, ...cut } of all) {
				for (let n = 0; n < commits; n++, said += 10) {
					for (const liveId of rooms) {
						const batch = { liveId, events: chats(said + 1, said + 10), cursor: cursorAt(said + 10) };
						for (const { events } of commit(writer, now + n, batch)) note(liveId, events);
					}
					if (upkeep && n % 8 === 7) writer.upkeep(now + 700_000, { maxAgeMs: 1e12, maxBytes: 1e12 }, 20);
				}
				const copy = cutOff(dataDir, cut);
				writer.close();
				const known = new Map(rooms.map((liveId) => [liveId, Math.max(...(given.get(liveId)?.keys() ?? []))]));
				now = Math.max(1, now + commits - setBack);
				dataDir = copy;
				writer = new SqliteWriter({ ...settings, dataDir, now });
				const reader = new SqliteReader(dataDir);
				expect(writer.findings).toMatchObject([{ found: "cut" }]);
				for (const liveId of rooms) {
					const { events, nextAfter: base } = readFrom(reader, liveId, 0);
					note(liveId, events);
					const end = events.at(-1)?.seq ?? 0;
					const last = known.get(liveId) ?? 0;
					expect(reader.lastSeq(liveId)).toBe(base);
					expect(base).toBeGreaterThan(last);
					// Readers at the kept end, within the lost range, and at its end, before anything new is stored.
					for (const after of [end, Math.floor((end + last) / 2), last]) {
						// The disk has never seen the room, so nothing is known of it, and a reader from its beginning has missed
						// nothing.
						const isUnknown = !reader.knows(liveId) && after === 0;
						const truncations = isUnknown ? [] : [{ from: after + 1, to: base, reason: "reset" }];
						expect(readFrom(reader, liveId, after)).toEqual({ events: [], truncations, nextAfter: base });
					}
					if (end > 0) expect(reader.cursor(liveId)).toEqual(cursorAt(Number(idsOf(events).at(-1)?.slice(3))));
					expect(reader.lost(liveId)).toBeDefined();
					// The dedup window counts events, not numbers.
					const from = replays ? Math.max(1, said - 20) : said + 1;
					const next = { liveId, events: chats(from, said + 3), cursor: cursorAt(said + 3) };
					const [stored] = commit(writer, now, next);
					note(liveId, stored?.events ?? []);
					expect(stored?.events[0]?.seq).toBe(base + 1);
					expect(reader.lost(liveId)).toBeUndefined();
					const all = readFrom(reader, liveId, 0).events;
					expect(new Set(idsOf(all)).size).toBe(all.length);
					for (const types of [undefined, ["chat"] as ["chat"]]) {
						for (const after of [0, end - 1, end, last, base - 1, base].filter((seq) => seq >= 0)) {
							const { events: found, truncations } = readFrom(reader, liveId, after, types);
							expect(seqs(found)).toEqual(seqs(all).filter((seq) => seq > after));
							const [jump] = truncations.toReversed();
							const isReported = after < base;
							expect(jump).toEqual(isReported ? { from: Math.max(after, end) + 1, to: base, reason: "reset" } : jump);
							expect(truncations.some(({ to }) => to === base)).toBe(isReported);
						}
					}
					expect(seqs(readFrom(reader, liveId, reader.afterNewest(liveId, 5)).events)).toEqual(seqs(all).slice(-5));
				}
				said += 3;
				while (writer.upkeep(now + 10 ** 9, { maxAgeMs: 1e12, maxBytes: 1e12 }, 1_000).more);
				expect(writer.damage()).toEqual({ events: 0, rooms: [] });
				for (const liveId of rooms) {
					const counted = reader.broadcasts(liveId).reduce((sum, { messages }) => sum + (messages.chat ?? 0), 0);
					expect(counted).toBe(readFrom(reader, liveId, 0).events.length);
				}
				reader.close();
			}
			writer.close();
		}),
		{ numRuns: 8, examples: [[[lostAll, lostAll]]] },
	);
});

test("invents no loss after a kill or an orderly stop", () => {
	const dataDir = temporaryFolder();
	new SqliteWriter({ ...settings, dataDir }).close();
	const writer = new SqliteWriter({ ...settings, dataDir });
	commit(writer, startMs, { liveId: "a", events: chats(1, 10) });
	const killed = temporaryFolder();
	cpSync(dataDir, killed, { recursive: true });
	writer.close();
	const stopped = temporaryFolder();
	cpSync(dataDir, stopped, { recursive: true });
	const file = join(stopped, "livekeeper.progress");
	writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), boot: "another" }));
	for (const folder of [killed, stopped]) {
		const again = new SqliteWriter({ ...settings, dataDir: folder });
		expect(again.findings).toEqual([]);
		const [stored] = commit(again, startMs, { liveId: "a", events: chats(8, 12) });
		expect(seqs(stored?.events ?? [])).toEqual([11, 12]);
		again.close();
	}
});
