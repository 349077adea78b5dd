import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../e2e/kit/until.ts";
import { textFrames } from "../../packages/livekeeper/src/outputs/readers/index.ts";
import type { Bench, Figure, Measured, Prepared } from "../kit/bench.ts";
import { Helper } from "../kit/child-process.ts";
import { cpuOf } from "../kit/cpu.ts";
import type { ReaderAnswer, ReaderOrder } from "../kit/delay-reader.ts";
import { KeptRooms } from "../kit/kept-rooms.ts";
import { type Form, reader } from "../kit/raw-reader.ts";
import type { RawAnswer, RawOrder } from "../kit/raw-server.ts";
import { quantile } from "../kit/spread.ts";
import { talk } from "../kit/talk.ts";

const forms = ["Socket.IO", "WebSocket batch", "SSE"] as const satisfies readonly Form[];
const goals: Record<(typeof forms)[number], number> = { "Socket.IO": 0.7, "WebSocket batch": 0.8, SSE: 0.8 };
const batchForms = ["Socket.IO batch", "WebSocket batch", "SSE"] as const satisfies readonly Form[];
const allForms = [...new Set<Form>([...forms, ...batchForms])];
/** Time without data after which all events have reached the clients, ms. */
const settleMs = 500;

interface Load {
	clients: number;
	/** Events per second in the one room, and number of events in each frame. */
	rate: number;
	perFrame: number;
	seconds: number;
}

const loads: Load[] = [
	{ clients: 100, rate: 500, perFrame: 20, seconds: 2 },
	{ clients: 500, rate: 500, perFrame: 20, seconds: 2 },
	{ clients: 2_000, rate: 100, perFrame: 20, seconds: 3 },
];

/** Loads with one event per frame, as in most rooms. */
const singles: (Load & { goal: number; p99: number })[] = [
	{ clients: 500, rate: 100, perFrame: 1, seconds: 5, goal: 0.6, p99: 40 },
	{ clients: 2_000, rate: 100, perFrame: 1, seconds: 5, goal: 0.35, p99: 110 },
];

const prepareFor = (load: Load) => (scale: number) =>
	FanOut.open({ ...load, clients: Math.max(2, Math.round(load.clients * scale)) }, scale);

export const fanOutBenches: Bench[] = [
	...loads.map((load) => ({
		name: `fan-out-${load.clients}`,
		figures: forms.map((form) => figureOf(form, load)),
		rounds: 2,
		prepare: prepareFor(load),
	})),
	...singles.map((load) => ({
		name: `fan-out-singly-${load.clients}`,
		figures: batchForms.flatMap((form) => singleFiguresOf(form, load)),
		rounds: 2,
		prepare: prepareFor(load),
	})),
];

function singleFiguresOf(form: Form, { clients, rate, goal, p99 }: (typeof singles)[number]): Figure[] {
	const [name, better] = [`fan-out singly to ${clients.toLocaleString("en-US")}, ${form}`, "lower"] as const;
	const load = `${rate} events a second, one by one`;
	const raw = "a server that writes each prepared event by itself to as many sockets";
	return [
		{
			...{ name, better, goal, of: form, dividedBy: "raw", measure: "cpu", unit: "µs of CPU an event and client" },
			what: `the service, ingest included, with ${load} ÷ ${raw}`,
		},
		{
			...{ name: `${name}, delay p99`, better, goal: p99, of: form, measure: "p99", unit: "ms" },
			what: "from the upstream's sending of a message to its arrival at a Socket.IO client that came last",
		},
	];
}

function figureOf(form: (typeof forms)[number], { clients, rate, perFrame }: Load): Figure {
	const raw = `a server that writes prepared batches of ${perFrame} to as many sockets`;
	return {
		name: `fan-out to ${clients.toLocaleString("en-US")}, ${form}`,
		what: `${raw} ÷ the service, ingest included, with ${rate} events a second in frames of ${perFrame}`,
		measure: "cpu",
		unit: "µs of CPU an event and client",
		of: "raw",
		dividedBy: form,
		better: "higher",
		goal: goals[form],
	};
}

