import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { Clock, Timer } from "@livekeeper/douyin";
import { Lane, type Weather } from "./lane.ts";

/** Direction of the data: to the server, to the client, or both. */
export type Direction = "up" | "down" | "both";

/**
 * A network fault. `cut` sends a FIN to both sides, `reset` an RST; `truncate` breaks a connection in the middle of the
 * next data; `refuse` accepts no connection; `black` drops everything from then on, half open, including data of new
 * connections; `hold` delivers nothing and then everything; `latency` and `loss` delay.
 */
export type NetworkFault = Break | Lasting;

interface Break {
	kind: "cut" | "reset" | "truncate";
}

type Lasting =
	| { kind: "refuse"; forMs: number }
	| { kind: "hold" | "black"; direction: Direction; forMs: number }
	/** `loss`: a share of the chunks needs one or more retransmissions. `latency`: each is delayed by about `ms`. */
	| { kind: "latency"; direction: Direction; forMs: number; ms: number }
	| { kind: "loss"; direction: Direction; forMs: number; share: number };

export interface NetworkDeps {
	/** Port of the server on this machine. */
	target: number;
	/** Port for clients; 0 chooses a free one. */
	port?: number;
	clock: Clock;
	random: () => number;
	/** Called with every connection before any byte has passed. */
	onLink?: (link: Link) => void;
}

interface Spell {
	fault: Lasting;
	strikes: (link: Link) => boolean;
}

/** Delay of the first retransmission, ms; it doubles each time. */
const retransmitMs = 200;

/** One connection through the network. */
export class Link {
	readonly client: Socket;
	readonly server: Socket;
	/** Called with data from the client to the server. */
	onSaid: (chunk: Buffer) => void = () => undefined;
	/** Called with data that the client received. */
	onHeard: (chunk: Buffer) => void = () => undefined;
	/** Purpose of the connection, set by its listener. */
	topic: string | undefined;
	/** Number of bytes of the next chunk that still pass. */
	cutAfter: number | undefined;

	constructor(client: Socket, server: Socket) {
		this.client = client;
		this.server = server;
		client.on("data", (chunk: Buffer) => this.onSaid(chunk));
	}

	/** Whether the client still holds it open. */
	get open(): boolean {
		return !this.client.destroyed && !this.client.readableEnded;
	}
}

/** A network between clients and one server with configurable faults. It sees all data. */
export class Network {
	readonly #deps: NetworkDeps;
	readonly #links = new Map<Link, Lane[]>();
	readonly #spells = new Set<Spell>();
	readonly #timers = new Set<Timer>();
	#server: Server | undefined;
	#port = 0;

	static async open(deps: NetworkDeps): Promise<Network> {
		const network = new Network(deps);
		await network.#listen(deps.port ?? 0);
		return network;
	}

	private constructor(deps: NetworkDeps) {
		this.#deps = deps;
	}

	get port(): number {
		return this.#port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** Connections that a client holds open. */
	get links(): Link[] {
		return [...this.#links.keys()].filter((link) => link.open);
	}

	/** @param strikes whether a fault applies to a connection; checked for later connections when they first send */
	strike(fault: NetworkFault, strikes: (link: Link) => boolean = () => true): void {
		if (isBreak(fault)) {
			for (const link of this.links) if (strikes(link)) this.#break(link, fault.kind);
			return;
		}
		const spell = { fault, strikes };
		this.#spells.add(spell);
		if (fault.kind === "refuse") this.#close();
		this.#changed();
		const timer = this.#deps.clock.after(fault.forMs, () => {
			this.#timers.delete(timer);
			this.#spells.delete(spell);
			this.#changed();
			if (fault.kind === "refuse") void this.#reopen();
		});
		this.#timers.add(timer);
	}

