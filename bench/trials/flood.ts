import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { WebSocket } from "ws";
import { RoomLog } from "../../e2e/kit/room-log.ts";
import { ServiceProcess } from "../../e2e/kit/service-process.ts";
import { until } from "../../e2e/kit/until.ts";
import { neverReader, type Output } from "./flood/never-readers.ts";
import { loadProbe, seenSince } from "./flood/probe-file.ts";

/**
 * Damage that one client can do to the service: many joins at once, readers that never read, sessions of a foreign
 * page. The service is restarted for each, and its own process reports its memory and how long its event loop was
 * blocked.
 *
 *   npm run trial -- flood --joins 20000 --readers 1000
 */
const { values } = parseArgs({
	options: {
		joins: { type: "string", default: "20000" },
		readers: { type: "string", default: "1000" },
		sessions: { type: "string", default: "10000" },
		past: { type: "string", default: "19000" },
		seconds: { type: "string", default: "20" },
		only: { type: "string", default: "" },
	},
});
const rooms = 20;
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), "livekeeper-flood-"));
const probe = join(folder, "probe.jsonl");
loadProbe(probe);
const simulator = await startSimulator({ rooms, rate: 2, port: 0, historySize: 40_000 });
// Disconnected readers do not reconnect in this run: it measures the service's memory for them.
const service = await ServiceProcess.start({ upstreamUrl: simulator.url, config: { reader_stall_ms: 600_000 } });
const liveIds = simulator.rooms.map(({ liveId }) => liveId);
const [victim = ""] = liveIds;
for (const liveId of liveIds) await service.startRoom(liveId);
await untilStored(1);
for (let past = 0; past < Number(values.past); past += 500) {
	simulator.room(victim)?.produce(500);
	await pause(50);
}

async function untilStored(events: number): Promise<void> {
	for (const liveId of liveIds) {
		const log = new RoomLog(service, liveId);
		await until(`something of ${liveId} is stored`, async () => {
			await log.readOn();
			return log.ids.length >= events;
		});
	}
}

interface Row {
	name: string;
	heldMs: number;
	busyMs: number;
	rssMb: number;
	usedMb: number;
	keptMb: number;
	kernelMb: number;
	outcome: string;
}

const mb = (bytes: number) => bytes / 1024 / 1024;
/** Returns the memory of this machine's sockets in the kernel, bytes. */
const kernelBytes = () => Number(/^TCP:.* mem (\d+)/m.exec(readFileSync("/proc/net/sockstat", "utf8"))?.[1]) * 4096;

/** Restarts the service, lets it settle, and runs the neighbour. */
async function measure(
	name: string,
	neighbour: () => Promise<{ outcome: string; sockets: (Socket | WebSocket)[] }>,
): Promise<Row> {
	await service.restart();
	await untilStored(1);
	await pause(2_000);
	await collected();
	const before = seenSince(probe, Date.now() - 1_000);
	const kernelBefore = kernelBytes();
	const from = Date.now();
	const { outcome, sockets } = await neighbour();
	const kernel = kernelBytes();
	await collected();
	const seen = seenSince(probe, from);
	for (const socket of sockets) destroy(socket);
	const [rssMb = 0, usedMb = 0, keptMb = 0, kernelMb = 0] = [
		seen.rss - before.rss,
		seen.used - before.used,
		seen.keptBytes - before.keptBytes,
		kernel - kernelBefore,
	].map(mb);
	return { name, heldMs: seen.heldMs, busyMs: seen.busyMs, rssMb, usedMb, keptMb, kernelMb, outcome };
}

/** Makes the service's process collect its garbage; resolves when the process has reported it. */
async function collected(): Promise<void> {
	if (service.pid !== undefined) process.kill(service.pid, "SIGUSR2");
	await pause(1_000);
}

function destroy(socket: Socket | WebSocket): void {
	if (socket instanceof WebSocket) socket.terminate();
	else socket.destroy();
}

