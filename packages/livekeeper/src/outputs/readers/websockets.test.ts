import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ReaderWebSocketServer, textFrames } from "./index.ts";

/** A server, and a raw client that reads nothing after the handshake. */
async function setup(): Promise<{ webSocket: WebSocket; client: Socket }> {
	const sockets = new ReaderWebSocketServer({ clientTracking: true });
	const server = createServer();
	const opened = new Promise<WebSocket>((resolve) => {
		server.on("upgrade", (request, socket, head) => sockets.handleUpgrade(request, socket, head, resolve));
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
	client.on("error", () => undefined);
	onTestFinished(() => {
		client.destroy();
		for (const socket of sockets.clients) socket.terminate();
		server.close();
	});
	const head = ["GET / HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"];
	const keys = ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"];
	client.write(`${[...head, ...keys].join("\r\n")}\r\n\r\n`);
	await once(client, "data");
	client.pause();
	return { webSocket: await opened, client };
}

/** Small client frames, joined for one write. */
const frames = (opcode: number, count: number) =>
	Buffer.concat(Array.from({ length: count }, () => Buffer.from([0x80 | opcode, 0x80, 0, 0, 0, 0])));

test("queues one pong for a client that reads nothing", async () => {
	const { webSocket, client } = await setup();
	// Until the systems' own buffers are full too.
	const filling = Buffer.alloc(1 << 20);
	while (webSocket.bufferedAmount === 0) webSocket.send(filling);
	const before = webSocket.bufferedAmount;
	let pings = 0;
	let max = 0;
	webSocket.on("ping", () => {
		pings++;
		max = Math.max(max, webSocket.bufferedAmount - before);
	});
	client.write(frames(9, 2000));
	await vi.waitFor(() => expect(pings).toBe(2000));
	expect(max).toBeLessThan(16);
});

test("answers a ping", async () => {
	const { client } = await setup();
	const answer = once(client, "data");
	client.write(frames(9, 1));
	client.resume();
	expect((await answer)[0]).toEqual(Buffer.from([0x8a, 0]));
});

test("handles one message per turn of the event loop", async () => {
	const { webSocket, client } = await setup();
	let [heard, inTurn, max] = [0, 0, 0];
	webSocket.on("message", () => {
		heard++;
		max = Math.max(max, ++inTurn);
		setImmediate(() => {
			inTurn = 0;
		});
	});
	client.write(frames(1, 500));
	await vi.waitFor(() => expect(heard).toBe(500));
	expect(max).toBe(1);
});

test.each([
	["no frames", []],
	["every length that changes the header", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000].map((n) => "x".repeat(n))],
	["characters of several bytes", ["长".repeat(41), "长".repeat(42), "🎁".repeat(16_384), "é"]],
])("writes frames that a client understands: %s", async (_, messages) => {
	const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
	onTestFinished(() => server.close());
	await once(server, "listening");
	server.on("connection", (webSocket, { socket }: { socket: Socket }) => {
		socket.write(textFrames(messages));
		webSocket.close(1000);
	});
	const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
	const heard: string[] = [];
	client.on("message", (data: Buffer, isBinary) => heard.push(`${isBinary ? "binary " : ""}${data}`));
	expect((await once(client, "close"))[0]).toBe(1000);
	expect(heard).toEqual(messages);
});