const clientCounts = [1, 10, 100, 1_000, 2_000];

/** One room's events over more and more WebSocket clients: the total cost of all of them. */
export const fanOutGrowth: Bench = {
	name: "growth-clients",
	figures: clientCounts.map((clients) => ({
		...{
			name: `event, to ${clients.toLocaleString("en-US")} clients`,
			of: `${clients}`,
			measure: "event",
			better: "lower",
		},
		...{ unit: "µs of CPU an event", what: "100 events a second of one room, stored and given to all clients" },
		...(clients === 1 ? {} : { dividedBy: "1" }),
	})),
	rounds: 1,
	warmUps: 0,
	async prepare(scale) {
		const side = (clients: number) => async () => {
			const load = {
				clients: Math.max(1, Math.round(clients * Math.min(1, scale))),
				rate: 100,
				perFrame: 20,
				seconds: 4,
			};
			const { sides, close } = await FanOut.open(load, scale);
			const one = sides["WebSocket batch"];
			await one?.();
			const taken = await one?.();
			await close?.();
			return { did: {}, took: { event: (taken?.took["cpu"] ?? Number.NaN) * load.clients } };
		};
		return { sides: Object.fromEntries(clientCounts.map((clients) => [`${clients}`, side(clients)])) };
	},
};

class FanOut {
	readonly #kept: KeptRooms;
	readonly #raw: Helper<RawOrder, RawAnswer>;
	/** One more client, in an otherwise idle process. */
	readonly #last = new Helper<ReaderOrder, ReaderAnswer>(new URL("../kit/delay-reader.ts", import.meta.url));
	readonly #load: Load;
	readonly #frames: number;
	#batches: string[] = [];
	#rawSockets: Socket[] = [];
	#heard = 0;

