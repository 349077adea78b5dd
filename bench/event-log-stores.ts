/*
 * The event log on JetStream against the one on SQLite, in one run: what an appended event costs and how long it takes to
 * be durable, how fast a room is read from its beginning and from a place in the middle. The servers run on this machine
 * as well, so they share its cores. Run: npx tsx -C livekeeper-source bench/event-log-stores.ts [seconds] [events/s] [rooms]
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { systemClock } from "@livekeeper/douyin";
import { type EventLog, openSqliteEventLog } from "../packages/livekeeper/src/event-log/index.ts";
import { openJetStreamEventLog } from "../packages/livekeeper/src/event-log/jetstream/index.ts";
import {
	hasNats,
	type NatsServers,
	startNatsServers,
} from "../packages/livekeeper/src/event-log/jetstream/nats-servers.helpers.ts";
import { benchChat, load, quantiles } from "./event-log-load.ts";

const seconds = Number(process.argv[2] ?? 10);
const ratePerSecond = Number(process.argv[3] ?? 2_000);
const rooms = Number(process.argv[4] ?? 200);
const pagesOfOneRoom = 40;
const nothing = () => undefined;
const shared = { clock: systemClock, logger: { info: nothing, warn: console.warn, error: console.error } };

interface Figures {
	"CPU, µs an event": number;
	"of the servers": number;
	"durable p50, ms": number;
	"durable p99, ms": number;
	"most, events/s": number;
	"read on, events/s": number;
	"read from the middle, ms": number;
}

/** What processes have used of the CPU so far, ms. */
function cpuOf(pids: readonly number[]): number {
	const ticks = pids.map((pid) => {
		const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
		return Number(fields[11]) + Number(fields[12]);
	});
	return ticks.reduce((sum, one) => sum + one, 0) * 10;
}

async function measure(log: EventLog, servers: readonly number[]): Promise<Figures> {
	await load(log, { rooms, ratePerSecond, seconds: 2 });
	const cpu = process.cpuUsage();
	const serverCpu = cpuOf(servers);
	const { durableMs, events } = await load(log, { rooms, ratePerSecond, seconds });
	const { user, system } = process.cpuUsage(cpu);
	const serverMs = cpuOf(servers) - serverCpu;
	const { p50, p99 } = quantiles(durableMs);
	return {
		"CPU, µs an event": Math.round((user + system) / events),
		"of the servers": Math.round((serverMs * 1_000) / events),
		"durable p50, ms": Math.round(p50),
		"durable p99, ms": Math.round(p99),
		"most, events/s": await fastest(log),
		...(await reads(log)),
	};
}

/** Frames of ten events for all rooms, as fast as the log takes them. */
async function fastest(log: EventLog): Promise<number> {
	const started = performance.now();
	let events = 0;
	while (performance.now() - started < 4_000) {
		for (let room = 0; room < rooms; room++) {
			const liveId = `room-${room}`;
			const batch = Array.from({ length: 10 }, () => benchChat(liveId, Date.now()));
			if (!log.append({ liveId, events: batch })) await log.flush();
			else events += batch.length;
		}
		await new Promise((resolve) => setImmediate(resolve));
	}
	await log.flush();
	return Math.round((events / (performance.now() - started)) * 1_000);
}

async function reads(log: EventLog) {
	const liveId = "room-1";
	const { lastSeq } = await log.read(liveId, { limit: 1 });
	let read = 0;
	let started = performance.now();
	for (let after = 0, pages = 0; pages < pagesOfOneRoom; pages++) {
		const page = await log.read(liveId, { after, limit: 500 });
		read += page.events.length;
		after = page.nextAfter;
		if (page.caughtUp) break;
	}
	const perSecond = Math.round((read / (performance.now() - started)) * 1_000);
	const middleMs: number[] = [];
	for (let n = 1; n < 30; n++) {
		started = performance.now();
		await log.read(liveId, { after: Math.floor((lastSeq * n) / 30), limit: 1 });
		middleMs.push(performance.now() - started);
	}
	return { "read on, events/s": perSecond, "read from the middle, ms": quantiles(middleMs).p50 };
}

async function onJetStream(count: 1 | 3): Promise<Figures> {
	const nats: NatsServers = await startNatsServers(count);
	try {
		const log = await openJetStreamEventLog({
			...shared,
			servers: nats.urls,
			node: "bench",
			secret: "bench",
			replicas: count,
		});
		const figures = await measure(
			log,
			nats.servers.map(({ pid }) => pid),
		);
		await log.close();
		return figures;
	} finally {
		await nats.stop();
	}
}

async function onSqlite(): Promise<Figures> {
	const dataDir = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
	const log = await openSqliteEventLog({ ...shared, dataDir });
	const figures = await measure(log, []);
	await log.close();
	rmSync(dataDir, { recursive: true });
	return figures;
}

const sqlite = await onSqlite();
const table: Record<string, Figures> = { SQLite: sqlite };
if (hasNats) {
	for (const count of [1, 3] as const) {
		const figures = await onJetStream(count);
		table[`JetStream, ${count} server${count === 1 ? "" : "s"}`] = figures;
		const compared = Object.entries(figures).filter(([name]) => sqlite[name as keyof Figures] > 0);
		const ratios = compared.map(([name, value]) => [name, Number((value / sqlite[name as keyof Figures]).toFixed(2))]);
		table[`… to SQLite (${count})`] = Object.fromEntries(ratios) as Figures;
	}
}
console.table(table);
