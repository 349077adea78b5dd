import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { until } from "../../e2e/kit/until.ts";
import type { AggregatesAnswer, AggregatesOrder } from "../kit/aggregates-helper.ts";
import type { Bench, Figure, Measured } from "../kit/bench.ts";
import { Helper } from "../kit/child-process.ts";
import type { FloorAnswer, FloorOrder } from "../kit/floor.ts";
import type { KeptAnswer, KeptOrder } from "../kit/kept-in-helper.ts";

interface Held {
	heapBytes: number;
	rssBytes: number;
}

const idleRooms = 1_000;
const fullRooms = 100;
/** More messages than the window of recent ids holds, so that it is full. */
const messagesOfFull = 2_100;
const perFrame = 20;

const shared = { unit: "KB a room", better: "lower", above: "bare socket" } as const;
const heap = { ...shared, measure: "heap" } as const;
const bare = "a bare ws socket with its signature, heartbeat and acks";
const figures: Figure[] = [
	{ ...heap, name: "idle room, heap", what: `heap and buffers of an idle room − ${bare}`, of: "idle room", goal: 30 },
	{
		...{ ...shared, name: "idle room, resident", measure: "rss", of: "idle room", goal: 50 },
		what: `resident memory of an idle room − ${bare}`,
	},
	{
		...heap,
		name: "full room, heap",
		what: `the same of a room that has said ${messagesOfFull} messages`,
		of: "full room",
	},
];

const live = { rooms: 300, people: 5_000 };
const ofLive = `${live.rooms} rooms of ${live.people.toLocaleString("en-US")} people, one in 20 a giver, after four hours`;

/** Aggregates of live rooms, which the log's writer keeps in memory. */
export const aggregatesMemory: Bench = {
	name: "memory-aggregates",
	figures: [
		{
			...{ name: "aggregates, heap", what: `heap and buffers of the aggregates of ${ofLive}`, of: "live rooms" },
			...{ measure: "heap", unit: "MB", better: "lower", goal: 50 },
		},
		{
			...{ name: "aggregates, resident", what: "resident memory of the same", of: "live rooms" },
			...{ measure: "rss", unit: "MB", better: "lower" },
		},
	],
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const rooms = Math.max(10, Math.round(live.rooms * Math.min(1, scale)));
		const each = live.rooms / rooms / 2 ** 20;
		return {
			sides: {
				"live rooms": async () => {
					const url = new URL("../kit/aggregates-helper.ts", import.meta.url);
					const helper = new Helper<AggregatesOrder, AggregatesAnswer>(url);
					const { heapBytes, rssBytes } = await helper.order({ do: "fill", ...live, rooms });
					await helper.close();
					return { did: {}, took: { heap: heapBytes * each, rss: rssBytes * each } };
				},
			},
		};
	},
};

export const memory: Bench = {
	name: "memory",
	figures,
	rounds: 2,
	warmUps: 0,
	async prepare(scale) {
		const [idle, full] = [idleRooms, fullRooms].map((rooms) => Math.max(20, Math.round(rooms * Math.min(1, scale))));
		return {
			sides: {
				"bare socket": () => withRooms(idle ?? 0, bareSockets),
				"idle room": () => withRooms(idle ?? 0, (simulator, folder) => service(simulator, folder, 0)),
				"full room": () => withRooms(full ?? 0, (simulator, folder) => service(simulator, folder, messagesOfFull)),
			},
		};
	},
};

/** Measures without the first room: code that is loaded and compiled with it belongs to no room. */
async function withRooms(
	rooms: number,
	measure: (simulator: Simulator, folder: string) => Promise<[before: Held, after: Held]>,
): Promise<Measured> {
	const simulator = await startSimulator({ rooms, rate: 0, port: 0 });
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-memory-"));
	try {
		const [before, after] = await measure(simulator, folder);
		const kilobytes = (of: keyof Held) => (after[of] - before[of]) / (rooms - 1) / 1024;
		return { did: {}, took: { heap: kilobytes("heapBytes"), rss: kilobytes("rssBytes") } };
	} finally {
		await simulator.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

async function bareSockets(simulator: Simulator): Promise<[Held, Held]> {
	const helper = new Helper<FloorOrder, FloorAnswer>(new URL("../kit/floor.ts", import.meta.url));
	const { port, rooms } = simulator;
	const [first = "", ...others] = rooms.map(({ roomId }) => roomId);
	await helper.order({ do: "open", port, roomIds: [first], file: undefined });
	await say(simulator, 1);
	const before = await helper.order({ do: "memory" });
	await helper.order({ do: "open", port, roomIds: others, file: undefined });
	await say(simulator, 1);
	await untilConnected(simulator);
	const after = await helper.order({ do: "memory" });
	await helper.close();
	return [before, after];
}

async function service(simulator: Simulator, folder: string, messages: number): Promise<[Held, Held]> {
	const helper = new Helper<KeptOrder, KeptAnswer>(new URL("../kit/kept-in-helper.ts", import.meta.url));
	const [first = "", ...others] = simulator.rooms.map(({ liveId }) => liveId);
	await helper.order({ do: "start", upstreamUrl: simulator.url, dataDir: join(folder, "data") });
	await helper.order({ do: "keep", liveIds: [first] });
	await say(simulator, 1);
	const before = await helper.order({ do: "memory" });
	await helper.order({ do: "keep", liveIds: others });
	await say(simulator, 1);
	for (let said = 1; said < messages; said += perFrame) await say(simulator, perFrame);
	await until("all that was said has come", async () => {
		const sent = simulator.rooms.reduce((sum, { info }) => sum + info.sent, 0);
		return (await helper.order({ do: "messages" })).messages === sent;
	});
	// Lets messages that wait for the disk be written.
	await pause(500);
	await untilConnected(simulator);
	const after = await helper.order({ do: "memory" });
	await helper.close();
	return [before, after];
}

/** Waits until all rooms are connected: on a loaded machine some may have been cut meanwhile. */
async function untilConnected(simulator: Simulator): Promise<void> {
	await until("every room is connected", () => simulator.connections().length === simulator.rooms.length, {
		limitMs: 60_000,
	});
}

/** Sends messages in every room that has a viewer. */
async function say(simulator: Simulator, messages: number): Promise<void> {
	for (const room of simulator.rooms) if (room.info.viewers > 0) room.produce(messages);
	await pause(20);
}
