import type { Socket } from "node:net";
import { obeyOrders } from "./child-process.ts";
import { joinAll } from "./raw-reader.ts";

/** A reader of rooms over Socket.IO, in a process of its own, which records when each event arrived. */
export type ReaderOrder =
	| { do: "join"; port: number; liveIds: string[] }
	| { do: "note" }
	| { do: "noted" }
	| { do: "leave" };
export type ReaderAnswer =
	| { done: "join" | "note" | "leave" }
	/** Ids of events with their time of arrival, ms since the epoch. */
	| { done: "noted"; arrivals: [id: string, at: number][] };

const roomsOfSocket = 200;
const event = /\["message",\{"seq":\d+,"id":"(\d+)"/g;
/** Maximum length of the searched text, because an event may begin in one chunk and continue in the next. */
const overlap = 96;

let arrivals: [string, number][] = [];
const sockets: Socket[] = [];

async function join({ port, liveIds }: Extract<ReaderOrder, { do: "join" }>): Promise<void> {
	for (let from = 0; from < liveIds.length; from += roomsOfSocket) {
		const socket = await joinAll(port, liveIds.slice(from, from + roomsOfSocket));
		sockets.push(socket);
		let rest = "";
		socket.on("data", (chunk: Buffer) => {
			const now = Date.now();
			const text = rest + chunk.toString("latin1");
			let seen = Math.max(0, text.length - overlap);
			for (const match of text.matchAll(event)) {
				arrivals.push([match[1] ?? "", now]);
				seen = Math.max(seen, match.index + match[0].length);
			}
			rest = text.slice(seen);
		});
	}
}

async function obey(order: ReaderOrder): Promise<ReaderAnswer> {
	if (order.do === "noted") return { done: "noted", arrivals };
	if (order.do === "join") await join(order);
	if (order.do === "leave") for (const socket of sockets.splice(0)) socket.destroy();
	arrivals = [];
	return { done: order.do };
}

obeyOrders(obey);
