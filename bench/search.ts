/*
 * How long does a search take, and whom does it hold up? A log of a million events over 100 minutes in 50 rooms; a word
 * of two Chinese letters that was said once, an hour ago, is looked for while the rooms talk on and somebody reads.
 * Run: npx tsx -C livekeeper-source bench/search.ts [events] [rooms]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@livekeeper/douyin";
import { encodeBatch } from "../packages/livekeeper/src/event-log/encode.ts";
import { type EventLog, openSqliteEventLog, type SearchCursor } from "../packages/livekeeper/src/event-log/index.ts";
import { benchChat, load, quantiles } from "./event-log-load.ts";
import { type Commit, fillLog } from "./fill-log.ts";

const stored = Number(process.argv[2] ?? 1_000_000);
const rooms = Number(process.argv[3] ?? 50);
const spanMs = 6_000_000;
const hourMs = 3_600_000;
const perBatch = 20;
const seconds = 10;
const word = "木船";
const nothing = () => undefined;
const logger = { info: nothing, warn: console.warn, error: console.error };

function* commits(end: number): Iterable<Commit> {
	const perCommit = rooms * perBatch;
	let said = false;
	for (let written = 0; written < stored; written += perCommit) {
		const at = Math.round(end - spanMs + (written / stored) * spanMs);
		const batches = Array.from({ length: rooms }, (_, room) => {
			const liveId = `room-${room}`;
			const events = Array.from({ length: perBatch }, () => benchChat(liveId, at));
			if (!said && room === 0 && at >= end - hourMs) {
				said = true;
				events[0] = { ...benchChat(liveId, at), content: `手工${word}第三天` } as (typeof events)[number];
			}
			return encodeBatch({ liveId, events });
		});
		yield { batches, now: at };
	}
}

/** Looks for it again and again until the time is over. */
async function searchFor(log: EventLog, text: string, until: number): Promise<number[]> {
	const took: number[] = [];
	while (performance.now() < until) {
		const begun = performance.now();
		let cursor: SearchCursor | undefined;
		for (;;) {
			const page = await log.search({ text, limit: 1, cursor });
			if (page.events.length > 0) break;
			if (!page.cursor) throw new Error(`not found: ${text}`);
			cursor = page.cursor;
		}
		took.push(performance.now() - begun);
	}
	return took;
}

async function read(log: EventLog, until: number): Promise<number[]> {
	const took: number[] = [];
	for (let i = 0; performance.now() < until; i++) {
		const begun = performance.now();
		await log.read(`room-${i % rooms}`, { after: 1_000, limit: 100 });
		took.push(performance.now() - begun);
		await sleep(5);
	}
	return took;
}

async function measure(log: EventLog, searching: boolean) {
	const until = performance.now() + seconds * 1_000;
	const [{ durableMs }, readMs, searchMs] = await Promise.all([
		load(log, { rooms, ratePerSecond: 1_000, seconds }),
		read(log, until),
		searching ? searchFor(log, word, until) : [],
	]);
	return { durable: quantiles(durableMs), read: quantiles(readMs), searchMs };
}

const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
try {
	fillLog(dataDir, commits(Date.now()));
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger });
	await measure(log, false);
	const quiet = await measure(log, false);
	const busy = await measure(log, true);
	await log.close();
	const row = ({ durable, read }: typeof quiet) => ({
		"durable p50 ms": durable.p50,
		"durable p99 ms": durable.p99,
		"read p50 ms": read.p50,
		"read p99 ms": read.p99,
	});
	console.table({ "no search": row(quiet), searching: row(busy) });
	const { p50, p99 } = quantiles(busy.searchMs);
	console.log(
		`${stored} events in ${rooms} rooms: "${word}" of an hour ago found ${busy.searchMs.length} times, p50 ${p50} ms, p99 ${p99} ms (goal: under 2000)`,
	);
} finally {
	rmSync(dataDir, { recursive: true });
}
