import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chats, gift, startMs } from "./events.helpers.ts";
import { copyRooms, type LogSource } from "./log-copy.ts";
import { SqliteReader } from "./sqlite/reader.ts";
import { openSqliteDestination, openSqliteSource } from "./sqlite/sqlite-source.ts";

import { commit, temporaryFolder } from "./sqlite/stores.helpers.ts";
import { SqliteWriter } from "./sqlite/writer.ts";

const liveIds = ["a", "b"];
const range = { from: startMs, to: startMs + 3_600_000, step: 1 };

/** History of a log: events are stored, joined into larger blocks, deleted, and lost by a power cut. */
const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant("say"), room: fc.nat(1), count: fc.integer({ min: 1, max: 90 }) }),
	},
	{
		weight: 1,
		arbitrary: fc.record({ do: fc.constantFrom("join", "trim", "cut"), room: fc.nat(1), count: fc.nat(60) }),
	},
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function filled(dataDir: string, steps: readonly Step[]): void {
	let now = startMs;
	let said = 0;
	const open = () => new SqliteWriter({ dataDir, fsync: true, suspect: false, now });
	let writer = open();
	for (const { do: what, room, count } of steps) {
		now += 1_000;
		if (what === "say") {
			const events = [...chats(said + 1, said + count), gift(said + count + 1, count)];
			said += count + 1;
			const cursor = { roomId: "broadcast-1", cursor: `c${said}`, internalExt: "" };
			commit(writer, now, { liveId: liveIds[room] ?? "", events, cursor });
		} else if (what === "join") while (writer.upkeep(now + 3_600_000, { maxAgeMs: 1e12, maxBytes: 1e12 }, 100).more);
		else if (what === "trim") while (writer.upkeep(now, { maxAgeMs: count * 1_000, maxBytes: 1e12 }, 100).more);
		else {
			writer.close();
			// Like after a power cut, nothing shows that the log ends where it did.
			rmSync(join(dataDir, "livekeeper.progress"));
			writer = open();
		}
	}
	writer.close();
}

/** Returns everything that readers get from a folder. */
function seen(dataDir: string) {
	const reader = new SqliteReader(dataDir);
	try {
		return reader.liveIds().map((liveId) => {
			const pages = [];
			for (let after = 0; ; ) {
				const page = reader.read(liveId, { after, limit: 70 });
				pages.push(page);
				after = page.nextAfter;
				if (page.caughtUp) break;
			}
			const { broadcasts, series } = { broadcasts: reader.broadcasts(liveId), series: reader.series(liveId, range) };
			return { liveId, pages, broadcasts, series, cursor: reader.cursor(liveId) };
		});
	} finally {
		reader.close();
	}
}

async function copy(source: LogSource, dataDir: string, chunks: number): Promise<void> {
	const destination = openSqliteDestination(dataDir, () => startMs);
	let left = chunks;
	try {
		expect(await destination.taken(source)).toEqual([]);
		await copyRooms(source, destination, {
			onRoom: () => undefined,
			onEvents: () => {
				if (left-- <= 0) throw new Error("cut off");
			},
		});
	} finally {
		await destination.close();
	}
}

/** Histories that always run: a room whose beginning is deleted, and a jump in its numbers, each copied with a cut. */
const known: [Step[], number[]][] = (["trim", "cut"] as const).map((loss) => {
	const say = { do: "say" as const, room: 0, count: 20 };
	return [[say, say, { do: loss, room: 0, count: 0 }, say], [1]];
});

test("copies a log with any history despite interruptions", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.array(fc.nat(3), { maxLength: 3 }), async (steps, cuts) => {
			const [from, to] = [temporaryFolder(() => undefined), temporaryFolder(() => undefined)];
			try {
				filled(from, steps);
				for (const chunks of [...cuts, Number.POSITIVE_INFINITY]) {
					const source = openSqliteSource(from, startMs + 1_000_000);
					await copy(source, to, chunks).catch((error: Error) => expect(error.message).toBe("cut off"));
					await source.close();
				}
				expect(seen(to)).toEqual(seen(from));
				// Its numbers are known to be assigned, so nothing is in doubt when it is opened.
				const writer = new SqliteWriter({ dataDir: to, fsync: true, suspect: false, now: startMs + 2_000_000 });
				expect(writer.findings).toEqual([]);
				writer.close();
			} finally {
				for (const folder of [from, to]) rmSync(folder, { recursive: true, force: true });
			}
		}),
		{ numRuns: 25, examples: known },
	);
});
