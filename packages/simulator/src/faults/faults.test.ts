import { gunzipSync } from "node:zlib";
import { decodePushFrame, decodeResponse } from "@livekeeper/douyin/wire";
import { describe, expect, it } from "vitest";
import {
	Client,
	connected,
	contentOf,
	fetchState,
	firstRoom,
	header,
	idOf,
	refused,
	started,
	until,
} from "../client.helpers.ts";
import { badMessageId } from "../push/push-frames.ts";
import type { FaultSpec } from "./fault-board.ts";

/** A room with a client that has received five messages. */
async function watched() {
	const { simulator, clock } = await started();
	const room = firstRoom(simulator);
	const client = await connected(simulator, { roomId: room.roomId });
	await clock.advance(1000);
	await until("five messages", () => client.messages.length === 5);
	return { simulator, clock, room, client };
}

/** Reconnects with the cursor, and expects all remaining messages. */
async function expectTheRest(world: Awaited<ReturnType<typeof watched>>, client: Client = world.client) {
	const { simulator, clock, room } = world;
	const again = await connected(simulator, { roomId: room.roomId, cursor: client.cursor });
	await clock.advance(1000);
	await until("the rest", () => again.ids.at(-1) === room.generatedIds().at(-1));
	expect([...client.ids, ...again.ids]).toEqual(room.generatedIds());
}

describe("a fault that ends sockets", () => {
	it("cut sends a FIN and no close frame", async () => {
		const world = await watched();
		world.room.setFault({ fault: "cut" });
		await until("the end", () => world.client.closed !== undefined);
		expect(world.client.closed).toBe(1006);
		expect(world.client.error).toBeUndefined();
		expect(world.room.faults()).toEqual([]);
		await expectTheRest(world);
	});

	it("reset sends a RST", async () => {
		const world = await watched();
		world.room.setFault({ fault: "reset" });
		await until("the end", () => world.client.closed !== undefined);
		expect(world.client.error).toMatchObject({ code: "ECONNRESET" });
		await expectTheRest(world);
	});

	it("with a count strikes that many sockets that open later", async () => {
		const { simulator } = await started();
		const { roomId } = firstRoom(simulator);
		simulator.setFault({ fault: "cut", count: 2 });
		for (let i = 0; i < 2; i++) {
			const client = await connected(simulator, { roomId }).catch((error: Error) => error);
			if (!(client instanceof Error)) await until("the end", () => client.closed === 1006);
		}
		const third = await connected(simulator, { roomId });
		expect(simulator.faults()).toEqual([]);
		third.socket.ping();
		await new Promise((resolve) => third.socket.once("pong", resolve));
		expect(third.open).toBe(true);
	});

	it("with for_ms strikes until that time is over", async () => {
		const { simulator, clock } = await started();
		const { roomId } = firstRoom(simulator);
		simulator.setFault({ fault: "close", for_ms: 5000 });
		await clock.advance(4999);
		const struck = await connected(simulator, { roomId });
		await until("the close payload", () => struck.frames.length === 1);
		expect(struck.frames[0]?.payloadType).toBe("close");
		expect(struck.open).toBe(true);
		await clock.advance(1);
		expect(simulator.faults()).toEqual([]);
		const spared = await connected(simulator, { roomId });
		await clock.advance(1000);
		await until("its messages", () => spared.messages.length > 0);
		expect(spared.frames.every((frame) => frame.payloadType === "msg")).toBe(true);
	});

	it("strikes only its own room", async () => {
		const { simulator } = await started({ rooms: 2 });
		const [first, second] = simulator.rooms;
		const one = await connected(simulator, { roomId: first?.roomId ?? "" });
		const two = await connected(simulator, { roomId: second?.roomId ?? "" });
		second?.setFault({ fault: "cut" });
		await until("the end", () => two.closed === 1006);
		expect(one.open).toBe(true);
		simulator.setFaults([{ fault: "cut" }]);
		await until("the other's end", () => one.closed === 1006);
	});
});

describe("half_open", () => {
	it("mutes open and new sockets without pings, pongs or end", async () => {
		const world = await watched();
		const { simulator, clock, room, client } = world;
		simulator.setFault({ fault: "half_open" });
		const muted = await connected(simulator, { roomId: room.roomId });
		let pongs = 0;
		for (const one of [client, muted]) one.socket.on("pong", () => pongs++).ping();
		await clock.advance(60_000);
		expect(client.messages.length).toBe(5);
		expect(muted.frames.length).toBe(0);
		expect([client.pings, muted.pings, pongs]).toEqual([0, 0, 0]);
		expect(simulator.connections().map((info) => info.mute)).toEqual([true, true]);
		simulator.clearFaults();
		await clock.advance(5000);
		expect(client.messages.length).toBe(5);
		expect(client.open && muted.open).toBe(true);
		await expectTheRest(world);
		for (const one of [client, muted]) one.socket.terminate();
		await until("they are forgotten", () => simulator.connections().length === 1);
	});
});

