/*
 * What the event log costs at 500 rooms × 10 events/s: how long it holds up the main thread, how long an event takes
 * until it is durable, and what 20 readers of backlogs change in that. Run: npx tsx -C livekeeper-source bench/event-log.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "@livekeeper/douyin";
import { openSqliteEventLog } from "../packages/livekeeper/src/event-log/index.ts";
import { load, quantiles } from "./event-log-load.ts";

const seconds = Number(process.argv[2] ?? 20);
const ratePerSecond = Number(process.argv[3] ?? 5_000);
const dataDir = mkdtempSync(join(process.argv[4] ?? tmpdir(), "livekeeper-bench-"));
const nothing = () => undefined;
const log = await openSqliteEventLog({
	dataDir,
	clock: systemClock,
	logger: { info: nothing, warn: console.warn, error: console.error },
});

async function run(name: string, readers: number): Promise<void> {
	const stop = new AbortController();
	let read = 0;
	const reading = Array.from({ length: readers }, async (_, index) => {
		for (let room = index; !stop.signal.aborted; room = (room + readers) % 500) {
			let after = 0;
			for (let more = true; more && !stop.signal.aborted; ) {
				const page = await log.read(`room-${room}`, { after });
				read += page.events.length;
				after = page.nextAfter;
				more = !page.caughtUp;
			}
		}
	});
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	const cpu = process.cpuUsage();
	const started = performance.now();
	const { appendMs, durableMs, events } = await load(log, { rooms: 500, ratePerSecond, seconds });
	const took = performance.now() - started;
	const { user, system } = process.cpuUsage(cpu);
	delay.disable();
	stop.abort();
	await Promise.all(reading);
	console.table({
		[name]: {
			"events/s": Math.round((events / took) * 1_000),
			"append call p99 ms": quantiles(appendMs).p99,
			"loop delay p99 ms": Number((delay.percentile(99) / 1e6).toFixed(2)),
			"durable p50 ms": quantiles(durableMs).p50,
			"durable p99 ms": quantiles(durableMs).p99,
			"durable max ms": quantiles(durableMs).max,
			"CPU cores": Number(((user + system) / 1_000 / took).toFixed(2)),
			"read/s": Math.round((read / took) * 1_000),
		},
	});
}

try {
	await run("warm-up", 0);
	await run("writing alone", 0);
	await run("with 20 readers of backlogs", 20);
	await pause(0);
} finally {
	await log.close();
	rmSync(dataDir, { recursive: true });
}
