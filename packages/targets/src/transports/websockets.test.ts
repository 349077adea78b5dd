import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { isAnyAddress, isPublicAddress } from "../addresses.ts";
import type { WebSocketMessage } from "./out-message.ts";
import { maxIdleMs, type TransportOptions, WebSockets } from "./websockets.ts";

/** Starts a receiver on a free port that records what each connection sent. */
async function listen(options: { autoPong?: boolean; frame?: (socket: WebSocket, text: string) => void } = {}) {
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1", autoPong: options.autoPong ?? true });
	await once(server, "listening");
	const connections: string[][] = [];
	server.on("connection", (socket) => {
		const frames: string[] = [];
		connections.push(frames);
		socket.on("message", (data) => {
			frames.push(data.toString());
			options.frame?.(socket, data.toString());
		});
	});
	onTestFinished(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	return { server, connections, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

function open(options: Partial<TransportOptions> = {}) {
	const sockets = new WebSockets({ clock: systemClock, allows: isAnyAddress, ...options });
	onTestFinished(() => sockets.close());
	const send = (message: Omit<WebSocketMessage, "via">, signal = new AbortController().signal) =>
		sockets.send({ via: "websocket", ...message }, signal);
	return { sockets, send };
}

const frame = (text: string) => ({ frames: [{ text }] });

test("sends frames in order through one greeted socket", async () => {
	const { connections, url } = await listen();
	const { send } = open();
	const greeting = { room: "1001", frames: ["hello"] };
	expect(await send({ url, greeting, frames: [{ text: "a" }, { text: "b" }] })).toEqual({ ok: true });
	expect(await send({ url, greeting, ...frame("c") })).toEqual({ ok: true });
	expect(await send({ url, greeting: { room: "1002", frames: ["hi"] }, ...frame("d") })).toEqual({ ok: true });
	expect(connections).toEqual([
		["hello", "a", "b", "c"],
		["hi", "d"],
	]);
});

test("accepts a frame by the receiver's answer", async () => {
	const { url } = await listen({ frame: (socket, text) => socket.send(text === "bad" ? "no bad" : `ok ${text}`) });
	const { send } = open();
	const answered = (text: string) => ({
		text,
		answeredBy: (answer: string) => {
			if (!answer.endsWith(` ${text}`)) return undefined;
			return answer.startsWith("ok") ? { ok: true as const } : refusal;
		},
	});
	const refusal = { ok: false, code: "receiver_refused", message: "no" } as const;
	expect(await send({ url, frames: [answered("a"), answered("b")] })).toEqual({ ok: true });
	expect(await send({ url, frames: [answered("a"), answered("bad")] })).toEqual({ ...refusal, gone: false });
});

test("gives up a receiver that reads nothing, with its socket", async () => {
	const dead = await listen({ autoPong: false });
	const clock = new ManualClock();
	const { send } = open({ clock });
	const result = send({ url: dead.url, ...frame("a") });
	await vi.waitFor(() => expect(dead.connections).toEqual([["a"]]));
	await clock.advance(10_000);
	expect(await result).toEqual({ ok: false, code: "timeout", message: "No answer within 10 s.", gone: false });
	await vi.waitFor(() => expect(dead.server.clients.size).toBe(0));
	expect(clock.pendingTimers).toBe(0);
	dead.server.options.autoPong = true;
	expect(await send({ url: dead.url, ...frame("a") })).toEqual({ ok: true });
	expect(dead.connections).toEqual([["a"], ["a"]]);
});

test("reports an absent receiver, and finds it once back", async () => {
	const { server, connections, url } = await listen();
	const { send } = open();
	expect(await send({ url, ...frame("a") })).toEqual({ ok: true });
	for (const client of server.clients) client.terminate();
	await vi.waitFor(async () => expect(await send({ url, ...frame("b") })).toEqual({ ok: true }));
	expect(connections.at(-1)).toEqual(["b"]);
	const closed = await listen();
	closed.server.close();
	expect(await send({ url: closed.url, ...frame("c") })).toMatchObject({ ok: false, code: "network" });
});

test("detects half-open connections while idle, and closes unused ones", async () => {
	const halfOpen = await listen();
	const clock = new ManualClock();
	const { send } = open({ clock });
	expect(await send({ url: halfOpen.url, ...frame("a") })).toEqual({ ok: true });
	halfOpen.server.options.autoPong = false;
	const [deaf] = halfOpen.server.clients;
	deaf?.pause();
	await clock.advance(60_000);
	deaf?.resume();
	await vi.waitFor(() => expect(halfOpen.server.clients.size).toBe(0));

	const idle = await listen();
	expect(await send({ url: idle.url, ...frame("a") })).toEqual({ ok: true });
	const pings = vi.fn();
	for (const client of idle.server.clients) client.on("ping", pings);
	for (let sinceMs = 0; sinceMs < maxIdleMs + 30_000; sinceMs += 30_000) {
		const before = pings.mock.calls.length;
		await clock.advance(30_000);
		await vi.waitFor(() => expect(pings.mock.calls.length > before || idle.server.clients.size === 0).toBe(true));
		// The answer is on its way.
		await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
	}
	await vi.waitFor(() => expect(idle.server.clients.size).toBe(0));
	expect(clock.pendingTimers).toBe(0);
});

test("aborts one delivery, and keeps the socket for others", async () => {
	const { server, connections, url } = await listen({ autoPong: false });
	const { send } = open();
	const abort = new AbortController();
	const aborted = send({ url, ...frame("a") }, abort.signal);
	const other = send({ url, ...frame("b") });
	await vi.waitFor(() => expect(connections).toEqual([["a", "b"]]));
	abort.abort();
	expect(await aborted).toMatchObject({ ok: false });
	for (const client of server.clients) for (const id of ["1", "2"]) client.pong(id);
	expect(await other).toEqual({ ok: true });
	expect(server.clients.size).toBe(1);
});

test("never connects to a refused address, literal or resolved", async () => {
	const { connections, url } = await listen();
	const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
	const { send } = open({ allows: isPublicAddress, resolve });
	const { port } = new URL(url);
	for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "rebound.example"]) {
		const result = await send({ url: `ws://${host}:${port}/`, ...frame("a") });
		expect(result, host).toMatchObject({ ok: false, code: "address_not_allowed" });
	}
	expect(connections).toEqual([]);
});
