import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import { startSimulator } from "@livekeeper/simulator";
import { parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import { io } from "socket.io-client";

/**
 * Many rooms in one process: simulator, service and one Socket.IO client that reads every room, while sockets are cut
 * at random. At the end every room has to be connected, and what came out has to be what the simulator sent.
 *
 *   npx tsx --conditions=livekeeper-source bench/rooms.ts --rooms 500 --rate 2 --seconds 60 --cuts 5
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
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const cutsPerSecond = Number(values.cuts);

async function until(condition: () => boolean, limitMs: number): Promise<void> {
	const end = performance.now() + limitMs;
	while (!condition() && performance.now() < end) await pause(100);
}

const settle = async () => {
	globalThis.gc?.();
	await pause(200);
	return process.memoryUsage();
};

const random = seeded(Number(values.seed));
const simulator = await startSimulator({ rooms, rate, port: 0, seed: Number(values.seed) });
const folder = mkdtempSync(join(tmpdir(), "livekeeper-bench-"));
const config = parseConfig({
	data_dir: folder,
	port: 0,
	upstream_url: simulator.url,
	cookie: "sessionid=made-up",
	max_connections_per_login: 100_000,
	starts_per_second: 200,
	rate_limit: 0,
});
const service = await startService(config, { logger: pino({ level: "error" }) });
const liveIds = simulator.rooms.map(({ liveId }) => liveId);
const received = new Map<string, string[]>(liveIds.map((liveId) => [liveId, []]));

const socket = io(service.url, { transports: ["websocket"] });
socket.on("messages", (events: { id: string; live_id: string; method: string }[]) => {
	for (const { id, live_id, method } of events) if (method !== "livekeeper") received.get(live_id)?.push(id);
});
await new Promise<void>((resolve) => socket.once("connect", () => resolve()));

const before = await settle();
for (const liveId of liveIds) {
	await service.live.startLive(liveId);
	await socket.emitWithAck("join", { live_id: liveId, batch: true });
}
const connected = () =>
	service.live.getStatus().rooms.filter(({ state, messages }) => state === "connected" && messages > 0).length;
await until(() => connected() === rooms, 120_000);
console.log(`${connected()} of ${rooms} rooms connected`);
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
let cuts = 0;
while (performance.now() - startedAt < seconds * 1000) {
	const liveId = liveIds[Math.floor(random() * liveIds.length)];
	simulator.setFault({ fault: random() < 0.5 ? "cut" : "reset", count: 1 }, liveId);
	cuts++;
	await pause(1000 / cutsPerSecond);
}
const elapsed = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const after = await settle();

// Every room back, then no more talk, so that both sides can be compared.
await until(
	() => connected() === rooms && service.live.getStatus().rooms.every(({ reconnectCount }) => reconnectCount === 0),
	120_000,
);
for (const room of simulator.rooms) room.change({ rate: 0 });
const outstanding = () =>
	liveIds.filter((liveId) => simulator.room(liveId)?.sentIds().at(-1) !== received.get(liveId)?.at(-1));
await until(() => outstanding().length === 0, 60_000);

const status = service.live.getStatus().rooms;
const sent = liveIds.reduce((sum, liveId) => sum + (simulator.room(liveId)?.sentIds().length ?? 0), 0);
const out = [...received.values()].reduce((sum, ids) => sum + ids.length, 0);
const gaps = status.reduce((sum, room) => sum + room.gaps, 0);
const wrong = liveIds.filter((liveId) => simulator.room(liveId)?.sentIds().join() !== received.get(liveId)?.join());
const reconnects = status.reduce((sum, room) => sum + Object.values(room.reconnects).reduce((a, b) => a + b, 0), 0);
const connectedAtEnd = connected();
const rows: [string, string | number][] = [
	["rooms connected at the end", `${connectedAtEnd} of ${rooms}`],
	["sockets cut / reconnects", `${cuts} / ${reconnects}`],
	["messages sent by the simulator", sent],
	["messages out of Socket.IO", out],
	["gaps", gaps],
	["rooms whose list differs", wrong.length],
	["messages a second", Math.round(out / elapsed)],
	["CPU, all in one process", `${(((cpu.user + cpu.system) / 1e6 / elapsed) * 100).toFixed(0)} % of a core`],
	[
		"memory a room, simulator included",
		`${Math.round((after.rss - before.rss) / rooms / 1024)} KB rss, ${Math.round((after.heapUsed - before.heapUsed) / rooms / 1024)} KB heap`,
	],
];
for (const [name, value] of rows) console.log(`${name.padEnd(36)} ${value}`);
socket.disconnect();
await service.stop();
await simulator.close();
rmSync(folder, { recursive: true, force: true });
process.exitCode = connectedAtEnd === rooms && wrong.length === 0 && out === sent ? 0 : 1;
