import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface TestEvent {
	seq: number;
	type: string;
	content: string;
}

/** Answers one request to the stream; the default plays the log. */
type StreamScript = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** A small livekeeper on a free port: a room `1` whose log is `events`, over the real routes' wire format. */
export class ScriptedService {
	/** The room's log. */
	events: TestEvent[] = [];
	oldestSeq = 1;
	/** Number of bytes that the n-th stream may send before it is cut; the last number applies to all later ones. */
	cuts: number[] = [];
	/** Scripts for the next requests to the stream, one each. */
	readonly scripts: StreamScript[] = [];
	/** Requests so far, in order. */
	readonly requests: { method: string; path: string; query: URLSearchParams; headers: IncomingMessage["headers"] }[] =
		[];
	/** Number of streams that are open now. */
	openStreams = 0;
	readonly #server = createServer((request, response) => this.#serve(request, response));

	async listen(port = 0): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	get streamRequests() {
		return this.requests.filter(({ path }) => path.endsWith("/stream"));
	}

	#serve(request: IncomingMessage, response: ServerResponse): void {
		const url = new URL(request.url ?? "/", "http://localhost");
		this.requests.push({
			method: request.method ?? "",
			path: url.pathname,
			query: url.searchParams,
			headers: request.headers,
		});
		if (url.pathname === "/api/v1/rooms/1/events/stream") {
			this.openStreams++;
			response.once("close", () => {
				this.openStreams--;
			});
			(this.scripts.shift() ?? this.#playLog)(request, response, url);
		} else if (url.pathname === "/api/v1/rooms/1/events") this.#page(response, url);
		else if (url.pathname === "/api/v1/rooms/1") json(response, 200, { success: true, room: { live_id: "1" } });
		else if (url.pathname === "/api/v1/rooms") json(response, 200, { success: true, rooms: [{ live_id: "1" }] });
		else json(response, 404, refusal("room_not_found", "Room is not started."));
	}

	readonly #playLog: StreamScript = (_request, response, url) => {
		const after = Number(url.searchParams.get("after"));
		const types = url.searchParams.get("types")?.split(",");
		const body = this.events
			.filter(({ seq, type }) => seq > after && (types?.includes(type) ?? true))
			.map(sse)
			.join("");
		const bytes = Buffer.from(`:\n\n${body}`);
		const cut = this.cuts.length > 1 ? this.cuts.shift() : this.cuts[0];
		beginStream(response);
		if (cut === undefined || cut >= bytes.length) return void response.write(bytes);
		// A real cut: the bytes go out, then the connection is reset or closed in the middle of the chunked body.
		response.write(bytes.subarray(0, cut), () => response.destroy());
	};

	#page(response: ServerResponse, url: URL): void {
		const after = Number(url.searchParams.get("after") ?? 0);
		const limit = Number(url.searchParams.get("limit") ?? 500);
		const events = this.events.filter(({ seq }) => seq > after).slice(0, limit);
		const lastSeq = this.events.at(-1)?.seq ?? 0;
		const nextAfter = events.at(-1)?.seq ?? after;
		const cursor = { next_after: nextAfter, caught_up: nextAfter >= lastSeq };
		const range = { oldest_seq: this.oldestSeq, last_seq: lastSeq };
		const gone = after < this.oldestSeq - 1;
		const truncated = gone ? { from: after + 1, to: this.oldestSeq - 1, reason: "retention" } : undefined;
		json(response, 200, { success: true, events, ...cursor, ...range, truncated });
	}
}

export function chat(seq: number): TestEvent {
	return { seq, type: seq % 3 === 0 ? "gift" : "chat", content: `第${seq}条 🎁` };
}

export function sse(event: TestEvent): string {
	return `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function beginStream(response: ServerResponse): void {
	response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
	response.flushHeaders();
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
	response.writeHead(status, { "content-type": "application/json", ...headers });
	response.end(JSON.stringify(body));
}

export function refusal(code: string, message: string, hint = "") {
	return { success: false, error: { code, message, hint } };
}
