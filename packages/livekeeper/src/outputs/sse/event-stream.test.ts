import { once } from "node:events";
import { createServer, get, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ManualClock } from "@livekeeper/douyin/testing";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { ownerScope } from "../../live/index.ts";
import { ReaderHub } from "../readers/index.ts";
import { MemoryLog } from "../readers/memory-log.helpers.ts";
import { streamEvents } from "./index.ts";

/** A hub over a log in memory, and a server that hands its responses to the test. */
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
	return { clock, log, hub, request, response, idle };
}

test("a client that left while its room was looked for leaves nothing behind", async () => {
	const { clock, hub, request, response, idle } = await setup();
	request.destroy();
	await once(response, "close");
	await streamEvents(response, { liveId: "1", after: 0 }, {}, { hub, clock, scope: ownerScope });
	expect([clock.pendingTimers, hub.counts.readers]).toEqual([idle, 0]);
});

test("a client that leaves while the log is asked for its place leaves nothing behind", async () => {
	const { clock, log, hub, request, response, idle } = await setup();
	log.lastSeq = async () => {
		request.destroy();
		await once(response, "close");
		return 0;
	};
	await streamEvents(response, { liveId: "1", after: 0 }, {}, { hub, clock, scope: ownerScope });
	expect([clock.pendingTimers, hub.counts.readers]).toEqual([idle, 0]);
});

test("when the log can't be asked the client is cut, so that it comes back, and the error is the caller's to tell", async () => {
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
