import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createConnection, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import type { ServiceProcess } from "../../../e2e/kit/service-process.ts";

/** Interval between connections of the failing reader, ms. */
const failEveryMs = 100;

/** Badly behaved readers. Each requests everything of one room. */
export class BadReaders {
	readonly counts = { neverRead: 0, failures: 0, hung: 0 };
	readonly #service: ServiceProcess;
	readonly #liveId: string;
	readonly #receiver: Server;
	readonly #open = new Set<Socket | WebSocket>();
	#targetId = "";
	#failing: AbortController | undefined;
	#failed: Promise<void> = Promise.resolve();

	/** Creates the target, which is disabled until `open`. */
	static async prepare(service: ServiceProcess, liveId: string): Promise<BadReaders> {
		const readers = new BadReaders(service, liveId);
		readers.#receiver.listen(0, "127.0.0.1");
		await once(readers.#receiver, "listening");
		const { status, body } = await service.request("POST", "/api/v1/targets", readers.#target(false));
		const { id, target } = body as { id?: string; target?: { id: string } };
		readers.#targetId = target?.id ?? id ?? "";
		if (status >= 300 || readers.#targetId === "") throw new Error(`target: ${status} ${JSON.stringify(body)}`);
		return readers;
	}

	private constructor(service: ServiceProcess, liveId: string) {
		this.#service = service;
		this.#liveId = liveId;
		this.#receiver = createServer((request) => {
			this.counts.hung++;
			request.resume();
		});
	}

	/** Number of never-reading readers that still have their connection. */
	get stillOpen(): number {
		return this.#open.size;
	}

	async open(): Promise<void> {
		await this.#enableTarget(true);
		this.#sse();
		this.#websocket();
		this.#socketIo();
		this.#failing = new AbortController();
		this.#failed = this.#fail(this.#failing.signal);
	}

	async close(): Promise<void> {
		for (const reader of this.#open) destroy(reader);
		this.#failing?.abort();
		await this.#failed;
		await this.#enableTarget(false);
	}

	/** Closes for good. */
	async end(): Promise<void> {
		this.#receiver.closeAllConnections();
		this.#receiver.close();
		await once(this.#receiver, "close");
	}

	#target(enabled: boolean): object {
		const { port } = this.#receiver.address() as AddressInfo;
		return { settings: { url: `http://127.0.0.1:${port}/` }, live_ids: "*", after: "oldest", enabled };
	}

	async #enableTarget(enabled: boolean): Promise<void> {
		const { status, body } = await this.#service.request(
			"PUT",
			`/api/v1/targets/${this.#targetId}`,
			this.#target(enabled),
		);
		if (status !== 200) throw new Error(`target: ${status} ${JSON.stringify(body)}`);
	}

	/** Opens a reader that writes now and then, because a paused socket learns of its end only by a failing write. */
	#sse(): void {
		const socket = createConnection(this.#service.port, "127.0.0.1");
		const path = `/api/v1/rooms/${this.#liveId}/events/stream?after=0`;
		socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#service.port}\r\naccept: text/event-stream\r\n\r\n`);
		socket.pause();
		const poke = setInterval(() => socket.write("\r\n"), 200);
		this.#keep(socket);
		socket.on("error", () => socket.destroy());
		socket.once("close", () => clearInterval(poke));
	}

	#websocket(): void {
		const socket = new WebSocket(`ws://127.0.0.1:${this.#service.port}/ws/${this.#liveId}?after=0`);
		socket.once("open", () => this.#stopReading(socket));
		this.#keep(socket);
		socket.on("error", () => socket.terminate());
	}

	#socketIo(): void {
		const socket = new WebSocket(`ws://127.0.0.1:${this.#service.port}/socket.io/?EIO=4&transport=websocket`);
		const join = JSON.stringify(["join", { live_id: this.#liveId, after: 0 }]);
		socket.on("message", (data: Buffer) => {
			const packet = data.toString();
			if (packet.startsWith("0")) socket.send("40");
			if (!packet.startsWith("40")) return;
			socket.send(`42${join}`);
			this.#stopReading(socket);
		});
		this.#keep(socket);
		socket.on("error", () => socket.terminate());
	}

	#stopReading(socket: WebSocket): void {
		socket.pause();
		const poke = setInterval(() => socket.pong(), 200);
		socket.once("close", () => clearInterval(poke));
	}

	#keep(reader: Socket | WebSocket): void {
		this.counts.neverRead++;
		this.#open.add(reader);
		reader.once("close", () => this.#open.delete(reader));
	}

	/** Fails at its first message, and returns from the beginning. */
	async #fail(signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			const socket = new WebSocket(`ws://127.0.0.1:${this.#service.port}/ws/${this.#liveId}?after=0&batch=1`);
			const closed = once(socket, "close");
			socket.on("error", () => socket.terminate());
			socket.once("message", () => {
				this.counts.failures++;
				socket.terminate();
			});
			await closed;
			await pause(failEveryMs);
		}
	}
}

function destroy(reader: Socket | WebSocket): void {
	if (reader instanceof WebSocket) reader.terminate();
	else reader.destroy();
}
