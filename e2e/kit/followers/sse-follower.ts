import { CuttableProxy } from "../cuttable-proxy.ts";
import { again, type Follower, lastSeq, type SeenEvent } from "./follower.ts";

/** A hand-written reader of server-sent events: `?after=0` the first time, `Last-Event-ID` from then on. */
export class SseFollower implements Follower {
	readonly name = "SSE";
	readonly seen: SeenEvent[] = [];
	readonly complaints: string[] = [];
	connections = 0;
	readonly #proxy: CuttableProxy;
	readonly #ending = new AbortController();
	readonly #running: Promise<void>;

	readonly #onEvent: (event: { received_at?: number }) => void;

	/** @param onEvent called with each event as it arrives */
	static async open(
		port: number,
		liveId: string,
		onEvent: (event: { received_at?: number }) => void = () => undefined,
	): Promise<SseFollower> {
		return new SseFollower(await CuttableProxy.listen(port), liveId, onEvent);
	}

	private constructor(proxy: CuttableProxy, liveId: string, onEvent: (event: { received_at?: number }) => void) {
		this.#proxy = proxy;
		this.#onEvent = onEvent;
		this.#running = again(this.#ending.signal, () => this.#read(`/api/v1/rooms/${liveId}/events/stream?after=0`));
	}

	cut(): boolean {
		return this.#proxy.cut() > 0;
	}

	async close(): Promise<void> {
		this.#ending.abort();
		await this.#running;
		await this.#proxy.close();
	}

	async #read(path: string): Promise<void> {
		const last = lastSeq(this.seen);
		const response = await fetch(this.#proxy.url + path, {
			headers: { accept: "text/event-stream", ...(last > 0 ? { "last-event-id": String(last) } : {}) },
			signal: this.#ending.signal,
		});
		if (!response.ok || !response.body) {
			this.complaints.push(`${response.status}: ${await response.text()}`);
			return;
		}
		this.connections++;
		let text = "";
		for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
			const blocks = (text + chunk).split("\n\n");
			text = blocks.pop() ?? "";
			for (const block of blocks) this.#take(block);
		}
	}

	#take(block: string): void {
		const fields = new Map(block.split("\n").map((line) => splitAt(line, line.indexOf(":"))));
		const data = fields.get("data");
		const event = fields.get("event");
		if (event === "truncated") this.complaints.push(`truncated ${data}`);
		if (event !== undefined || data === undefined) return;
		const wire = JSON.parse(data) as SeenEvent & { received_at?: number };
		this.#onEvent(wire);
		const { seq, id } = wire;
		if (fields.get("id") !== String(seq)) this.complaints.push(`id: ${fields.get("id")} with seq ${seq}`);
		this.seen.push({ seq, id });
	}
}

function splitAt(line: string, colon: number): [name: string, value: string] {
	return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}
