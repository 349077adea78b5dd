import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { errorReply, errorTable, LivekeeperError } from "@livekeeper/base/errors";
import { verbatim } from "@livekeeper/base/text";
import { LivekeeperClient } from "@livekeeper/client";
import { expect, onTestFinished, test, vi } from "vitest";
import { listener } from "./run.helpers.ts";
import { type WatchOptions, watchRoom } from "./watch-room.ts";

type Script = (response: ServerResponse, request: IncomingMessage) => void;

function answer(response: ServerResponse, body: object, status = 200): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const refuse =
	(code: "storage_failing" | "too_many_readers" | "unauthorized", words: string): Script =>
	(response) =>
		answer(response, errorReply(new LivekeeperError(code, verbatim(words)), "en"), errorTable[code].status);

const stream =
	(...events: readonly object[]): Script =>
	(response) => {
		response.writeHead(200, { "content-type": "text/event-stream" });
		response.write(`:\n\n${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}`);
	};

/** Watches a room of a service that answers requests for its stream as `scripts` say, the last one again and again. */
async function watched(scripts: readonly Script[], options: Partial<WatchOptions> = {}) {
	const streams: string[] = [];
	const http = createServer((request, response) => {
		const path = request.url ?? "";
		const status = { state: "connected", title: "晚场", reason: { code: "ok", message: "" } };
		if (path.endsWith("/rooms/1001")) return answer(response, { success: true, room: status });
		if (!path.includes("/stream?")) {
			return answer(response, {
				success: true,
				events: [],
				next_after: 4,
				caught_up: true,
				oldest_seq: 1,
				last_seq: 4,
			});
		}
		scripts[Math.min(streams.push(path), scripts.length) - 1]?.(response, request);
	});
	await once(http.listen(0, "127.0.0.1"), "listening");
	const { io, lines } = listener();
	const stop = new AbortController();
	onTestFinished(() => {
		stop.abort();
		http.closeAllConnections();
		http.close();
	});
	const client = new LivekeeperClient({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, lang: "en" });
	const done = watchRoom({ client, liveId: "1001", json: false, io, signal: stop.signal, retryMs: 20, ...options });
	return { lines, done, streams, cut: () => http.closeAllConnections(), stop: () => stop.abort() };
}

const chat = { seq: 5, type: "chat", at: 0, content: "你好" };

test("continues after temporary refusals", async () => {
	const watch = await watched([
		stream(chat),
		refuse("too_many_readers", "No place is free."),
		refuse("storage_failing", "No answer of the log."),
		stream(),
	]);
	await vi.waitFor(() => expect(watch.lines.out).toEqual([expect.stringContaining("你好")]));
	watch.cut();
	const expected = ["1001 is", "connection to the service", "No place is free.", "No answer of the log.", "1001 is"];
	await vi.waitFor(() => {
		expect(watch.lines.err).toEqual(expected.map((words) => expect.stringContaining(words)));
	});
	expect(watch.streams.at(-1)).toContain("after=5");
	watch.stop();
	await watch.done;
});

test("ends after a permanent refusal", async () => {
	const watch = await watched([stream(), refuse("unauthorized", "The key is another one now.")]);
	await vi.waitFor(() => expect(watch.lines.err[0]).toContain("1001 is"));
	watch.cut();
	await expect(watch.done).rejects.toMatchObject({ code: "unauthorized" });
});

test("reports a lost connection beside other types", async () => {
	const lost = { seq: 6, type: "connection", at: 0, state: "reconnecting", reason: "network", message: "cut" };
	const watch = await watched([stream(chat, lost)], { types: ["chat"], json: true });
	await vi.waitFor(() => expect(watch.lines.err.join()).toContain("reconnecting: cut"));
	expect(watch.lines.out.map((line) => JSON.parse(line))).toEqual([chat]);
	expect(watch.streams[0]).toContain("types=chat%2Cconnection");
});
