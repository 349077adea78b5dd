/*
 * Does retention hold up writing? The same load on an empty log, and on one of five million events that retention is
 * deleting from all the while; one run, so that the ratio is fair. Run: npx tsx -C livekeeper-source bench/retention.ts [events]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { encodeBatch } from "../packages/livekeeper/src/event-log/encode.ts";
import { openSqliteEventLog } from "../packages/livekeeper/src/event-log/index.ts";
import { benchChat, load, quantiles } from "./event-log-load.ts";
import { type Commit, fillLog } from "./fill-log.ts";

const stored = Number(process.argv[2] ?? 5_000_000);
const rooms = 500;
const nothing = () => undefined;
const logger = { info: nothing, warn: console.warn, error: console.error };

function* commits(): Iterable<Commit> {
	const perBatch = 100;
	for (let written = 0, room = 0; written < stored; room++) {
		const at = Date.now() - 86_400_000 + written / 100;
		const batches = Array.from({ length: 20 }, (_, index) => {
			const liveId = `room-${(room * 20 + index) % rooms}`;
			return encodeBatch({ liveId, events: Array.from({ length: perBatch }, () => benchChat(liveId, at)) });
		});
		yield { batches, now: at };
		written += 20 * perBatch;
	}
}

async function measure(dataDir: string, trimming: boolean) {
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger });
	const before = (await log.read("room-0", { limit: 1 })).oldestSeq;
	if (trimming) log.setRetention({ maxBytes: 1 });
	const { appendMs, durableMs } = await load(log, { rooms, ratePerSecond: 5_000, seconds: 20 });
	const oldest = await Promise.all(
		Array.from({ length: rooms }, async (_, room) => (await log.read(`room-${room}`, { limit: 1 })).oldestSeq - before),
	);
	await log.close();
	return { append: quantiles(appendMs), durable: quantiles(durableMs), deleted: oldest.reduce((a, b) => a + b, 0) };
}

const empty = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
const full = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
try {
	fillLog(full, commits());
	const warmUp = mkdtempSync(join(empty, "warm-up-"));
	await measure(warmUp, false);
	const rows = { empty: await measure(empty, false), [`${stored} events, trimming`]: await measure(full, true) };
	const flat = Object.entries(rows).map(([name, { append, durable, deleted }]) => [
		name,
		{ "append p99 ms": append.p99, "durable p50 ms": durable.p50, "durable p99 ms": durable.p99, deleted },
	]);
	console.table(Object.fromEntries(flat));
	const [before, after] = Object.values(rows);
	console.log(
		`ratio of durable p99: ${((after?.durable.p99 ?? 0) / (before?.durable.p99 ?? 1)).toFixed(2)} (goal: 2 at most)`,
	);
} finally {
	rmSync(empty, { recursive: true });
	rmSync(full, { recursive: true });
}