describe("a fault of the handshake", () => {
	it("slow_handshake answers after its time", async () => {
		const { simulator, clock } = await started();
		const { roomId } = firstRoom(simulator);
		simulator.setFault({ fault: "slow_handshake", ms: 30_000, count: 1 });
		const timers = clock.pendingTimers;
		const waiting = connected(simulator, { roomId });
		await until("it is held up", () => clock.pendingTimers === timers + 1);
		await clock.advance(29_999);
		expect(simulator.connections()).toEqual([]);
		await clock.advance(1);
		await waiting;
		expect(simulator.connections()).toHaveLength(1);
	});

	it("slow_handshake forgets a client that leaves", async () => {
		const { simulator, clock } = await started();
		simulator.setFault({ fault: "slow_handshake", ms: 30_000 });
		const timers = clock.pendingTimers;
		const waiting = connected(simulator, { roomId: firstRoom(simulator).roomId });
		await until("it is held up", () => clock.pendingTimers === timers + 1);
		const leaving = new Client(simulator, { roomId: firstRoom(simulator).roomId });
		await until("both are held up", () => clock.pendingTimers === timers + 2);
		leaving.socket.terminate();
		await until("one is forgotten", () => clock.pendingTimers === timers + 1);
		await clock.advance(30_000);
		await waiting;
	});

	it("device_blocked answers 200 with the edge's words", async () => {
		const { simulator } = await started();
		simulator.setFault({ fault: "device_blocked", count: 1 });
		const { status, headers } = await refused(simulator, { roomId: firstRoom(simulator).roomId });
		expect([status, headers["handshake-status"], headers["handshake-msg"]]).toEqual([200, "415", "DEVICE_BLOCKED"]);
		await connected(simulator, { roomId: firstRoom(simulator).roomId });
	});

	it("http_status answers selected requests with status and Retry-After", async () => {
		const { simulator } = await started();
		const { roomId } = firstRoom(simulator);
		simulator.setFault({ fault: "http_status", status: 429, retry_after: 7, on: "socket" });
		const answer = await refused(simulator, { roomId });
		expect([answer.status, answer.headers["retry-after"]]).toEqual([429, "7"]);
		expect((await fetchState(simulator, { roomId })).status).toBe(200);
		simulator.setFaults([{ fault: "http_status", status: 503, on: "fetch" }]);
		expect((await fetchState(simulator, { roomId })).status).toBe(503);
		expect((await fetch(`${simulator.url}/1001`)).status).toBe(200);
		simulator.setFaults([{ fault: "http_status", status: 500 }]);
		const pages = ["/", "/1001", "/webcast/room/web/enter/?web_rid=1001"];
		const statuses = await Promise.all(pages.map(async (page) => (await fetch(simulator.url + page)).status));
		expect([...statuses, (await refused(simulator, { roomId })).status]).toEqual([500, 500, 500, 500]);
		expect((await fetch(`${simulator.url}/__sim/rooms`)).status).toBe(200);
	});

	it("ignore_cursor starts at live, on the socket and on im/fetch", async () => {
		const world = await watched();
		const { simulator, clock, room, client } = world;
		await clock.advance(4000);
		room.setFault({ fault: "ignore_cursor", count: 2 });
		const polled = await fetchState(simulator, { roomId: room.roomId, cursor: world.client.cursor });
		expect(polled.ids).toEqual(room.generatedIds().slice(-15));
		const again = await connected(simulator, { roomId: room.roomId, cursor: client.cursor });
		expect(simulator.connections().at(-1)).toMatchObject({ cursor: client.cursor, resumed: false });
		const before = room.info.generated;
		await clock.advance(1000);
		await until("its messages", () => again.messages.length === 5);
		expect(again.ids).toEqual(room.generatedIds(before));
	});
});

describe("a fault that sends bad frames", () => {
	it.each([
		["garbage_gzip", (payload: Uint8Array) => expect(() => gunzipSync(payload)).toThrow()],
		[
			"garbage_protobuf",
			(payload: Uint8Array) => {
				expect(gunzipSync(payload).length).toBeGreaterThan(0);
				expect(() => decodeResponse(gunzipSync(payload))).toThrow();
			},
		],
		[
			"bomb",
			(payload: Uint8Array) => {
				expect(payload.length).toBeLessThan(200_000);
				const zeros = gunzipSync(payload);
				expect(zeros.length).toBe(64 * 1024 * 1024);
				expect(zeros.every((byte) => byte === 0)).toBe(true);
			},
		],
	] as const)("%s sends one well-enveloped frame and loses no message", async (fault, expectBad) => {
		const world = await watched();
		const { client, room } = world;
		const frames = client.raw.length;
		room.setFault({ fault });
		await until("the bad frame", () => client.raw.length > frames);
		const frame = decodePushFrame(client.raw[frames] ?? Buffer.alloc(0));
		expect([frame.payloadType, header(frame, "compress_type")]).toEqual(["msg", "gzip"]);
		expectBad(frame.payload);
		client.socket.terminate();
		await expectTheRest(world);
	});

	it("bad_message puts an undecodable message among the good ones", async () => {
		const { room, client, clock } = await watched();
		room.setFault({ fault: "bad_message" });
		room.produce(3);
		await until("the frame", () => client.messages.length === 9);
		const ids = contentOf(client.frames.at(-1) ?? decodePushFrame(new Uint8Array(0))).messages.map(idOf);
		expect(ids).toEqual([room.generatedIds()[5], badMessageId, ...room.generatedIds().slice(6, 8)]);
		await clock.advance(1000);
		await until("more", () => client.messages.length === 14);
		expect(client.ids.filter((id) => id !== badMessageId)).toEqual(room.generatedIds());
	});

	it("close asks the client to leave, keeping the socket open", async () => {
		const { room, client } = await watched();
		room.setFault({ fault: "close" });
		await until("the frame", () => client.frames.at(-1)?.payloadType === "close");
		expect(client.open).toBe(true);
	});
});

