import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import type { EncodedBatch } from "../../packages/livekeeper/src/event-log/encoded-event.ts";
import { openSqliteEventLog, type SearchCursor } from "../../packages/livekeeper/src/event-log/index.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { benchChat, encodedChat, quietLogger } from "../kit/bench-events.ts";
import { ownCpu } from "../kit/cpu.ts";
import { type Commit, fillLog, usedBytes } from "../kit/fill-log.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { quantile } from "../kit/spread.ts";

const [thousand, million] = [1_000, 1_000_000];
const sizes = [100 * thousand, million, 10 * million, 50 * million];
const rooms = 50;
const perBlock = 250;
/** Number of events appended for a measurement. */
const appends = 20_000;

function sizeText(events: number): string {
	return events >= million ? `${events / million} million events` : `${events / thousand} thousand events`;
}

const [smallest = 0, largest = 1] = [sizes[0], sizes.at(-1)];
const ofLog = { better: "lower", what: `a log of that many events in ${rooms} rooms` } as const;

function logFigures(size: number): Figure[] {
	const [of, text] = [`${size}`, sizeText(size)];
	const of1 = size === smallest ? {} : { dividedBy: `${smallest}` };
	return [
		{
			...ofLog,
			name: `open, ${text}`,
			of,
			measure: "open",
			unit: "ms",
			...(size === 50 * million ? { goal: 2_000 } : {}),
		},
		{ ...ofLog, name: `append, ${text}`, of, ...of1, measure: "append", unit: "µs of CPU an event" },
		{ ...ofLog, name: `page from the middle, ${text}`, of, ...of1, measure: "page", unit: "ms" },
		{ ...ofLog, name: `one step of a search, ${text}`, of, measure: "search", unit: "ms" },
		{ ...ofLog, name: `bytes, ${text}`, of, measure: "bytes", unit: "B an event" },
	];
}

/** Fills the log further from size to size; the sizes are run in order, once. */
const logGrowth: Bench = {
	name: "growth-log",
	figures: sizes.flatMap(logFigures),
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-growth-"));
		let [filled, appended] = [0, 0];
		const side = (size: number) => async () => {
			const target = Math.max(rooms * perBlock, Math.round(size * scale));
			fillLog(dataDir, blocks(filled, target));
			filled = target;
			const measured = await logOf(dataDir, target + appended);
			appended += appends;
			return measured;
		};
		return {
			sides: Object.fromEntries(sizes.map((size) => [`${size}`, side(size)])),
			close: () => rmSync(dataDir, { recursive: true, force: true }),
		};
	},
};

/** Yields blocks as compaction leaves them: 50 rooms, 250 events each, over a week. */
function* blocks(from: number, to: number): Generator<Commit> {
	const end = Date.now();
	const weekMs = 7 * 86_400_000;
	const events = Array.from({ length: perBlock }, () => encodedChat("room-00", end));
	for (let written = from; written < to; written += rooms * perBlock) {
		const now = Math.round(end - weekMs + (written / largest) * weekMs);
		for (let room = 0; room < rooms; room++) {
			const liveId = `room-${String(room).padStart(2, "0")}`;
			const batch: EncodedBatch = {
				liveId,
				events: events.map((event) => renamed(event, liveId, now)),
				cursor: undefined,
			};
			yield { batches: [batch], now };
		}
	}
}

let nextId = 7_480_000_000_000_000_000n;

function renamed(event: EncodedBatch["events"][number], liveId: string, at: number): EncodedBatch["events"][number] {
	const id = String(nextId++);
	return { ...event, id, at, json: event.json.replace(event.id, id).replace("room-00", liveId) };
}

async function logOf(dataDir: string, events: number): Promise<Measured> {
	const bytes = usedBytes(dataDir) / events;
	const startedAt = performance.now();
	// A log whose newest event is days old makes it doubt the clock, and report that.
	const logger = { ...quietLogger, warn: () => undefined };
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger, groupCommitMs: 0 });
	const liveIds = await log.liveIds();
	const open = performance.now() - startedAt;
	const pageMs: number[] = [];
	for (const liveId of liveIds) {
		const middle = Math.floor((await log.lastSeq(liveId)) / 2);
		const begun = performance.now();
		await log.read(liveId, { after: middle, limit: 100 });
		pageMs.push(performance.now() - begun);
	}
	const searchMs: number[] = [];
	let cursor: SearchCursor | undefined;
	for (let step = 0; step < 10; step++) {
		const begun = performance.now();
		const found = await log.search({ text: "木船", limit: 1, cursor });
		searchMs.push(performance.now() - begun);
		cursor = found.cursor;
		if (!cursor) break;
	}
	const commits = Array.from({ length: appends / rooms / 20 }, () =>
		liveIds.map((liveId) => ({ liveId, events: Array.from({ length: 20 }, () => benchChat(liveId, Date.now())) })),
	);
	const cpu = await ownCpu(async () => {
		for (const commit of commits) {
			for (const batch of commit) log.append(batch);
			await log.flush();
		}
	});
	await log.close();
	const append = (cpu * 1000) / appends;
	return { did: {}, took: { open, append, bytes, page: quantile(pageMs, 0.5), search: Math.max(...searchMs) } };
}

const roomCounts = [10, 100, 1_000, 5_000];
const eventsPerSecond = 1_000;

/** The same thousand events per second, over more and more rooms. */
const roomGrowth: Bench = {
	name: "growth-rooms",
	figures: roomCounts.map((count) => ({
		...{ name: `event, over ${count.toLocaleString("en-US")} rooms`, of: `${count}`, measure: "cpu", better: "lower" },
		...{ unit: "µs of CPU an event", what: `${eventsPerSecond} events a second in all, stored` },
		...(count === roomCounts[0] ? {} : { dividedBy: `${roomCounts[0]}` }),
	})),
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const side = (count: number) => async () => {
			const kept = await KeptRooms.open(Math.max(2, Math.round(count * Math.min(1, scale))));
			const messages = Math.max(1, Math.round((eventsPerSecond * 10 * scale) / count));
			const load = { messages, perFrame: 1, seconds: (messages * count) / eventsPerSecond };
			await kept.cpuOfEvent(load);
			const { took } = await kept.cpuOfEvent(load).finally(() => kept.close());
			return { did: {}, took };
		};
		return { sides: Object.fromEntries(roomCounts.map((count) => [`${count}`, side(count)])) };
	},
};

export const growthBenches = [logGrowth, roomGrowth];
