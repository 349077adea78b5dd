import { fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { ServiceProcess } from "../e2e/kit/service-process.ts";
import { until } from "../e2e/kit/until.ts";
import { textFrames } from "../packages/livekeeper/src/outputs/readers/index.ts";
import type { RawOrder } from "./fan-out/raw-server.ts";
import { printTable, shown, spreadOf } from "./kit/figures.ts";
import { cpuOf } from "./kit/process-cpu.ts";
import { type Form, forms, reader } from "./kit/raw-reader.ts";

/**
 * What it costs to give one room to many clients: CPU for each event and client, ingest included, as a share of what a
 * server needs that writes prepared batches of the same events to as many sockets (1 is as good as that).
 *
 *   npx tsx --conditions=livekeeper-source bench/fan-out.ts --clients 500 --rounds 3
 */
const { values } = parseArgs({
	options: {
		clients: { type: "string", default: "500" },
		rounds: { type: "string", default: "3" },
		seconds: { type: "string", default: "4" },
		rate: { type: "string", default: "500" },
		tick: { type: "string", default: "40" },
		forms: { type: "string", default: forms.join(",") },
	},
});
const clients = Number(values.clients);
const rate = Number(values.rate);
const tickMs = Number(values.tick);
const ms = Number(values.seconds) * 1000;
const batchEvents = Math.round((rate * tickMs) / 1000);

const simulator = await startSimulator({ rooms: 1, rate, port: 0, tickMs });
const [room] = simulator.rooms;
if (!room) throw new Error("no room");
const { liveId } = room;
const service = await ServiceProcess.start({
	upstreamUrl: simulator.url,
	config: { max_readers: 10_000, readers_buffer: 512 * 1024 * 1024 },
});
await service.startRoom(liveId);
await until("the room has talked", async () => (await lastSeq()) > 500, { limitMs: 60_000 });
const raw = fork(fileURLToPath(new URL("./fan-out/raw-server.ts", import.meta.url)));
const [{ port: rawPort }] = (await once(raw, "message")) as [{ port: number }];

async function lastSeq(): Promise<number> {
	const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?limit=1`);
	return (body as { last_seq: number }).last_seq;
}

async function prepared(): Promise<string[]> {
	const { body } = await service.request("GET", `/api/v1/rooms/${liveId}/events?after=0&limit=500`);
	const texts = (body as { events: unknown[] }).events.map((event) => JSON.stringify(event));
	const batches: string[] = [];
	for (let from = 0; from + batchEvents <= texts.length; from += batchEvents) {
		batches.push(textFrames([`[${texts.slice(from, from + batchEvents).join(",")}]`]).toString("base64"));
	}
	return batches;
}

/** Bytes that came to all clients. */
let heard = 0;
async function open(form: Form, port: number): Promise<Socket[]> {
	const sockets: Socket[] = [];
	while (sockets.length < clients) {
		const next = Array.from({ length: Math.min(50, clients - sockets.length) }, () => reader(form, port, liveId));
		sockets.push(...(await Promise.all(next)));
	}
	for (const socket of sockets) {
		socket.on("data", (chunk) => {
			heard += chunk.length;
		});
		socket.resume();
	}
	return sockets;
}

/** CPU of the service, µs for each event and client. @param open its clients; none: for each event */
async function ofService(open: readonly Socket[] = []): Promise<number> {
	room?.change({ rate });
	await pause(300);
	const [seq, cpu] = [await lastSeq(), cpuOf(service.pid ?? 0).all];
	heard = 0;
	await pause(ms);
	const spent = cpuOf(service.pid ?? 0).all - cpu;
	const events = (await lastSeq()) - seq;
	const cut = open.filter(({ destroyed }) => destroyed).length;
	if (cut > 0) throw new Error(`${cut} clients were cut`);
	// What has come counts, not what was stored: a service that lags has less to do.
	const delivered = heard / eventBytes;
	room?.change({ rate: 0 });
	await pause(200);
	return (spent * 1000) / (open.length > 0 ? delivered : events);
}

async function batchesWritten(): Promise<number> {
	raw.send({ do: "count" } satisfies RawOrder);
	const [{ written }] = (await once(raw, "message")) as [{ written: number }];
	return written;
}

async function ofRaw(batches: string[]): Promise<number> {
	raw.send({ do: "write", batches, everyMs: tickMs } satisfies RawOrder);
	await pause(300);
	const [written, cpu] = [await batchesWritten(), cpuOf(raw.pid ?? 0).all];
	await pause(ms);
	const events = ((await batchesWritten()) - written) * batchEvents;
	const spent = cpuOf(raw.pid ?? 0).all - cpu;
	raw.send({ do: "rest" } satisfies RawOrder);
	return (spent * 1000) / events / clients;
}

const batches = await prepared();
const eventBytes = batches.reduce((sum, batch) => sum + batch.length * 0.75, 0) / batches.length / batchEvents;
const rawSockets = await open("WebSocket batch", rawPort);
const ingest: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) ingest.push(await ofService());
const rows: string[][] = [];
for (const form of values.forms.split(",") as Form[]) {
	const sockets = await open(form, service.port);
	await ofService(sockets);
	const pairs: { own: number; floor: number }[] = [];
	for (let round = 0; round < Number(values.rounds); round++) {
		pairs.push({ floor: await ofRaw(batches), own: await ofService(sockets) });
	}
	for (const socket of sockets) socket.destroy();
	const share = spreadOf(pairs.map(({ own, floor }) => floor / own));
	const [own, floor] = [spreadOf(pairs.map((pair) => pair.own)), spreadOf(pairs.map((pair) => pair.floor))];
	rows.push([form, shown(share), shown(own), shown(floor)]);
	await pause(500);
}
console.log(
	`${clients} clients, ${rate} events/s in frames of ${batchEvents}; ingest ${shown(spreadOf(ingest), 0)} µs an event`,
);
printTable(["form", "share of raw", "µs", "raw µs"], rows);
for (const socket of rawSockets) socket.destroy();
raw.disconnect();
await service.stop();
await service.close();
await simulator.close();
