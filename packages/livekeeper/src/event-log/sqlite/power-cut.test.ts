import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { idsOf } from "../conformance.helpers.ts";
import { chats, startMs } from "../events.helpers.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const settings = { fsync: false, suspect: false, now: startMs };
const rooms = ["a", "b", "c"];
const cursorAt = (n: number) => ({ roomId: "r", cursor: String(n), internalExt: "x" });
const page = 4_096;

/** A folder as the disk has it after the power fails: of the WAL, what was written last may be missing, or in part. */
function cutOff(dataDir: string, kept: number, tornPages: readonly number[]): string {
	const copy = temporaryFolder();
	cpSync(dataDir, copy, { recursive: true });
	rmSync(join(copy, "livekeeper.db-shm"), { force: true });
	const wal = join(copy, "livekeeper.db-wal");
	const end = Math.max(page, Math.floor(statSync(wal).size * kept));
	truncateSync(wal, end);
	const bytes = readFileSync(wal);
	for (const torn of tornPages) {
		// The newest tenth came to the disk in any order, or not at all.
		const at = Math.floor((end * 0.9 + (end * 0.1 * torn) / 100) / page) * page;
		bytes.fill(0, at, Math.min(end, at + page));
	}
	writeFileSync(wal, bytes);
	return copy;
}

test("after a power cut each room's log ends where its cursor is, what is lost is counted, and nothing comes twice", () => {
	const cuts = fc.record({
		commits: fc.integer({ min: 3, max: 40 }),
		kept: fc.double({ min: 0.05, max: 1, noNaN: true }),
		torn: fc.array(fc.nat(99), { maxLength: 2 }),
		upkeep: fc.boolean(),
	});
	fc.assert(
		fc.property(cuts, ({ commits, kept, torn, upkeep }) => {
			const dataDir = temporaryFolder();
			// What was closed is in the database itself.
			new SqliteWriter({ ...settings, dataDir }).close();
			const writer = new SqliteWriter({ ...settings, dataDir });
			for (let n = 0; n < commits; n++) {
				const said = rooms.map((liveId) => ({
					liveId,
					events: chats(n * 10 + 1, n * 10 + 10),
					cursor: cursorAt(n * 10 + 10),
				}));
				commit(writer, startMs + n, ...said);
				if (upkeep && n % 8 === 7) writer.upkeep(startMs + 700_000, { maxAgeMs: 1e12, maxBytes: 1e12 }, 20);
			}
			const copy = cutOff(dataDir, kept, torn);
			writer.close();
			const again = new SqliteWriter({ ...settings, dataDir: copy });
			const reader = new SqliteReader(copy);
			const ends = rooms.map((liveId) => {
				const { events, lastSeq } = reader.read(liveId, { limit: 5_000 });
				expect(idsOf(events)).toEqual(chats(1, lastSeq).map(({ id }) => id));
				expect(reader.cursor(liveId)).toEqual(lastSeq === 0 ? undefined : cursorAt(lastSeq));
				return lastSeq;
			});
			const lost = rooms.length * commits * 10 - ends.reduce((sum, end) => sum + end, 0);
			expect(again.findings).toEqual(
				lost === 0 ? [] : [{ found: "cut", path: join(copy, "livekeeper.db"), events: lost }],
			);
			// The upstream says it once more from there.
			for (const [index, liveId] of rooms.entries()) {
				commit(again, startMs, { liveId, events: chats(Math.max(1, (ends[index] ?? 0) - 5), commits * 10 + 3) });
				const { events } = reader.read(liveId, { limit: 5_000 });
				expect(idsOf(events)).toEqual(chats(1, commits * 10 + 3).map(({ id }) => id));
			}
			reader.close();
			again.close();
		}),
		{ numRuns: 15 },
	);
}, 60_000);
