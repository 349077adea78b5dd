import { cpSync } from "node:fs";
import type { Cursor } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chats, startMs } from "../events.helpers.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const liveIds = ["a", "b"] as const;
const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			liveId: fc.constantFrom(...liveIds),
			events: fc.constantFrom(0, 1, 3, 300),
			cursor: fc.constantFrom("none", "short", "repeats", "too long" as const),
		}),
	},
	{ weight: 2, arbitrary: fc.constantFrom("stop" as const, "kill" as const, "upkeep" as const, "trim" as const) },
);

function cursorOf(kind: string, n: number): Cursor | undefined {
	const cursor = { roomId: `r${n}`, cursor: `c${n}`, internalExt: `x${n}` };
	if (kind === "none") return undefined;
	if (kind === "too long") return { ...cursor, internalExt: "长".repeat(30_000) + n };
	return kind === "repeats" ? { ...cursor, repeats: n } : cursor;
}

test("finds each room's end and cursor after stops and kills", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 20, size: "max" }), (steps) => {
			let dataDir = temporaryFolder();
			const open = () => new SqliteWriter({ dataDir, fsync: false, suspect: false, now: startMs });
			let writer = open();
			let [now, n] = [startMs, 0];
			const expected = new Map<string, { lastSeq: number; cursor: Cursor | undefined }>();
			for (const one of steps) {
				now += 1_000;
				const forEver = Number.POSITIVE_INFINITY;
				if (one === "upkeep") while (writer.upkeep(now, { maxAgeMs: forEver, maxBytes: forEver }, 1_000).more);
				else if (one === "trim") while (writer.upkeep(now, { maxAgeMs: 0, maxBytes: forEver }, 1_000).more);
				else if (typeof one === "string") {
					if (one === "stop") writer.close();
					const before = dataDir;
					dataDir = temporaryFolder();
					cpSync(before, dataDir, { recursive: true });
					if (one === "kill") writer.close();
					writer = open();
					expect(writer.findings).toEqual([]);
				} else {
					const { liveId } = one;
					const cursor = cursorOf(one.cursor, ++n);
					const events = chats(n * 1_000, n * 1_000 + one.events - 1);
					commit(writer, now, { liveId, events, cursor });
					const { lastSeq = 0, cursor: kept } = expected.get(liveId) ?? {};
					expected.set(liveId, { lastSeq: lastSeq + one.events, cursor: cursor ?? kept });
				}
				const reader = new SqliteReader(dataDir);
				for (const [liveId, room] of expected) {
					expect({ lastSeq: reader.lastSeq(liveId), cursor: reader.cursor(liveId) }).toEqual(room);
				}
				reader.close();
			}
			writer.close();
		}),
		{ numRuns: 40 },
	);
});
