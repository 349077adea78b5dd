import { statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chats, startMs } from "../events.helpers.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const retention = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: 2 * 1024 ** 2 };
/** More than a commit of this test writes, including the pages of its rooms' rows and aggregates. */
const commitBytes = 512 * 1024;
const maxWalBytes = 17 * 1024 ** 2;

const step = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({ rooms: fc.integer({ min: 1, max: 10 }), events: fc.integer({ min: 1, max: 40 }) }),
	},
	{ weight: 2, arbitrary: fc.record({ upkeepMs: fc.constantFrom(0, 1, 4) }) },
	{ weight: 2, arbitrary: fc.record({ reads: fc.integer({ min: 1, max: 3 }) }) },
);

test("keeps the file near its limit under commits and readers", () => {
	fc.assert(
		fc.property(fc.array(step, { minLength: 60, maxLength: 120, size: "max" }), (steps) => {
			const dataDir = temporaryFolder();
			const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
			const reader = new SqliteReader(dataDir);
			let [now, n, worst] = [startMs, 0, 0];
			// The limit is unknown before the first round of upkeep.
			writer.upkeep(now, retention, 0);
			for (const one of steps) {
				now += 10;
				if ("rooms" in one) {
					const batches = Array.from({ length: one.rooms }, (_, room) => {
						const from = n + 1;
						n += one.events;
						const content = "x".repeat(100 + ((n * 7_919) % 300));
						return { liveId: `room-${room}`, events: chats(from, n, { at: now, content }) };
					});
					commit(writer, now, ...batches);
				} else if ("reads" in one) {
					for (let room = 0; room < one.reads; room++) reader.read(`room-${room}`, {});
				} else writer.upkeep(now, retention, one.upkeepMs);
				worst = Math.max(worst, writer.upkeep(now, retention, 0).storedBytes);
			}
			reader.close();
			writer.close();
			expect(worst).toBeLessThan(retention.maxBytes * (1 + 1 / 16) + commitBytes);
			expect(statSync(join(dataDir, "livekeeper.db")).size).toBeLessThan(2 * retention.maxBytes);
		}),
		{ numRuns: 6, endOnFailure: true },
	);
});

test("empties a WAL that readers have kept from being reused", () => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
	commit(writer, startMs, { liveId: "a", events: chats(1, 10) });
	const reader = new SqliteReader(dataDir);
	const wal = () => statSync(join(dataDir, "livekeeper.db-wal")).size;
	const forEver = { ...retention, maxBytes: Number.POSITIVE_INFINITY };
	const other = new Database(join(dataDir, "livekeeper.db"), { readonly: true });
	other.exec("BEGIN");
	other.prepare("SELECT count(*) FROM rooms").get();
	let n = 10;
	for (; wal() < maxWalBytes; n += 1_000) commit(writer, startMs, { liveId: "a", events: chats(n + 1, n + 1_000) });
	writer.upkeep(startMs, forEver, 0);
	expect(wal()).toBeGreaterThan(maxWalBytes);
	other.close();
	writer.upkeep(startMs + 1_000, forEver, 0);
	expect(wal()).toBe(0);
	expect(reader.lastSeq("a")).toBe(n);
	reader.close();
	writer.close();
});