describe("a fault of frame delivery", () => {
	it("duplicate sends each frame twice", async () => {
		const { room, client, clock } = await watched();
		room.setFault({ fault: "duplicate", count: 3 });
		await clock.advance(1000);
		await until("all frames", () => client.frames.length === 5 + 5 + 3);
		const logIds = client.frames.map((frame) => frame.logId);
		expect(logIds.slice(5, 11)).toEqual([5, 5, 7, 7, 9, 9].map((i) => logIds[i]));
		expect(room.sentIds()).toEqual(room.generatedIds());
	});

	it("reorder swaps neighbouring frames", async () => {
		const { room, client, clock } = await watched();
		room.setFault({ fault: "reorder" });
		await clock.advance(800);
		await until("four frames more", () => client.messages.length === 9);
		const order = client.ids.slice(5).map((id) => room.generatedIds().indexOf(id));
		expect(order).toEqual([6, 5, 8, 7]);
	});

	it("reorder releases a held frame after a second", async () => {
		const { room, client, clock } = await watched();
		room.change({ rate: 0 });
		room.setFault({ fault: "reorder" });
		room.produce(1);
		await clock.advance(900);
		expect(client.messages.length).toBe(5);
		await clock.advance(100);
		await until("the first", () => client.messages.length === 6);
		room.produce(1);
		room.clearFaults();
		await clock.advance(100);
		await until("the second", () => client.messages.length === 7);
		expect(client.ids).toEqual(room.generatedIds());
	});

	it("stall sends nothing for its time, then everything", async () => {
		const { room, client, clock } = await watched();
		room.setFault({ fault: "stall", ms: 8000 });
		await clock.advance(7900);
		expect(client.messages.length).toBe(5);
		expect(room.info.generated).toBe(44);
		await clock.advance(100);
		await until("everything", () => client.messages.length === 45);
		expect(client.ids).toEqual(room.generatedIds());
		expect(client.frames.length).toBeLessThan(10);
	});

	it("latency delays frames and keeps their order", async () => {
		const { room, client, clock } = await watched();
		room.setFault({ fault: "latency", ms: 3000, for_ms: 2000 });
		await clock.advance(3100);
		expect(client.messages.length).toBe(5);
		expect(room.sentIds()).toHaveLength(5);
		await clock.advance(3000);
		await until("everything", () => client.messages.length === 35);
		expect(client.ids).toEqual(room.generatedIds());
	});

	it("no_gifts leaves out gifts for accounts too", async () => {
		const { simulator, clock } = await started({ rate: 50 });
		simulator.setFault({ fault: "no_gifts" });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await clock.advance(10_000);
		const room = firstRoom(simulator);
		await until("the newest", () => client.messages.length > 0 && client.ids.at(-1) === room.sentIds().at(-1));
		expect(client.messages.some((message) => message.method === "WebcastGiftMessage")).toBe(false);
		expect(client.messages.length).toBeLessThan(480);
	});
});

describe("an invalid fault", () => {
	it.each([
		[{ fault: "explode" }, /must be one of: cut, reset/],
		[{ fault: "stall" }, /needs "ms"/],
		[{ fault: "cut", ms: 5 }, /does not take "ms"/],
		[{ fault: "http_status" }, /needs "status"/],
		[{ fault: "http_status", status: 200 }, /from 400 to 599/],
		[{ fault: "http_status", status: 500, on: "moon" }, /"on" must be one of/],
		[{ fault: "cut", count: 0 }, /"count" must be a whole number/],
		[{ fault: "cut", for_ms: 1.5 }, /"for_ms" must be a whole number/],
		[{ fault: "no_gifts", count: 2 }, /does not take "count"/],
		[{ fault: "cut", extra: true }, /does not take "extra"/],
		["cut", /A fault is an object/],
	])("%j is rejected, naming what was expected", async (fault, expected) => {
		const { simulator } = await started();
		expect(() => simulator.setFault(fault as FaultSpec)).toThrow(expected);
		expect(simulator.faults()).toEqual([]);
	});
});