/** Sends all at once, and waits for every answer. */
async function joins(): Promise<{ outcome: string; sockets: (Socket | WebSocket)[] }> {
	const socket = new WebSocket(`ws://127.0.0.1:${service.port}/socket.io/?EIO=4&transport=websocket`);
	const count = Number(values.joins);
	const outcomes = new Map<string, number>();
	let answered = 0;
	let isIn = false;
	let cut = false;
	socket.once("close", () => {
		cut = true;
	});
	socket.on("message", (data: Buffer) => {
		const packet = data.toString();
		if (packet.startsWith("0")) socket.send("40");
		else if (packet.startsWith("40")) isIn = true;
		if (!/^43\d/.test(packet)) return;
		answered++;
		const what = packet.includes('"success":true') ? "joined" : (/"code":"(\w+)"/.exec(packet)?.[1] ?? "?");
		outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
	});
	await until("the client is let in", () => isIn);
	const startedAt = performance.now();
	for (let n = 0; n < count; n++) {
		socket.send(`42${n}${JSON.stringify(["join", { live_id: liveIds[n % rooms], after: 0 }])}`);
	}
	await until("all joins are answered", () => answered === count || cut, { limitMs: 120_000 });
	const took = ((performance.now() - startedAt) / 1000).toFixed(1);
	const outcomeText = [...outcomes].map(([what, times]) => `${what} ${times}`).join(", ");
	return { outcome: `${outcomeText}; ${took} s${cut ? "; cut" : ""}`, sockets: [socket] };
}

async function readers(output: Output): Promise<{ outcome: string; sockets: (Socket | WebSocket)[] }> {
	const sockets: Socket[] = [];
	while (sockets.length < Number(values.readers)) {
		const next = Array.from({ length: 20 }, () => neverReader(output, service.port, victim));
		sockets.push(...(await Promise.all(next)));
	}
	await pause(seconds * 1000);
	return { outcome: `${sockets.filter((socket) => !socket.destroyed).length} connected`, sockets };
}

/** Sends requests like an `<img>` of any web page: without `Origin`. */
async function foreignSessions(): Promise<{ outcome: string; sockets: (Socket | WebSocket)[] }> {
	const statuses = new Map<number, number>();
	const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
	for (let sent = 0; sent < Number(values.sessions); sent += 50) {
		const some = Array.from({ length: 50 }, async () => {
			const response = await fetch(`${service.url}/socket.io/?EIO=4&transport=polling`, { headers });
			await response.text();
			statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
		});
		await Promise.all(some);
	}
	return { outcome: [...statuses].map(([status, times]) => `HTTP ${status}: ${times}`).join(", "), sockets: [] };
}

const runs: [
	key: string,
	name: string,
	neighbour: () => Promise<{ outcome: string; sockets: (Socket | WebSocket)[] }>,
][] = [
	["joins", `${values.joins} joins of one Socket.IO client`, joins],
	["sse", `${values.readers} SSE readers that never read`, () => readers("SSE")],
	["websocket", `${values.readers} WebSocket readers that never read`, () => readers("WebSocket")],
	["socket-io", `${values.readers} Socket.IO readers that never read`, () => readers("Socket.IO")],
	["sessions", `${values.sessions} sessions asked for by a foreign page`, foreignSessions],
];
console.log(
	"The event loop held up for at most, ms: by the clock, by its CPU time; memory added at most, MB: resident,",
);
console.log("in use, in use after a collection, in the kernel\n");
for (const [key, name, neighbour] of runs) {
	if (values.only !== "" && !values.only.split(",").includes(key)) continue;
	const { heldMs, busyMs, rssMb, usedMb, keptMb, kernelMb, outcome } = await measure(name, neighbour);
	const numbers = [heldMs, busyMs, rssMb, usedMb, keptMb, kernelMb].map((number) => number.toFixed(0).padStart(6));
	console.log(`${name.padEnd(48)} ${numbers.join(" ")}  ${outcome}`);
}
await service.close();
await simulator.close();
rmSync(folder, { recursive: true, force: true });
