import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "@livekeeper/douyin/testing";
import { type Simulator, startSimulator } from "@livekeeper/simulator";
import { io, type Socket } from "socket.io-client";

/** What is outside the service, in a process of its own: the simulated upstream, and clients that read every room. */
export type Order =
	| { do: "begin"; rooms: number; rate: number; seed: number }
	| { do: "read"; url: string }
	| { do: "cut"; seconds: number; perSecond: number }
	| { do: "compare" };

export type Answer =
	| { done: "begin"; url: string; liveIds: string[] }
	| { done: "read" }
	| { done: "cut"; cuts: number }
	| { done: "compare"; sent: number; received: number; differing: number };

/** As many rooms as one socket may join by default. */
const roomsOfSocket = 200;

let simulator: Simulator;
let random: () => number;
const received = new Map<string, string[]>();
const sockets: Socket[] = [];

async function obey(order: Order): Promise<Answer> {
	if (order.do === "begin") return begin(order);
	if (order.do === "read") return read(order.url);
	if (order.do === "cut") return cut(order);
	return compare();
}

async function begin({ rooms, rate, seed }: Extract<Order, { do: "begin" }>): Promise<Answer> {
	random = seeded(seed);
	simulator = await startSimulator({ rooms, rate, port: 0, seed });
	const liveIds = simulator.rooms.map(({ liveId }) => liveId);
	for (const liveId of liveIds) received.set(liveId, []);
	return { done: "begin", url: simulator.url, liveIds };
}

async function read(url: string): Promise<Answer> {
	const liveIds = [...received.keys()];
	for (let from = 0; from < liveIds.length; from += roomsOfSocket) {
		const socket = io(url, { transports: ["websocket"] });
		sockets.push(socket);
		socket.on("messages", (events: { id: string; live_id: string; method: string }[]) => {
			for (const { id, live_id, method } of events) if (method !== "livekeeper") received.get(live_id)?.push(id);
		});
		await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
		for (const liveId of liveIds.slice(from, from + roomsOfSocket)) {
			const answer = (await socket.emitWithAck("join", { live_id: liveId, batch: true, after: 0 })) as {
				error?: unknown;
			};
			if (answer.error) throw new Error(`${liveId} can't be read: ${JSON.stringify(answer.error)}`);
		}
	}
	return { done: "read" };
}

async function cut({ seconds, perSecond }: Extract<Order, { do: "cut" }>): Promise<Answer> {
	const liveIds = [...received.keys()];
	const end = performance.now() + seconds * 1000;
	let cuts = 0;
	while (performance.now() < end) {
		const liveId = liveIds[Math.floor(random() * liveIds.length)];
		simulator.setFault({ fault: random() < 0.5 ? "cut" : "reset", count: 1 }, liveId);
		cuts++;
		await pause(1000 / perSecond);
	}
	return { done: "cut", cuts };
}

/** No more talk, so that both sides can be compared. */
async function compare(): Promise<Answer> {
	for (const room of simulator.rooms) room.change({ rate: 0 });
	const sentIn = (liveId: string) => simulator.room(liveId)?.sentIds() ?? [];
	const liveIds = [...received.keys()];
	const whole = () => liveIds.every((liveId) => sentIn(liveId).at(-1) === received.get(liveId)?.at(-1));
	const end = performance.now() + 60_000;
	while (!whole() && performance.now() < end) await pause(100);
	let sent = 0;
	let count = 0;
	let differing = 0;
	for (const [liveId, ids] of received) {
		const said = sentIn(liveId);
		sent += said.length;
		count += ids.length;
		if (said.join() !== ids.join()) differing++;
	}
	return { done: "compare", sent, received: count, differing };
}

process.on("message", (order: Order) => {
	obey(order).then(
		(answer) => process.send?.(answer),
		(error: unknown) => {
			console.error(error);
			process.exit(1);
		},
	);
});
process.on("disconnect", () => process.exit(0));
