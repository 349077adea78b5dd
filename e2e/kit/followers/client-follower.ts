import { LivekeeperClient } from "@livekeeper/client";
import { CuttableProxy } from "../cuttable-proxy.ts";
import type { Follower, SeenEvent } from "./follower.ts";

type Transport = "sse" | "websocket";

/** Follows a room with `@livekeeper/client`, over either of its transports. */
export class ClientFollower implements Follower {
	readonly name: string;
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #ending = new AbortController();
	readonly #running: Promise<void>;

	static async open(port: number, liveId: string, transport: Transport = "sse"): Promise<ClientFollower> {
		return new ClientFollower(await CuttableProxy.listen(port), liveId, transport);
	}

	private constructor(proxy: CuttableProxy, liveId: string, transport: Transport) {
		this.name = transport === "sse" ? "@livekeeper/client" : "@livekeeper/client, WebSocket";
		this.#proxy = proxy;
		this.#running = this.#follow(liveId, transport);
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#ending.abort();
		await this.#running;
		await this.#proxy.close();
	}

	async #follow(liveId: string, transport: Transport): Promise<void> {
		const client = new LivekeeperClient({ url: this.#proxy.url });
		const { signal } = this.#ending;
		// A connection that was cut before its first event only shows at the next attempt.
		const onRetry = () => {
			this.connections++;
		};
		try {
			for await (const item of client.room(liveId).events({ after: 0, transport, signal, onRetry })) {
				if (item.type === "truncated") this.complaints.push(JSON.stringify(item));
				else this.seen.push({ seq: item.seq, id: item.id });
			}
		} catch (error) {
			this.complaints.push(`the loop ended: ${String(error)}`);
		}
	}
}
