import { setTimeout as pause } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import { CuttableProxy } from "../cuttable-proxy.ts";
import { type Follower, lastSeq, type SeenEvent } from "./follower.ts";

/** Delay before a join is repeated after a storage error, ms. */
const retryMs = 500;

type Reply = { success: boolean; error?: { code: string } };

/** A Socket.IO client that rejoins with the last `seq` after every reconnect. */
export class SocketIoFollower implements Follower {
	readonly name: string;
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #socket: Socket;

	static async open(port: number, liveId: string, batch: boolean): Promise<SocketIoFollower> {
		return new SocketIoFollower(await CuttableProxy.listen(port), liveId, batch);
	}

	private constructor(proxy: CuttableProxy, liveId: string, batch: boolean) {
		this.name = batch ? "Socket.IO, batches" : "Socket.IO";
		this.#proxy = proxy;
		this.#socket = io(proxy.url, {
			transports: ["websocket"],
			forceNew: true,
			reconnectionDelay: 50,
			reconnectionDelayMax: 200,
		});
		this.#socket.on("connect", () => {
			this.connections++;
			void this.#join(liveId, batch);
		});
		this.#socket.on("message", (event: SeenEvent) => this.#take([event]));
		this.#socket.on("messages", (events: SeenEvent[]) => this.#take(events));
		this.#socket.on("truncated", (notice: unknown) => this.complaints.push(`truncated ${JSON.stringify(notice)}`));
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#socket.disconnect();
		await this.#proxy.close();
	}

	async #join(liveId: string, batch: boolean): Promise<void> {
		const { id } = this.#socket;
		let reply: Reply;
		try {
			reply = await this.#socket
				.timeout(10_000)
				.emitWithAck("join", { live_id: liveId, after: lastSeq(this.seen), batch });
		} catch (error) {
			// If the connection was cut before the answer, the next one joins again. A missing answer on a live connection is
			// a fault.
			if (this.#socket.id === id) this.complaints.push(`join was not answered: ${String(error)}`);
			return;
		}
		if (reply.success) return;
		this.complaints.push(`join was refused: ${JSON.stringify(reply)}`);
		// Temporary, like an answer of 503.
		if (reply.error?.code !== "storage_failing") return;
		await pause(retryMs);
		if (this.#socket.id === id) await this.#join(liveId, batch);
	}

	#take(events: readonly SeenEvent[]): void {
		for (const { seq, id } of events) this.seen.push({ seq, id });
	}
}
