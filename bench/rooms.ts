import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import type { Answer, Order } from "./rooms/outside.ts";

/**
 * Many rooms in one process, while sockets are cut at random; the upstream and clients that read every room are in
 * another. At the end every room has to be connected, and what came out has to be what the simulator sent.
 *
 *   node --expose-gc --conditions=livekeeper-source bench/rooms.ts --rooms 500 --rate 2 --seconds 60 --cuts 5
 */
const { values } = parseArgs({
	options: {
		rooms: { type: "string", default: "500" },
		rate: { type: "string", default: "2" },
		seconds: { type: "string", default: "60" },
		cuts: { type: "string", default: "5" },
		seed: { type: "string", default: "1" },
	},
});
const rooms = Number(values.rooms);
const seconds = Number(values.seconds);

const outside = fork(fileURLToPath(new URL("./rooms/outside.ts", import.meta.url)));
async function order<D extends Order["do"]>(given: Extract<Order, { do: D }>): Promise<Extract<Answer, { done: D }>> {
	outside.send(given);
	const answer = await Promise.race([once(outside, "message"), once(outside, "exit")]);
	if (typeof answer[0] !== "object") throw new Error(`the upstream's process ended with ${answer[0]}`);
	return answer[0] as Extract<Answer, { done: D }>;
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
	const end = performance.now() + limitMs;
	while (!condition() && performance.now() < end) await pause(100);
}

/** What is held once garbage is gone. */
const settle = async () => {
	for (let turn = 0; turn < 5; turn++) {
		// Code that was not run lately is let go as well: by itself it goes at some time or other, and is no room's.
		globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
		await pause(100);
	}
	return process.memoryUsage();
};

const { url, liveIds } = await order({ do: "begin", rooms, rate: Number(values.rate), seed: Number(values.seed) });
const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
const config = parseConfig({
	data_dir: folder,
	port: 0,
	upstream_url: url,
	cookie: "sessionid=made-up",
	max_connections_per_login: 100_000,
	starts_per_second: 200,
	rate_limit: 0,
});
const service = await startService(config, { logger: pino({ level: "error" }) });
const status = () => service.live.getStatus().rooms;
const connected = () => status().filter(({ state, messages }) => state === "connected" && messages > 0).length;

// What is loaded and compiled with the first room is no room's own.
const [first = "", ...others] = liveIds;
await service.live.startLive(first);
await until(() => connected() === 1, 60_000);
const before = await settle();
for (const liveId of others) await service.live.startLive(liveId);
await order({ do: "read", url: service.url });
await until(() => connected() === rooms, 120_000);
console.log(`${connected()} of ${rooms} rooms connected`);

const messagesBefore = status().reduce((sum, room) => sum + room.messages, 0);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const { cuts } = await order({ do: "cut", seconds, perSecond: Number(values.cuts) });
const elapsed = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const messages = status().reduce((sum, room) => sum + room.messages, 0) - messagesBefore;
const after = await settle();

// Every room back before both sides are compared.
await until(() => connected() === rooms && status().every(({ reconnectCount }) => reconnectCount === 0), 120_000);
const { sent, received, differing } = await order({ do: "compare" });
const gaps = status().reduce((sum, room) => sum + room.gaps, 0);
const connectedAtEnd = connected();
const cpuMs = (cpu.user + cpu.system) / 1000;
const perRoom = (held: NodeJS.MemoryUsage) => (held.heapUsed + held.external) / (rooms - 1) / 1024;
const rows: [string, string | number][] = [
	["rooms connected at the end", `${connectedAtEnd} of ${rooms}`],
	["sockets cut", cuts],
	["messages sent by the simulator", sent],
	["messages out of Socket.IO", received],
	["gaps", gaps],
	["rooms whose list differs", differing],
	["messages a second", Math.round(messages / elapsed)],
	[
		"CPU",
		`${((cpuMs / elapsed) * 0.1).toFixed(0)} % of a core, ${((cpuMs / messages) * 1000).toFixed(0)} µs a message`,
	],
	["memory held by a room", `${(perRoom(after) - perRoom(before)).toFixed(1)} KB`],
	["memory of the process", `${Math.round(after.rss / 1024 ** 2)} MB`],
];
for (const [name, value] of rows) console.log(`${name.padEnd(36)} ${value}`);
await service.stop();
outside.disconnect();
rmSync(folder, { recursive: true, force: true });
process.exitCode = connectedAtEnd === rooms && differing === 0 && received === sent ? 0 : 1;
