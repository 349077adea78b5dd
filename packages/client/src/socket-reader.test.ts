import { ManualClock } from "@livekeeper/douyin/testing";
import { afterEach, expect, test, vi } from "vitest";
import { socketMessages } from "./socket-reader.ts";

/** The platform's WebSocket, with messages as they come from a service. */
class PlatformSocket {
	static last: PlatformSocket | undefined;
	onmessage: ((message: { data: string }) => void) | null = null;
	onopen: (() => void) | null = null;
	onclose: unknown = null;
	onerror: unknown = null;
	isClosed = false;

	constructor() {
		PlatformSocket.last = this;
	}

	close(): void {
		this.isClosed = true;
	}
}

afterEach(() => void vi.unstubAllGlobals());

const mebi = 1024 * 1024;

/** Reads one message, lets others of this size queue up, and reads on. @returns how many were read, and the socket */
async function readPast(queued: number) {
	vi.stubGlobal("WebSocket", PlatformSocket);
	const connection = {
		...{ base: "http://127.0.0.1:1/", apiKey: undefined, lang: undefined, fetch, timeoutMs: 1_000 },
		clock: new ManualClock(),
	};
	const signal = new AbortController().signal;
	const options = { signal, silenceMs: 60_000, onAlive: () => undefined, ask: async () => undefined };
	const messages = socketMessages(connection, "ws/1", {}, options);
	const first = messages.next();
	const socket = PlatformSocket.last;
	if (!socket) throw new Error("no socket was opened");
	const data = JSON.stringify({ type: "chat", content: "弹".repeat(mebi) });
	socket.onopen?.();
	socket.onmessage?.({ data: '{"seq":1}' });
	await first;
	for (let n = 0; n < queued; n++) socket.onmessage?.({ data });
	let read = 0;
	const rest = (async () => {
		for (; read < queued; read++) await messages.next();
	})();
	return { socket, rest, read: () => read };
}

test("yields what queued up while its reader was busy", async () => {
	const { rest, read } = await readPast(7);
	await rest;
	expect(read()).toBe(7);
});

test("ends past 8 Mi queued characters, and closes the socket", async () => {
	const { socket, rest, read } = await readPast(9);
	await expect(rest).rejects.toMatchObject({ code: "overrun" });
	expect([read(), socket.isClosed]).toEqual([0, true]);
});
