import { setTimeout as pause } from "node:timers/promises";
import { startSimulator } from "@livekeeper/simulator";
import { io, type Socket } from "socket.io-client";
import { until } from "../../../e2e/kit/until.ts";
import { ProcessWatch } from "../process-watch.ts";
import { type Nodes, roomsOf, type Side, startNodes, startRooms } from "./nodes.ts";

export interface MeasureOptions {
	side: Side;
	rooms: number;
	rate: number;
	seconds: number;
	seed: number;
}

export interface Measured {
	seconds: number;
	/** Number of the upstream's events that reached a reader. */
	events: number;
	/** Number of messages that the upstream sent meanwhile. */
	said: number;
	/** CPU of all nodes, and of all NATS servers, µs. */
	nodesCpuUs: number;
	natsCpuUs: number;
	/** Time from an event's generation until a reader has it, ms. */
	p50: number;
	p99: number;
}

interface WireEvent {
	at: number;
	method: string;
	type: string;
}

const readers = 3;
const warmUpMs = 5_000;

/**
 * Measures one side: its nodes keep the simulator's rooms, and three readers, one per node, read a third of them each.
 */
export async function measure({ side, rooms, rate, seconds, seed }: MeasureOptions): Promise<Measured> {
	const simulator = await startSimulator({ rooms, rate, seed });
	let nodes: Nodes | undefined;
	const sockets: Socket[] = [];
	try {
		nodes = await startNodes(side, simulator);
		const { services, nats } = nodes;
		await startRooms(nodes, simulator);
		let events = 0;
		const latencies: number[] = [];
		const liveIds = simulator.rooms.map(({ liveId }) => liveId);
		for (let n = 0; n < readers; n++) {
			const url = services[n % services.length]?.url ?? "";
			// The readers' shares of the rooms are independent of where those run.
			const some = liveIds.filter((_, index) => index % readers === n);
			sockets.push(
				await read(url, some, (ms) => {
					events++;
					if (ms !== undefined) latencies.push(ms);
				}),
			);
		}
		const [first] = services;
		if (!first) throw new Error("there is no node");
		const connected = async () => (await roomsOf(first)).every(({ state }) => state === "connected");
		await until("every room is connected", connected, { limitMs: 120_000 });
		await pause(warmUpMs);

		const said = () => liveIds.reduce((sum, liveId) => sum + (simulator.room(liveId)?.sentIds().length ?? 0), 0);
		const watches = services.map(({ pid = 0 }) => new ProcessWatch(pid));
		const natsWatches = (nats?.servers ?? []).map(({ pid }) => new ProcessWatch(pid));
		for (const watch of [...watches, ...natsWatches]) watch.begin();
		latencies.length = 0;
		events = 0;
		const saidBefore = said();
		const startedAt = performance.now();
		await pause(seconds * 1_000);
		const took = (performance.now() - startedAt) / 1_000;
		const cpuUs = (some: readonly ProcessWatch[]) =>
			some.reduce((sum, watch) => sum + (watch.end().cpu / 100) * took * 1e6, 0);
		const times = latencies.toSorted((a, b) => a - b);
		const quantile = (share: number) => times[Math.floor(share * times.length)] ?? Number.NaN;
		return {
			...{ seconds: took, events, said: said() - saidBefore },
			...{ nodesCpuUs: cpuUs(watches), natsCpuUs: cpuUs(natsWatches), p50: quantile(0.5), p99: quantile(0.99) },
		};
	} finally {
		for (const socket of sockets) socket.disconnect();
		await nodes?.close();
		await simulator.close();
	}
}

/** Reads in the simulator's process, with one clock. */
async function read(
	url: string,
	liveIds: readonly string[],
	onEvent: (latencyMs: number | undefined) => void,
): Promise<Socket> {
	const socket = io(url, { transports: ["websocket"], forceNew: true });
	socket.on("messages", (events: WireEvent[]) => {
		const now = Date.now();
		for (const { at, method, type } of events) {
			// Chats have their time in whole seconds.
			if (method !== "livekeeper") onEvent(type === "chat" ? undefined : now - at);
		}
	});
	await new Promise<void>((resolve, reject) => {
		socket.once("connect", resolve);
		socket.once("connect_error", reject);
	});
	for (const liveId of liveIds) await socket.timeout(30_000).emitWithAck("join", { live_id: liveId, batch: true });
	return socket;
}
