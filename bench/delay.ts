import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startSimulator } from "@livekeeper/simulator";
import { ServiceProcess } from "../e2e/kit/service-process.ts";
import { until } from "../e2e/kit/until.ts";
import { printTable, quantile } from "./kit/figures.ts";
import { cpuOf } from "./kit/process-cpu.ts";
import { joinAll } from "./kit/raw-reader.ts";

/**
 * From the upstream's sending of a message to its arrival at a Socket.IO client, with default settings, and what the
 * service's threads are busy with meanwhile.
 *
 *   npx tsx --conditions=livekeeper-source bench/delay.ts --loads 100x10,1000x5,1000x10
 */
const { values } = parseArgs({
	options: {
		loads: { type: "string", default: "100x10,1000x5,1000x10" },
		seconds: { type: "string", default: "10" },
		warm: { type: "string", default: "5" },
	},
});
const roomsOfSocket = 200;

async function measure(rooms: number, rate: number): Promise<string[]> {
	// A room's frames go out when they are due: with the default tick all rooms would speak in the same moment.
	const simulator = await startSimulator({ rooms, rate, port: 0, tickMs: 2 });
	const service = await ServiceProcess.start({ upstreamUrl: simulator.url });
	const liveIds = simulator.rooms.map(({ liveId }) => liveId);
	for (const liveId of liveIds) await service.startRoom(liveId);
	const connected = async () => {
		const { body } = await service.request("GET", "/api/v1/rooms");
		return (body as { rooms: { state: string }[] }).rooms.every(({ state }) => state === "connected");
	};
	await until("all rooms are connected", connected, { limitMs: 120_000 });
	const arrivals: [id: string, at: number][] = [];
	let measuring = false;
	for (let from = 0; from < rooms; from += roomsOfSocket) {
		const socket = await joinAll(service.port, liveIds.slice(from, from + roomsOfSocket));
		socket.on("data", (chunk: Buffer) => {
			if (!measuring) return;
			const now = Date.now();
			for (const [, id = ""] of chunk.toString("latin1").matchAll(/\["message",\{"seq":\d+,"id":"(\d+)"/g))
				arrivals.push([id, now]);
		});
	}
	await pause(Number(values.warm) * 1000);
	measuring = true;
	const [before, startedAt] = [cpuOf(service.pid ?? 0), performance.now()];
	await pause(Number(values.seconds) * 1000);
	measuring = false;
	const [after, ms] = [cpuOf(service.pid ?? 0), performance.now() - startedAt];
	const sentAts = new Map(simulator.rooms.flatMap((room) => [...room.sentAts()]));
	const delays = arrivals.map(([id, at]) => at - (sentAts.get(id) ?? Number.NaN));
	await service.stop();
	await service.close();
	await simulator.close();
	const share = (cpu: number) => `${((cpu / ms) * 100).toFixed(0)} %`;
	const delay = (of: number) => quantile(delays, of).toFixed(0);
	return [
		`${rooms} × ${rate}/s`,
		`${Math.round((delays.length / ms) * 1000)}`,
		`${delay(0.5)} / ${delay(0.99)} / ${delay(0.999)}`,
		share(after.main - before.main),
		share(after.all - before.all),
		(((after.all - before.all) * 1000) / delays.length).toFixed(0),
	];
}

const rows: string[][] = [];
for (const load of values.loads.split(",")) {
	const [rooms = 1, rate = 1] = load.split("x").map(Number);
	rows.push(await measure(rooms, rate));
}
printTable(["load", "events/s", "p50 / p99 / p99.9 ms", "main thread", "all threads", "µs an event"], rows);
