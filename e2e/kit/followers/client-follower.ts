import { LivekeeperClient } from "@livekeeper/client";
import { CuttableProxy } from "../cuttable-proxy.ts";
import type { Follower, SeenEvent } from "./follower.ts";

/** `@livekeeper/client`: one loop over all that happens. */
export class ClientFollower implements Follower {
	readonly name = "@livekeeper/client";
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #ending = new AbortController();
	readonly #running: Promise<void>;

	static async open(port: number, liveId: string): Promise<ClientFollower> {
		return new ClientFollower(await CuttableProxy.listen(port), liveId);
	}

	private constructor(proxy: CuttableProxy, liveId: string) {
		this.#proxy = proxy;
		this.#running = this.#follow(liveId);
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#ending.abort();
		await this.#running;
		await this.#proxy.close();
	}

	async #follow(liveId: string): Promise<void> {
		const counted: typeof fetch = async (input, init) => {
			const response = await fetch(input, init);
			if (response.ok) this.connections++;
			return response;
		};
		const client = new LivekeeperClient({ url: this.#proxy.url, fetch: counted });
		try {
			for await (const item of client.room(liveId).events({ after: 0, signal: this.#ending.signal })) {
				if (item.type === "truncated") this.complaints.push(JSON.stringify(item));
				else this.seen.push({ seq: item.seq, id: item.id });
			}
		} catch (error) {
			this.complaints.push(`the loop ended: ${String(error)}`);
		}
	}
}
