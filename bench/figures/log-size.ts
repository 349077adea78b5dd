import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteReader } from "../../packages/log/src/event-log/sqlite/reader.ts";
import type { Bench, Measured } from "../kit/bench.ts";
import { encodedChat } from "../kit/bench-events.ts";
import { ownCpu } from "../kit/cpu.ts";
import { type Commit, compactLog, fillLog, usedBytes } from "../kit/fill-log.ts";
import { RawRows } from "../kit/raw-rows.ts";

const rooms = 50;
const perRoom = 20;
const pageEvents = 500;

/** Size of the log on disk, cost of joining it, and speed of reading old events. */
export const logSize: Bench = {
	name: "log-disk",
	figures: [
		{
			...{
				name: "bytes, just written",
				what: `bytes on the disk, indexes included, of commits of ${rooms} × ${perRoom}`,
			},
			...{ of: "written", measure: "bytes", unit: "B an event", better: "lower", goal: 620 },
		},
		{
			...{ name: "bytes, compacted", what: "the same log once its blocks are joined" },
			...{ of: "compacted", measure: "bytes", unit: "B an event", better: "lower", goal: 150 },
		},
		{
			...{
				name: "compaction",
				what: "CPU that joins and compresses an event; the service does it beside, in its thread",
			},
			...{ of: "compacted", measure: "compaction", unit: "µs of CPU an event", better: "lower", goal: 5 },
		},
		{
			...{ name: "pages of old events", what: `pages of ${pageEvents} events, of compacted blocks` },
			...{ of: "compacted", measure: "pace", unit: "events/s", better: "higher", goal: 300_000 },
		},
		{
			...{ name: "pages, of rows", what: `CPU: pages of raw rows with an index ÷ pages of compacted blocks` },
			...{ of: "rows", dividedBy: "compacted", measure: "cpu", unit: "µs of CPU an event", better: "higher" },
		},
		{
			...{
				name: "pages, just written",
				what: `CPU: pages of raw rows with an index ÷ pages of blocks as they were written`,
			},
			...{ of: "rows", dividedBy: "written", measure: "cpu", unit: "µs of CPU an event", better: "higher" },
		},
	],
	rounds: 2,
	async prepare(scale) {
		const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
		const commits = Math.max(25, Math.round(100 * scale));
		const [written, compacted] = [join(folder, "written"), join(folder, "compacted")];
		for (const dataDir of [written, compacted]) fillLog(dataDir, drawn(commits));
		const events = commits * rooms * perRoom;
		const compaction = ((await ownCpu(() => compactLog(compacted, Date.now() + 3_600_000))) * 1000) / events;
		const rows = new RawRows(folder, true);
		for (const { batches } of drawn(commits)) {
			rows.insertAll(batches.flatMap(({ liveId, events: some }) => some.map(({ json }) => [liveId, json] as const)));
		}
		const readers = { written: new SqliteReader(written), compacted: new SqliteReader(compacted) };
		const pagesOf = (reader: SqliteReader) => (liveId: string, after: number) =>
			reader.read(liveId, { after, limit: pageEvents }).events;
		return {
			sides: {
				written: async () => withMore(await read(pagesOf(readers.written)), { bytes: usedBytes(written) / events }),
				compacted: async () => {
					return withMore(await read(pagesOf(readers.compacted)), { bytes: usedBytes(compacted) / events, compaction });
				},
				rows: () => read((liveId, after) => rows.page(liveId, after, pageEvents)),
			},
			close: () => {
				for (const reader of Object.values(readers)) reader.close();
				rows.close();
				rmSync(folder, { recursive: true, force: true });
			},
		};
	},
};

function* drawn(commits: number): Generator<Commit> {
	const begin = Date.now();
	for (let n = 0; n < commits; n++) {
		const now = begin + n * 10;
		const batches = Array.from({ length: rooms }, (_, room) => {
			const liveId = `room-${room}`;
			return { liveId, events: Array.from({ length: perRoom }, () => encodedChat(liveId, now)), cursor: undefined };
		});
		yield { batches, now };
	}
}

/** Reads every room from its beginning, page by page. */
async function read(page: (liveId: string, after: number) => readonly unknown[]): Promise<Measured> {
	let events = 0;
	const startedAt = performance.now();
	const cpu = await ownCpu(() => {
		for (let room = 0; room < rooms; room++) {
			for (let after = 0, length = 1; length > 0; after += length) {
				length = page(`room-${room}`, after).length;
				events += length;
			}
		}
	});
	const ms = performance.now() - startedAt;
	return { did: { events }, took: { cpu: (cpu * 1000) / events, pace: (events / ms) * 1000 } };
}

function withMore({ did, took }: Measured, more: Measured["took"]): Measured {
	return { did, took: { ...took, ...more } };
}