	static async open(load: Load, scale: number): Promise<Prepared> {
		const kept = await KeptRooms.open(1, { max_readers: 10_000, readers_buffer: 1024 * 1024 * 1024 });
		const fanOut = new FanOut(
			kept,
			load,
			Math.max(4, Math.round(((load.rate * load.seconds) / load.perFrame) * scale)),
		);
		await fanOut.#prepare();
		return {
			sides: {
				raw: () => fanOut.#ofRaw(),
				...Object.fromEntries(allForms.map((form) => [form, () => fanOut.#ofService(form)])),
			},
			close: () => fanOut.#close(),
		};
	}

	private constructor(kept: KeptRooms, load: Load, frames: number) {
		this.#kept = kept;
		this.#load = load;
		this.#frames = frames;
		this.#raw = new Helper(new URL("../kit/raw-server.ts", import.meta.url));
	}

	get #seconds(): number {
		return (this.#frames * this.#load.perFrame) / this.#load.rate;
	}

	async #prepare(): Promise<void> {
		const { simulator, service } = this.#kept;
		const [room] = simulator.rooms;
		room?.produce(500);
		await until("there is something to be prepared", () => this.#kept.stored() > 500, { limitMs: 30_000 });
		const { body } = await service.request("GET", `/api/v1/rooms/${room?.liveId}/events?after=0&limit=500`);
		const texts = (body as { events: unknown[] }).events.map((event) => JSON.stringify(event));
		const { perFrame } = this.#load;
		for (let from = 0; from + perFrame <= texts.length; from += perFrame) {
			const text = `[${texts.slice(from, from + perFrame).join(",")}]`;
			this.#batches.push(textFrames([text]).toString("base64"));
		}
		const { port } = await this.#raw.order({ do: "listen" });
		this.#rawSockets = await this.#open("WebSocket batch", port);
	}

	async #open(form: Form, port: number): Promise<Socket[]> {
		const liveId = this.#kept.simulator.rooms[0]?.liveId ?? "";
		const sockets: Socket[] = [];
		while (sockets.length < this.#load.clients) {
			const next = Math.min(50, this.#load.clients - sockets.length);
			sockets.push(...(await Promise.all(Array.from({ length: next }, () => reader(form, port, liveId)))));
		}
		for (const socket of sockets) {
			socket.on("data", (chunk) => {
				this.#heard += chunk.length;
			});
		}
		return sockets;
	}

	async #ofService(form: Form): Promise<Measured> {
		const { simulator, service } = this.#kept;
		const { pid = 0, port } = service;
		const { perFrame } = this.#load;
		const sockets = await this.#open(form, port);
		await this.#last.order({ do: "join", port, liveIds: simulator.rooms.map(({ liveId }) => liveId) });
		await pause(settleMs);
		const counted = countEvents(sockets[0]);
		const cpu = cpuOf(pid).all;
		this.#heard = 0;
		const messages = this.#frames * perFrame;
		await this.#last.order({ do: "note" });
		await talk({ rooms: simulator.rooms, messages, perFrame, seconds: this.#seconds });
		await this.#untilQuiet();
		const spent = cpuOf(pid).all - cpu;
		const p99 = await this.#delayOfLast();
		const events = counted.messages();
		const [bytes, max] = [counted.bytes() * this.#load.clients, 1.01];
		if (this.#heard > bytes * max || this.#heard < bytes / max) {
			throw new Error(`${form}: clients got ${this.#heard} bytes, and one of them ${counted.bytes()}.`);
		}
		const open = sockets.filter(({ destroyed }) => !destroyed).length;
		for (const socket of sockets) socket.destroy();
		if (open < this.#load.clients) throw new Error(`${form}: ${this.#load.clients - open} clients were cut.`);
		if (events < messages) throw new Error(`${form}: ${events} of ${messages} messages came.`);
		await pause(settleMs);
		const { did, took } = this.#measured(spent, events);
		return { did, took: { ...took, p99 } };
	}

	/** Measures the delay of the client that connected last, p99, ms, and disconnects it. */
	async #delayOfLast(): Promise<number> {
		const { arrivals } = await this.#last.order({ do: "noted" });
		await this.#last.order({ do: "leave" });
		const sentAts = new Map(this.#kept.simulator.rooms.flatMap((room) => [...room.sentAts()]));
		return quantile(
			arrivals.map(([id, at]) => at - (sentAts.get(id) ?? Number.NaN)),
			0.99,
		);
	}

	async #ofRaw(): Promise<Measured> {
		await pause(settleMs);
		const cpu = cpuOf(this.#raw.pid).all;
		this.#heard = 0;
		const { perFrame } = this.#load;
		const everyMs = (perFrame / this.#load.rate) * 1000;
		await this.#raw.order({ do: "write", batches: this.#batches, everyMs, count: this.#frames });
		await this.#untilQuiet();
		const spent = cpuOf(this.#raw.pid).all - cpu;
		const { count } = await this.#raw.order({ do: "clients" });
		if (count !== this.#load.clients) throw new Error(`${this.#load.clients - count} raw clients were cut.`);
		return this.#measured(spent, this.#frames * perFrame);
	}

	/** Waits until nothing arrives any more, which may take a while on a loaded machine. */
	async #untilQuiet(): Promise<void> {
		for (let heard = -1; heard !== this.#heard; ) {
			heard = this.#heard;
			await pause(settleMs);
		}
	}

	#measured(cpuMs: number, events: number): Measured {
		if (this.#heard === 0) throw new Error("nothing came");
		return { did: { events }, took: { cpu: (cpuMs * 1000) / events / this.#load.clients } };
	}

	async #close(): Promise<void> {
		for (const socket of this.#rawSockets) socket.destroy();
		await this.#raw.close();
		await this.#last.close();
		await this.#kept.close();
	}
}

/** Counts the data of one client: bytes, and the messages among the events, by their numbers. */
function countEvents(socket: Socket | undefined): { bytes: () => number; messages: () => number } {
	let text = "";
	socket?.on("data", (chunk: Buffer) => {
		text += chunk.toString("latin1");
	});
	return {
		bytes: () => text.length,
		messages: () => new Set(Array.from(text.matchAll(/\{"seq":(\d+),"id":"(?!lk:)/g), ([, seq]) => seq)).size,
	};
}
