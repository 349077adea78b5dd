import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { verbatim } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { emptyStatus, ownerScope } from "../../live/index.ts";
import { partyOf, ReaderHub } from "../readers/index.ts";
import { MemoryLog } from "../readers/memory-log.helpers.ts";
import { createWebsocketOutput } from "./index.ts";

const pingMs = 30_000;

interface Wire {
	clock: ManualClock;
	hub: ReaderHub;
	/** The server's end of the connection. */
	served: Socket;
	/** A raw client that answers no ping and reads nothing more by itself. */
	client: Socket;
}

/** Opens a client of a log in memory, with more queued than the systems' own buffers hold. */
async function slowClient(path: string, stallMs = 3_600_000): Promise<Wire> {
	const clock = new ManualClock();
	const logger = pino({ level: "silent" });
	const log = new MemoryLog();
	for (let seq = 1; seq <= 300; seq++) log.events.push({ seq, type: "chat", at: 0, json: `"${"x".repeat(100_000)}"` });
	const hub = new ReaderHub({ log, clock, logger, stallMs });
	const room = emptyStatus({ liveId: "1", options: {}, message: verbatim("x".repeat(30_000_000)), since: 0 });
	const getStatus = vi.fn(() => ({ rooms: [] as (typeof room)[] })).mockReturnValueOnce({ rooms: [room] });
	const live = { getStatus, onStatus: () => () => undefined } as never;
	const access = {
		connectionKey: () => undefined,
		admit: () => ({ scope: ownerScope, party: partyOf("owner", "127.0.0.1") }),
	};
	const server = createServer();
	const output = createWebsocketOutput({
		server,
		hub,
		live,
		access,
		requireRoom: async () => undefined,
		clock,
		logger,
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	const accepted = once(server, "connection");
	const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
	client.on("error", () => undefined);
	onTestFinished(() => {
		client.destroy();
		output.close();
		hub.close();
		server.close();
	});
	const head = [`GET ${path} HTTP/1.1`, "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"];
	const keys = ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"];
	client.write(`${[...head, ...keys].join("\r\n")}\r\n\r\n`);
	const [served] = (await accepted) as [Socket];
	await once(client, "data");
	client.pause();
	await full(served);
	return { clock, hub, served, client };
}

/** Resolves once the queue stops growing. */
async function full(served: Socket): Promise<void> {
	let before = -1;
	await vi.waitFor(() => {
		const { bytesWritten, writableLength } = served;
		const same = writableLength > 0 && bytesWritten === before;
		before = bytesWritten;
		expect(same).toBe(true);
	});
}

/** Reads the given number of bytes, then stops reading. */
async function take(client: Socket, bytes: number): Promise<void> {
	const upTo = client.bytesRead + bytes;
	await new Promise<void>((resolve) => {
		client.on("data", function stop() {
			if (client.bytesRead < upTo) return;
			client.off("data", stop).pause();
			resolve();
		});
		client.resume();
	});
}

test("keeps a reader whose pongs wait behind queued events", async () => {
	const { clock, served, client } = await slowClient("/ws/1?after=0");
	for (let round = 0; round < 4; round++) await clock.advance(pingMs);
	expect(served.destroyed).toBe(false);
	// Once it has taken everything queued, it has to answer.
	client.resume();
	await vi.waitFor(async () => {
		await clock.advance(50);
		expect(client.bytesRead).toBeGreaterThan(30_000_000);
	});
	for (let round = 0; round < 2; round++) await clock.advance(pingMs);
	expect(served.destroyed).toBe(true);
});

test("ends a stalled room reader as slow, despite missing pongs", async () => {
	const { clock, hub, served } = await slowClient("/ws/1?after=0", 60_000);
	await clock.advance(59_000);
	expect(served.destroyed).toBe(false);
	await clock.advance(10_000);
	expect([served.destroyed, hub.counts.slow]).toEqual([true, 1]);
});

test("keeps a rooms-feed reader as long as it takes data", async () => {
	const { clock, served, client } = await slowClient("/ws");
	for (let round = 0; round < 3; round++) {
		await take(client, 6_000_000);
		await clock.advance(pingMs);
	}
	expect(served.destroyed).toBe(false);
	for (let round = 0; round < 2; round++) await clock.advance(pingMs);
	expect(served.destroyed).toBe(true);
});
