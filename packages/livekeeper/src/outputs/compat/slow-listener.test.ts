import { once } from "node:events";
import { ManualClock } from "@livekeeper/douyin/testing";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ownerScope } from "../../live/index.ts";
import { partyOf, ReaderHub } from "../readers/index.ts";
import { MemoryLog } from "../readers/memory-log.helpers.ts";
import { type Protocol, serveListeners } from "./listener-server.ts";
import { encodingsOf } from "./message-table.ts";
import { ListenerPlaces } from "./places.ts";

test("closes a stalled listener as too slow, with bounded memory", async () => {
	const clock = new ManualClock();
	const logger = pino({ level: "silent" });
	const log = new MemoryLog();
	const hub = new ReaderHub({ log, clock, logger });
	const encodings = encodingsOf({ chat: (event) => event }, { getRoom: () => undefined });
	let reading: Promise<unknown> | undefined;
	const protocol: Protocol = {
		name: "test",
		accept: () => (listener) => {
			reading = listener.read("1", encodings, () => undefined);
		},
		answer: (_request, response) => void response.end(),
	};
	const admitted = { scope: ownerScope, party: partyOf("owner", "127.0.0.1") };
	const access = { connectionKey: () => undefined, admit: () => admitted };
	const places = new ListenerPlaces(clock);
	const server = await serveListeners(protocol, { host: "127.0.0.1", port: 0 }, { hub, places, access, clock, logger });
	const client = new WebSocket(`ws://127.0.0.1:${server.port}/`, { perMessageDeflate: false });
	onTestFinished(async () => {
		client.terminate();
		await server.close();
		hub.close();
	});
	await once(client, "open");
	await vi.waitFor(() => expect(reading).toBeDefined());
	await reading;
	client.pause();
	const text = "x".repeat(100_000);
	for (let seq = 1; seq <= 400; seq++) {
		const json = JSON.stringify({ seq, type: "chat", live_id: "1", text });
		log.events.push({ seq, type: "chat", at: 0, json });
	}
	log.commit(["chat"]);
	await vi.waitFor(async () => {
		await clock.advance(5_000);
		expect(hub.counts.slow).toBe(1);
	});
	client.resume();
	const [code, reason] = (await once(client, "close")) as [number, Buffer];
	expect([code, String(reason)]).toEqual([1008, "client_too_slow"]);
});
