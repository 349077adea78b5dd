import { once } from "node:events";
import { WebSocket } from "ws";
import { CuttableProxy } from "../cuttable-proxy.ts";
import { again, type Follower, lastSeq, type SeenEvent } from "./follower.ts";

type Notice = { type: string };

/** A plain WebSocket client that reconnects with `?after=` the last `seq`. */
export class WebsocketFollower implements Follower {
	readonly name: string;
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #batch: boolean;
	readonly #ending = new AbortController();
	readonly #running: Promise<void>;
	#socket: WebSocket | undefined;

	static async open(port: number, liveId: string, batch: boolean): Promise<WebsocketFollower> {
		return new WebsocketFollower(await CuttableProxy.listen(port), liveId, batch);
	}

	private constructor(proxy: CuttableProxy, liveId: string, batch: boolean) {
		this.name = batch ? "WebSocket, batches" : "WebSocket";
		this.#proxy = proxy;
		this.#batch = batch;
		this.#running = again(this.#ending.signal, () => this.#read(liveId));
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#ending.abort();
		this.#socket?.terminate();
		await this.#running;
		await this.#proxy.close();
	}

	async #read(liveId: string): Promise<void> {
		const base = this.#proxy.url.replace("http", "ws");
		const batch = this.#batch ? "&batch=1" : "";
		const socket = new WebSocket(`${base}/ws/${liveId}?after=${lastSeq(this.seen)}${batch}`);
		this.#socket = socket;
		const closed = once(socket, "close");
		socket.on("unexpected-response", (request, response) => {
			this.complaints.push(`refused: ${response.statusCode}`);
			request.destroy();
			socket.terminate();
		});
		// The close event follows.
		socket.on("error", () => socket.terminate());
		socket.on("open", () => this.connections++);
		socket.on("message", (data: Buffer) => this.#take(JSON.parse(data.toString()) as SeenEvent | SeenEvent[]));
		await closed;
	}

	#take(message: SeenEvent | SeenEvent[]): void {
		if (Array.isArray(message) !== this.#batch) this.complaints.push("not in the form that was asked for");
		for (const event of Array.isArray(message) ? message : [message]) {
			if ((event as unknown as Notice).type === "truncated") this.complaints.push(JSON.stringify(event));
			else this.seen.push({ seq: event.seq, id: event.id });
		}
	}
}
