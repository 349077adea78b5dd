import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { ManualClock } from "@livekeeper/douyin/testing";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { ownerScope } from "../live/index.ts";
import { ReaderHub } from "./readers/index.ts";
import { MemoryLog } from "./readers/memory-log.helpers.ts";
import { streamEvents } from "./sse.ts";

/** A hub over a log in memory, and a server that passes its responses to the test. */
async function setup() {
	const clock = new ManualClock();
	const log = new MemoryLog();
	const hub = new ReaderHub({ log, clock, logger: pino({ level: "silent" }) });
	const idle = clock.pendingTimers;
	const server = createServer();
	await once(server.listen(0, "127.0.0.1"), "listening");
	const request = get({ port: (server.address() as AddressInfo).port });
	request.on("error", () => undefined);
	onTestFinished(() => {
		request.destroy();
		hub.close();
		server.closeAllConnections();
		server.close();
	});
	const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
	return { clock, log, hub, server, request, response, idle };
}

test("leaves nothing behind if a client left before its lookup", async () => {
	const { clock, hub, request, response, idle } = await setup();
	request.destroy();
	await once(response, "close");
	await streamEvents(response, { liveId: "1", after: 0 }, {}, { hub, clock, scope: ownerScope });
	expect([clock.pendingTimers, hub.counts.readers]).toEqual([idle, 0]);
});

test("leaves nothing behind if a client left during the query", async () => {
	const { clock, log, hub, request, response, idle } = await setup();
	log.lastSeq = async () => {
		request.destroy();
		await once(response, "close");
		return 0;
	};
	await streamEvents(response, { liveId: "1", after: 0 }, {}, { hub, clock, scope: ownerScope });
	expect([clock.pendingTimers, hub.counts.readers]).toEqual([idle, 0]);
});

test("disconnects the client and rejects if the query fails", async () => {
	const { clock, log, hub, request, response, idle } = await setup();
	log.lastSeq = () => Promise.reject(new Error("failing"));
	const cut = once(request, "response").then(([message]) => {
		message.resume();
		return new Promise((resolve) => message.once("error", resolve));
	});
	const streaming = streamEvents(response, { liveId: "1" }, {}, { hub, clock, scope: ownerScope });
	await expect(streaming).rejects.toThrow("failing");
	await Promise.race([cut, once(request, "error"), once(request, "close")]);
	expect([clock.pendingTimers, hub.counts.readers]).toEqual([idle, 0]);
});

test.each([
	[
		"as one chunk per HTTP/1.1 client",
		"1.1",
		(body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`,
	],
	["unframed to an HTTP/1.0 client", "1.0", (body: string) => body],
])("sends a batch %s, in order with other notices", async (_, version, framed) => {
	const { clock, log, hub, server } = await setup();
	const socket = createConnection((server.address() as AddressInfo).port, "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	socket.write(`GET / HTTP/${version}\r\nhost: a\r\nconnection: close\r\n\r\n`);
	const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
	await streamEvents(response, { liveId: "1" }, {}, { hub, clock, scope: ownerScope });
	let heard = "";
	socket.on("data", (chunk: Buffer) => {
		heard += chunk.toString("utf8");
	});
	log.commit(["chat", "like"]);
	hub.close();
	await once(socket, "close");
	const body = (await log.read("1")).events.map(({ seq, json }) => `id: ${seq}\ndata: ${json}\n\n`).join("");
	const bye = heard.indexOf("event: bye");
	expect(heard.indexOf(framed(body))).toBeGreaterThan(heard.indexOf(": live"));
	expect(bye).toBeGreaterThan(heard.indexOf(framed(body)));
});
