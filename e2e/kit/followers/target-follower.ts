import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { CuttableProxy } from "../cuttable-proxy.ts";
import type { ServiceProcess } from "../service-process.ts";
import type { Follower, SeenEvent } from "./follower.ts";

interface Delivery {
	live_id: string;
	delivery_id: string;
	truncated?: unknown;
	events: SeenEvent[];
}

const maxAnswerMs = 80;

/** A target's receiver that verifies signatures, and recognises repeated deliveries by their key. */
export class TargetFollower implements Follower {
	readonly name = "target";
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	/** Number of accepted requests. */
	connections = 0;
	/** Number of requests that had been accepted before, but whose answer was lost. */
	repeats = 0;
	readonly #server: Server;
	readonly #liveId: string;
	readonly #bodies = new Map<string, string>();
	#proxy: CuttableProxy | undefined;
	#secret = "";
	/** Whether a request was answered since the last cut: consecutive failures would pause the target. */
	#answered = false;

	/** Starts listening, and creates a target for all events of the room, from the oldest on. */
	static async open(service: ServiceProcess, liveId: string): Promise<TargetFollower> {
		const follower = new TargetFollower(liveId);
		follower.#server.listen(0, "127.0.0.1");
		await once(follower.#server, "listening");
		follower.#proxy = await CuttableProxy.listen((follower.#server.address() as AddressInfo).port);
		const { status, body } = await service.request("POST", "/api/v1/targets", {
			settings: { url: `${follower.#proxy.url}/hook` },
			live_ids: [liveId],
			after: "oldest",
			batch: { max_events: 50, max_wait_ms: 50 },
		});
		const secret = secretIn(body);
		if (status >= 300 || secret === undefined) throw new Error(`target: ${status} ${JSON.stringify(body)}`);
		follower.#secret = secret;
		return follower;
	}

	private constructor(liveId: string) {
		this.#liveId = liveId;
		this.#server = createServer((request, response) => void this.#receive(request, response));
	}

	cut(): boolean {
		if (!this.#answered || !this.#proxy?.cut()) return false;
		this.#answered = false;
		return true;
	}

	async close(): Promise<void> {
		await this.#proxy?.close();
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, "close");
	}

	async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		try {
			for await (const chunk of request) chunks.push(chunk as Buffer);
		} catch {
			// Cut in the middle of the request, which will be repeated.
			return;
		}
		const body = Buffer.concat(chunks);
		if (!this.#isGenuine(request, body)) {
			this.complaints.push(`a signature that is wrong: ${String(request.headers["x-livekeeper-signature"])}`);
			response.writeHead(401).end();
			return;
		}
		this.#take(body.toString(), request.headers["x-livekeeper-delivery"]);
		// Leaves time for a cut after the whole request was received.
		await pause(Math.random() * maxAnswerMs);
		response.writeHead(204).end();
		this.#answered ||= response.socket?.destroyed === false;
	}

	#isGenuine({ headers }: IncomingMessage, body: Buffer): boolean {
		const timestamp = String(headers["x-livekeeper-timestamp"]);
		const expected = `v1=${createHmac("sha256", this.#secret).update(`${timestamp}.`).update(body).digest("hex")}`;
		const given = String(headers["x-livekeeper-signature"]);
		const fresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
		return fresh && given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
	}

	#take(body: string, key: unknown): void {
		const delivery = JSON.parse(body) as Delivery;
		if (delivery.delivery_id !== key) this.complaints.push("the key in the header is not the one in the body");
		if (delivery.live_id !== this.#liveId) this.complaints.push(`an event of ${delivery.live_id}`);
		if (delivery.truncated) this.complaints.push(`truncated ${JSON.stringify(delivery.truncated)}`);
		const before = this.#bodies.get(delivery.delivery_id);
		if (before !== undefined) {
			this.repeats++;
			if (before !== body) this.complaints.push(`${delivery.delivery_id} came again with another body`);
			return;
		}
		this.#bodies.set(delivery.delivery_id, body);
		this.connections++;
		for (const { seq, id } of delivery.events) this.seen.push({ seq, id });
	}
}

/** Returns the secret of a created target, from either form of the answer. */
function secretIn(body: unknown): string | undefined {
	const { secret, target } = body as { secret?: string; target?: { secret?: string } };
	return secret ?? target?.secret;
}
