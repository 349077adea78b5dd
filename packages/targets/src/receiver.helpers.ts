import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedRequest {
	url: string;
	headers: IncomingHttpHeaders;
	body: string;
}

export interface ReceivedBody {
	target_id: string;
	live_id: string;
	delivery_id: string;
	truncated?: { from: number; to: number; reason: string };
	events: { seq: number; text?: string; type: string }[];
}

/** Behaviour on the n-th request (from 0). A receiver that leaves `response` open hangs. */
export type Behaviour = (response: ServerResponse, request: ReceivedRequest, n: number) => void;

export const accept: Behaviour = (response) => void response.writeHead(204).end();
export const answer =
	(status: number, headers: Record<string, string> = {}): Behaviour =>
	(response) =>
		void response.writeHead(status, headers).end();

/** A target's receiver on a free port of 127.0.0.1. */
export class Receiver {
	behaviour: Behaviour;
	readonly requests: ReceivedRequest[] = [];
	readonly #server: Server;
	readonly #connections = new Set<object>();

	static async listen(behaviour: Behaviour = accept): Promise<Receiver> {
		const receiver = new Receiver(behaviour);
		receiver.#server.listen(0, "127.0.0.1");
		await once(receiver.#server, "listening");
		return receiver;
	}

	private constructor(behaviour: Behaviour) {
		this.behaviour = behaviour;
		this.#server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on("data", (chunk: Buffer) => chunks.push(chunk));
			request.on("end", () => {
				const body = Buffer.concat(chunks).toString("utf8");
				const received = { url: request.url ?? "", headers: request.headers, body };
				const n = this.requests.push(received) - 1;
				this.behaviour(response, received, n);
			});
		});
		this.#server.on("connection", (socket) => {
			this.#connections.add(socket);
			socket.once("close", () => this.#connections.delete(socket));
		});
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}/hook`;
	}

	/** Number of open connections. */
	get connections(): number {
		return this.#connections.size;
	}

	get bodies(): ReceivedBody[] {
		return this.requests.map(({ body }) => JSON.parse(body) as ReceivedBody);
	}

	/** Sequences of all requests in order, repeats included. */
	get seqs(): number[] {
		return this.bodies.flatMap((body) => body.events.map((event) => event.seq));
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, "close");
	}
}
