import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { openSqliteEventLog, type SearchCursor } from "../../packages/log/src/event-log/index.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { benchChat, quietLogger } from "../kit/bench-events.ts";
import { ownCpu } from "../kit/cpu.ts";
import { usedBytes } from "../kit/fill-log.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { fillLarge, secUidOf } from "../kit/large-log.ts";
import { quantile } from "../kit/spread.ts";

const [thousand, million] = [1_000, 1_000_000];
const sizes = [million, 10 * million, 50 * million];
const rooms = 50;
/** People of each room, and how many events of one of them a card asks for: it finds them in the newest 20,000. */
const people = 5_000;
const ofCard = 3;
/** Fewest events of a room, which hold those. */
const minPerRoom = 20_000;
/** Maximum that a log of 50 million events may take, of what one of a million takes. */
const maxGrowth = 1.2;
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
	const grows = { ...of1, ...(size === largest && { goal: maxGrowth }) };
	return [
		{
			...ofLog,
			name: `open, ${text}`,
			of,
			measure: "open",
			unit: "ms",
			...(size === largest ? { goal: 2_000 } : {}),
		},
		{ ...ofLog, name: `append, ${text}`, of, ...grows, measure: "append", unit: "µs of CPU an event" },
		{ ...ofLog, name: `page from the middle, ${text}`, of, ...grows, measure: "page", unit: "ms" },
		{
			...{ ...ofLog, name: `card, ${text}`, of, ...grows, measure: "card", unit: "ms" },
			what: `the newest ${ofCard} events of one of a room's ${people.toLocaleString("en-US")} people`,
		},
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
		let appended = 0;
		const side = (size: number) => async () => {
			const perRoom = Math.max(minPerRoom, Math.round((size * scale) / rooms)) + appended / rooms;
			fillLarge(dataDir, { rooms, perRoom, people, spanMs: 0 });
			const measured = await logOf(dataDir, perRoom * rooms);
			appended += appends;
			return measured;
		};
		return {
			sides: Object.fromEntries(sizes.map((size) => [`${size}`, side(size)])),
			close: () => rmSync(dataDir, { recursive: true, force: true }),
		};
	},
};

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
	const cardMs: number[] = [];
	for (const [room, liveId] of liveIds.entries()) {
		const begun = performance.now();
		const { events: found } = await log.search({ liveIds: [liveId], user: secUidOf(room), limit: ofCard });
		cardMs.push(performance.now() - begun);
		if (found.length !== ofCard) throw new Error(`A card has ${found.length} events.`);
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
	const [page, card] = [quantile(pageMs, 0.5), quantile(cardMs, 0.5)];
	return { did: {}, took: { open, append, bytes, page, card, search: Math.max(...searchMs) } };
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
