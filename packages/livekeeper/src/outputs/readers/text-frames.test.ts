import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { textFrames } from "./index.ts";

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
