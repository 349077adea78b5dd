import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { io } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ask, connectRoom, startTestService, type TestService } from "../../service/service.helpers.ts";

const liveIds = ["1001", "1002", "1003", "1004", "1005"];

/** Counts the writes passed to the system, by the client's port. */
function countWrites(): Map<number, number> {
	const writes = new Map<number, number>();
	const watch = (message: unknown) => {
		const { socket } = message as { socket: Socket };
		const port = socket.remotePort ?? 0;
		const calls = socket as unknown as Record<"_write" | "_writev", (...args: unknown[]) => void>;
		for (const method of ["_write", "_writev"] as const) {
			const write = calls[method].bind(socket);
			calls[method] = (...args) => {
				writes.set(port, (writes.get(port) ?? 0) + 1);
				write(...args);
			};
		}
	};
	subscribe("net.server.socket", watch);
	onTestFinished(() => void unsubscribe("net.server.socket", watch));
	return writes;
}

/** A reader of some rooms: its port, and how many messages with a text it received. */
interface TestReader {
	name: string;
	port: number;
	count: (text: string) => number;
}

/** A program that reads over a WebSocket. */
async function webSocketReader(name: string, url: string): Promise<TestReader> {
	const socket = new WebSocket(url);
	onTestFinished(() => socket.terminate());
	let heard = "";
	socket.on("message", (data) => {
		heard += String(data);
	});
	const upgraded = once(socket, "upgrade");
	await once(socket, "open");
	const [{ socket: wire }] = (await upgraded) as [{ socket: Socket }];
	return { name, port: wire.localPort ?? 0, count: (text) => heard.split(text).length - 1 };
}

async function socketIoReader(service: TestService, batch: boolean): Promise<TestReader> {
	const socket = io(service.url, { transports: ["websocket"], forceNew: true });
	onTestFinished(() => void socket.disconnect());
	let heard = "";
	socket.onAny((_, message) => {
		heard += JSON.stringify(message);
	});
	await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
	for (const live_id of liveIds) await socket.timeout(5_000).emitWithAck("join", { live_id, batch });
	const { ws } = socket.io.engine.transport as unknown as { ws: { _socket: Socket } };
	const name = batch ? "Socket.IO, batches" : "Socket.IO";
	return { name, port: ws._socket.localPort ?? 0, count: (text) => heard.split(text).length - 1 };
}

async function eventStreamReader(service: TestService): Promise<TestReader> {
	const socket = connect(service.port, "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	socket.write("GET /api/v1/rooms/1001/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
	let heard = "";
	socket.setEncoding("utf8").on("data", (text: string) => {
		heard += text;
	});
	await vi.waitFor(() => expect(heard).toContain(": live"));
	return { name: "SSE", port: socket.localPort ?? 0, count: (text) => heard.split(text).length - 1 };
}

/** Sends two messages in every room, all of which wait for one commit. */
async function sayInAllRooms(service: TestService, content: string): Promise<void> {
	for (const liveId of liveIds) {
		const session = service.upstream.sessions.findLast(({ request }) => request.liveId === liveId);
		const said = () => chat(service.clock.now(), { content, liveId } as Partial<UpstreamEvent>);
		session?.frame([said(), said()]);
	}
	await vi.waitFor(async () => {
		const { body } = await ask(service, "GET", "/metrics");
		expect(body).toMatch(new RegExp(`pending_events ${2 * liveIds.length}$`, "m"));
	});
}

test("writes once per reader for a commit of several rooms", async () => {
	const writes = countWrites();
	const service = await startTestService({ douyinlivePort: "0", barragegrabPort: "0" });
	for (const liveId of liveIds) await connectRoom(service, liveId);
	const { douyinLive, barrageGrab } = service.compat;
	const ofAllRooms = [
		await socketIoReader(service, false),
		await socketIoReader(service, true),
		await webSocketReader("BarrageGrab", `ws://127.0.0.1:${barrageGrab}/`),
	];
	const ofOneRoom = [
		await webSocketReader("WebSocket", `ws://127.0.0.1:${service.port}/ws/1001`),
		await webSocketReader("WebSocket, batches", `ws://127.0.0.1:${service.port}/ws/1001?batch=1`),
		await webSocketReader("douyinLive", `ws://127.0.0.1:${douyinLive}/ws/1001`),
		await eventStreamReader(service),
	];
	const readers = [...ofAllRooms, ...ofOneRoom];
	const heardAll = (text: string) => {
		for (const { name, count } of ofAllRooms) expect([name, count(text)]).toEqual([name, 2 * liveIds.length]);
		for (const { name, count } of ofOneRoom) expect([name, count(text)]).toEqual([name, 2]);
	};
	await sayInAllRooms(service, "第一句");
	await service.until(() => heardAll("第一句"));
	const before = new Map(writes);
	await sayInAllRooms(service, "第二句");
	await service.until(() => heardAll("第二句"));
	const written = readers.map(({ name, port }) => [name, (writes.get(port) ?? 0) - (before.get(port) ?? 0)]);
	expect(written).toEqual(readers.map(({ name }) => [name, 1]));
});
