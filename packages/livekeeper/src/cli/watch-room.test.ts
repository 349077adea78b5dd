import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { expect, onTestFinished, test, vi } from "vitest";
import { errorReply, LivekeeperError } from "../errors.ts";
import { verbatim } from "../text/index.ts";
import { listener } from "./run.helpers.ts";
import { watchRoom } from "./watch-room.ts";

const refusal = (code: "storage_failing" | "too_many_readers" | "unauthorized", words: string) =>
	errorReply(new LivekeeperError(code, verbatim(words)), "en");

/** A Socket.IO server that a test scripts. @param join answers the joins in order */
async function served(
	join: (socket: Socket, attempt: number) => object,
	admit: (attempt: number) => Error | undefined,
) {
	const http = createServer();
	const io = new Server(http, { transports: ["websocket"] });
	let [joins, connects] = [0, 0];
	io.use((_, next) => next(admit(++connects)));
	io.on("connection", (socket) =>
		socket.on("join", (_, answer: (reply: object) => void) => answer(join(socket, ++joins))),
	);
	await once(http.listen(0, "127.0.0.1"), "listening");
	onTestFinished(() => io.close());
	const { io: terminal, lines } = listener();
	const stop = new AbortController();
	const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
	const options = { liveId: "1001", url, json: false, io: terminal, signal: stop.signal, retryMs: 20 };
	const done = watchRoom(options);
	onTestFinished(() => stop.abort());
	const cut = () => {
		for (const { conn } of io.sockets.sockets.values()) conn.close();
	};
	return { lines, done, cut, joins: () => joins, stop: () => stop.abort() };
}

const joined = { success: true, live_id: "1001", status: null };

test("continues after temporary refusals", async () => {
	const watch = await served(
		(_, attempt) => (attempt === 2 ? refusal("storage_failing", "No answer of the log.") : joined),
		(attempt) => {
			const { error } = refusal("too_many_readers", "No place is free.");
			return attempt === 2 ? Object.assign(new Error(error.message), { data: error }) : undefined;
		},
	);
	await vi.waitFor(() => expect(watch.joins()).toBe(1), 10_000);
	watch.cut();
	const expected = ["1001 is", "connection to the service", "No place is free.", "No answer of the log.", "1001 is"];
	await vi.waitFor(() => {
		expect(watch.lines.err).toEqual(expected.map((words) => expect.stringContaining(words)));
	}, 10_000);
	watch.stop();
	await watch.done;
});

test("ends after a permanent refusal", async () => {
	const watch = await served(
		(_, attempt) => (attempt === 2 ? refusal("unauthorized", "The key is another one now.") : joined),
		() => undefined,
	);
	await vi.waitFor(() => expect(watch.joins()).toBe(1), 10_000);
	watch.cut();
	await expect(watch.done).rejects.toMatchObject({ code: "unauthorized" });
});