	/** Ends all faults; connections that have lost data stay broken. */
	async calm(): Promise<void> {
		for (const timer of this.#timers) timer.cancel();
		this.#timers.clear();
		this.#spells.clear();
		this.#changed();
		await this.#reopen();
	}

	async close(): Promise<void> {
		for (const timer of this.#timers) timer.cancel();
		this.#timers.clear();
		const server = this.#server;
		this.#close();
		for (const [link, lanes] of this.#links) {
			for (const lane of lanes) lane.stop();
			link.client.destroy();
			link.server.destroy();
		}
		if (server?.listening) await once(server, "close");
	}

	/** Reopens after a `refuse` fault, unless another one is active. */
	async #reopen(): Promise<void> {
		const refused = [...this.#spells].some(({ fault }) => fault.kind === "refuse");
		if (!refused && !this.#server) await this.#listen(this.#port);
	}

	async #listen(port: number): Promise<void> {
		const server = createServer({ allowHalfOpen: true }, (client) => this.#join(client));
		this.#server = server;
		server.listen(port, "127.0.0.1");
		await once(server, "listening");
		const address = server.address();
		if (typeof address === "object" && address !== null) this.#port = address.port;
	}

	#close(): void {
		this.#server?.close();
		this.#server = undefined;
	}

	#changed(): void {
		for (const lanes of this.#links.values()) for (const lane of lanes) lane.pump();
	}

	#join(client: Socket): void {
		const server = createConnection({ port: this.#deps.target, host: "127.0.0.1", allowHalfOpen: true });
		const link = new Link(client, server);
		this.#deps.onLink?.(link);
		const lane = (from: Socket, to: Socket, way: "up" | "down") =>
			new Lane(from, to, {
				clock: this.#deps.clock,
				weather: (bytes) => this.#weather(link, way, bytes),
				onDelivered: (chunk) => way === "down" && link.onHeard(chunk),
			});
		const up = lane(client, server, "up");
		const down = lane(server, client, "down");
		this.#links.set(link, [up, down]);
		this.#watch(link, client, server, up);
		this.#watch(link, server, client, down);
	}

	/** Closes the other side when one side is gone, unless its end is dropped. */
	#watch(link: Link, gone: Socket, left: Socket, lane: Lane): void {
		gone.setNoDelay(true);
		// The close event follows.
		gone.on("error", () => gone.destroy());
		gone.on("close", () => {
			lane.stop();
			const way = gone === link.client ? "up" : "down";
			const lost = lane.black || this.#weather(link, way, 0).black;
			if (!lost) left.destroy();
			// The other side is not informed; it gives up by itself, and its end closes the connection.
			else left.once("end", () => left.destroy());
			if (left.destroyed) this.#links.delete(link);
		});
	}

	#break(link: Link, kind: "cut" | "reset" | "truncate"): void {
		if (kind === "truncate") {
			link.cutAfter = Math.floor(this.#deps.random() * 40);
		} else if (kind === "reset") {
			for (const socket of [link.client, link.server]) {
				if (socket.writableEnded) socket.destroy();
				else socket.resetAndDestroy();
			}
		} else {
			link.client.destroySoon();
			link.server.destroySoon();
		}
	}

	#weather(link: Link, way: "up" | "down", bytes: number): Weather {
		const weather: Weather = { black: false, held: false, delayMs: 0, cutAfter: undefined };
		if (way === "down" && bytes > 0 && link.cutAfter !== undefined) weather.cutAfter = Math.min(link.cutAfter, bytes);
		for (const { fault, strikes } of this.#spells) {
			if (fault.kind === "refuse" || (fault.direction !== "both" && fault.direction !== way)) continue;
			if (!strikes(link)) continue;
			if (fault.kind === "black") weather.black = true;
			else if (fault.kind === "hold") weather.held = true;
			else if (fault.kind === "latency") weather.delayMs += fault.ms * (0.5 + this.#deps.random());
			else if (fault.kind === "loss") weather.delayMs += this.#retransmitted(fault.share);
		}
		return weather;
	}

	#retransmitted(share: number): number {
		let delayMs = 0;
		for (let wait = retransmitMs; this.#deps.random() < share && wait < 60_000; wait *= 2) delayMs += wait;
		return delayMs;
	}
}

function isBreak(fault: NetworkFault): fault is Break {
	return !("forMs" in fault);
}
