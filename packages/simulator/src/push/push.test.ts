import { createConnection } from "node:net";
import { decodeControlMessage, encodePushFrame } from "@livekeeper/douyin/wire";
import { describe, expect, it, onTestFinished } from "vitest";
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
	userUniqueId,
} from "../client.helpers.ts";
import type { Simulator } from "../simulator.ts";
import { isGiftMethod } from "../traffic/gift-totals.ts";
import { signedElsewhere } from "./signature.helpers.ts";

describe("the handshake of the push socket", () => {
	it.each([
		["a signature for another room", { query: { signature: "6DFBX7Q4owdGbnyD" } }, /signature is not for this/],
		["no signature", { query: { signature: undefined } }, /no signature/],
		["a missing parameter", { query: { tz_name: undefined } }, /tz_name/],
		["no SDK version", { query: { webcast_sdk_version: undefined } }, /webcast_sdk_version/],
		[
			"an SDK version other than the signed one",
			{ query: { webcast_sdk_version: "1.0.14" } },
			/signature is not for this/,
		],
		["no cookie", { cookie: "" }, /ttwid/],
		["no User-Agent", { headers: { "user-agent": undefined } }, /User-Agent/],
	])("is refused with 200 and DEVICE_BLOCKED for %s", async (_case, change, why) => {
		const { simulator } = await started();
		const { status, headers } = await refused(simulator, { roomId: firstRoom(simulator).roomId, ...change });
		expect(status).toBe(200);
		expect(headers).toMatchObject({ "handshake-status": "415", "handshake-msg": "DEVICE_BLOCKED" });
		expect(headers["x-sim-why"]).toMatch(why);
		expect(simulator.connections()).toEqual([]);
	});

	it.each([
		["no Origin", { headers: { origin: undefined } }, {}, /Origin/],
		["the Origin of a proxy", { headers: { origin: "http://127.0.0.1:5173" } }, {}, /Origin/],
		["an older SDK", {}, { sdkVersion: "1.0.14-beta.0" }, /webcast_sdk_version/],
		["a signature of another browser", {}, { browser: [2, 9] as const }, /marks of the browser/],
		["no internal_ext", { query: { internal_ext: undefined } }, {}, /internal_ext/],
		["an empty internal_ext", { query: { internal_ext: "" } }, {}, /internal_ext/],
		["no insert_task_id", { query: { insert_task_id: undefined } }, {}, /insert_task_id/],
		["no live_reason", { query: { live_reason: undefined } }, {}, /live_reason/],
	])("accepts a client with %s, but not with strict", async (_case, change, signed, why) => {
		const visit = (simulator: Simulator) => {
			const { roomId } = firstRoom(simulator);
			const version = "sdkVersion" in signed ? signed.sdkVersion : "1.0.15";
			const query = {
				webcast_sdk_version: version,
				update_version_code: version,
				signature: signedElsewhere({ roomId, userUniqueId, ...signed }),
				...("query" in change ? change.query : {}),
			};
			return { roomId, ...change, query };
		};
		const { simulator } = await started();
		await connected(simulator, visit(simulator));
		const { simulator: strict } = await started({ strict: true });
		const { headers } = await refused(strict, visit(strict));
		expect(headers).toMatchObject({ "handshake-msg": "DEVICE_BLOCKED", "x-sim-why": expect.stringMatching(why) });
	});

	it("has its own reason of refusal for an unknown broadcast", async () => {
		const { simulator } = await started();
		const { headers } = await refused(simulator, { roomId: "7000000000000000001" });
		expect(headers).toMatchObject({ "handshake-status": "404", "handshake-msg": "ROOM_NOT_FOUND" });
	});

	it("accepts a visitor by its ttwid, as anonymous", async () => {
		const { simulator } = await started();
		await connected(simulator, { roomId: firstRoom(simulator).roomId, cookie: "a=b; ttwid=1%7Cx" });
		expect(simulator.connections()).toMatchObject([{ liveId: "1001", view: "anonymous", resumed: false }]);
	});
});

describe("a frame", () => {
	it("has a real one's fields, in a flushed gzip", async () => {
		const { simulator, clock } = await started();
		const room = firstRoom(simulator);
		const client = await connected(simulator, { roomId: room.roomId });
		await clock.advance(1000);
		await until("all messages", () => client.messages.length === 5);
		const [frame] = client.frames;
		const [bytes] = client.raw;
		if (!frame || !bytes) throw new Error("no frame");
		const text = bytes.toString("latin1");
		// Fields 3 and 4: service 8888, method 8; field 6: pb.
		expect(text).toContain("\x18\xb8\x45\x20\x08");
		expect(text).toContain("\x32\x02pb");
		expect(frame.payloadType).toBe("msg");
		const response = contentOf(frame);
		expect(frame.headers.map(({ key }) => key)).toEqual([
			"compress_type",
			"im-internal_ext",
			"im-cursor",
			"im-now",
			"im-live_cursor",
		]);
		expect(header(frame, "im-cursor")).toBe(response.cursor);
		expect(header(frame, "im-internal_ext")).toBe(response.internalExt);
		expect(header(frame, "im-now")).toBe(String(response.now));
		expect(response.cursor).toMatch(/^t-\d{13}_r-\d{19}_d-1_u-1$/);
		const gzip = Buffer.from(frame.payload);
		expect(gzip.subarray(0, 10).toString("hex")).toBe("1f8b08000000000000ff");
		expect(gzip.subarray(-17, -8).toString("hex")).toBe("0000ffff010000ffff");
		expect(client.frames.some((one) => contentOf(one).needAck)).toBe(true);
		expect(client.frames.some((one) => !contentOf(one).needAck)).toBe(true);
	});

	it("has the same bytes for every client of one view", async () => {
		const { simulator, clock } = await started();
		const { roomId } = firstRoom(simulator);
		const clients = await Promise.all([1, 2, 3].map(() => connected(simulator, { roomId })));
		await clock.advance(2000);
		await until("all messages", () => clients.every((client) => client.messages.length === 10));
		const [first, second, third] = clients.map((client) => client.raw.map((bytes) => bytes.toString("hex")));
		expect(second).toEqual(first);
		expect(third).toEqual(first);
	});
});

describe("the traffic", () => {
	it("waits for the first viewer, who receives everything", async () => {
		const { simulator, clock } = await started();
		const room = firstRoom(simulator);
		await clock.advance(60_000);
		expect(room.info.generated).toBe(0);
		const first = await fetchState(simulator, { roomId: room.roomId });
		expect(first.ids).toEqual([]);
		await clock.advance(10_000);
		const client = await connected(simulator, { roomId: room.roomId, cursor: first.response.cursor });
		await clock.advance(10_000);
		await until("all messages", () => client.messages.length === 100);
		expect(client.ids).toEqual(room.generatedIds());
		expect(room.sentIds()).toEqual(client.ids);
	});

	it("counts only written messages as sent, in order", async () => {
		const { simulator, clock } = await started({ startTraffic: "at_once" });
		const room = firstRoom(simulator);
		await clock.advance(20_000);
		expect(room.generatedIds()).toHaveLength(100);
		expect(room.sentIds()).toEqual([]);
		const client = await connected(simulator, { roomId: room.roomId, cookie: "ttwid=x" });
		await clock.advance(40_000);
		const { messages } = client;
		await until("the newest message", () => messages.map(idOf).at(-1) === room.sentIds().at(-1) && messages.length > 0);
		expect(room.sentIds()).toEqual(client.ids);
		expect(room.sentIds(10)).toEqual(client.ids.slice(10));
		expect([...room.sentAts().keys()]).toEqual(client.ids);
		expect(messages.map((message) => message.method)).not.toContain("WebcastGiftMessage");
		expect(room.sentIds().length).toBeLessThan(200);
	});

	it("gives gifts to accounts only, out of one history", async () => {
		const { simulator, clock } = await started({ rate: 50 });
		const { roomId } = firstRoom(simulator);
		const account = await connected(simulator, { roomId });
		const visitor = await connected(simulator, { roomId, cookie: "ttwid=x; sessionid=" });
		await clock.advance(10_000);
		await until("all messages", () => account.messages.length === 500);
		const withoutGifts = account.messages.filter(({ method }) => !isGiftMethod(method));
		expect(withoutGifts.length).toBeLessThan(480);
		await until("the visitor's", () => visitor.messages.length === withoutGifts.length);
		expect(visitor.ids).toEqual(withoutGifts.map(idOf));
	});
});

const hasAllAcks = (simulator: Simulator): boolean => {
	const acks = simulator.connections()[0]?.acks;
	return acks !== undefined && acks.requested > 0 && acks.received === acks.requested;
};

describe("a client's signs of life", () => {
	it("are required: without any it is cut after 20 s", async () => {
		const { simulator, clock } = await started({ rate: 0 });
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await until("the first heartbeat", () => simulator.connections()[0]?.heartbeats === 1);
		await clock.advance(10_000);
		await until("the pong", () => simulator.connections()[0]?.lastPongAt === clock.now());
		await clock.advance(10_000);
		await until("the second pong", () => simulator.connections()[0]?.lastPongAt === clock.now());
		expect(client.closed).toBeUndefined();
		await clock.advance(1000);
		await until("the end", () => client.closed !== undefined);
		expect(client.closed).toBe(1006);
		expect(simulator.connections()).toEqual([]);
	});

	it("include pongs: without them it is cut after 20 s", async () => {
		const { simulator, clock } = await started();
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId, polite: false });
		for (let second = 0; second < 20; second++) {
			client.heartbeat();
			await until("the heartbeat", () => simulator.connections()[0]?.heartbeats === second + 1);
			await clock.advance(1000);
		}
		expect(client.closed).toBeUndefined();
		await clock.advance(1000);
		await until("the end", () => client.closed === 1006);
	});

	it.each([
		["acks", 5, (simulator: Simulator) => until("all acks", () => hasAllAcks(simulator))],
		["WebSocket pings", 0, (_: Simulator, client: Client) => client.ping()],
	])("include %s, but not with strict", async (_case, rate, sign) => {
		const signsFor = async (seconds: number, strict: boolean) => {
			const { simulator, clock } = await started({ rate, strict });
			const client = await connected(simulator, { roomId: firstRoom(simulator).roomId, heartbeats: false });
			for (let second = 5; second <= seconds; second += 5) {
				await clock.advance(5000);
				await sign(simulator, client);
			}
			expect(simulator.connections()).toMatchObject([{ heartbeats: 0 }]);
			return { client, clock };
		};
		const { client } = await signsFor(60, false);
		expect(client.closed).toBeUndefined();
		const { client: strict, clock } = await signsFor(20, true);
		await clock.advance(1000);
		await until("the end", () => strict.closed === 1006);
	});

	it("keep it connected", async () => {
		const { simulator, clock } = await started();
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		for (let i = 1; i <= 12; i++) {
			await clock.advance(10_000);
			client.heartbeat();
			await until("its signs", () => {
				const [info] = simulator.connections();
				return info?.heartbeats === i + 1 && info.lastPongAt === clock.now();
			});
		}
		expect(client.pings).toBe(12);
		expect(client.closed).toBeUndefined();
	});

	it("are tracked: good, unknown and wrong acks", async () => {
		const { simulator, clock } = await started();
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		await clock.advance(3000);
		await until("all acks", () => simulator.connections()[0]?.acks.received === 12);
		const logId = client.frames[0]?.logId ?? "";
		client.socket.send(encodePushFrame({ logId: "77", payloadType: "ack", payload: Buffer.from("x") }));
		client.socket.send(encodePushFrame({ logId, payloadType: "ack", payload: Buffer.from("x") }));
		client.socket.send(Buffer.from([0xff, 0xff]));
		client.socket.send("text");
		await until("the bad ones", () => simulator.connections()[0]?.badFrames === 2);
		expect(simulator.connections()[0]?.acks).toEqual({
			requested: 12,
			received: 13,
			unknown: 1,
			wrongExt: 1,
			lastLogId: logId,
		});
	});

	it("get no answer to a close frame (1006)", async () => {
		const { simulator } = await started();
		const client = await connected(simulator, { roomId: firstRoom(simulator).roomId });
		client.socket.close(1000);
		await until("the end", () => client.closed !== undefined);
		expect(client.closed).toBe(1006);
		await until("the connection is forgotten", () => simulator.connections().length === 0);
	});
});

describe("a broadcast", () => {
	it("ends with a control message, before a new id", async () => {
		const { simulator, clock } = await started();
		const room = firstRoom(simulator);
		const before = room.roomId;
		const client = await connected(simulator, { roomId: before });
		await clock.advance(2000);
		room.end();
		await until("the control message", () => client.messages.at(-1)?.method === "WebcastControlMessage");
		expect(decodeControlMessage(client.messages.at(-1)?.payload ?? new Uint8Array(0)).action).toBe(3);
		const frames = client.frames.length;
		await clock.advance(9000);
		expect(client.frames.length).toBe(frames);
		expect(client.open).toBe(true);
		expect(() => room.end()).toThrow(/is over/);

		room.begin();
		expect(room.roomId).not.toBe(before);
		expect(room.roomId).toMatch(/^\d{19}$/);
		const next = await connected(simulator, { roomId: room.roomId, cursor: client.cursor });
		await clock.advance(1000);
		await until("its messages", () => next.messages.length === 5);
		expect(client.frames.length).toBe(frames);
		expect(simulator.connections().map((info) => info.resumed)).toEqual([false, false]);
		expect(room.sentIds()).toEqual([...client.ids, ...next.ids]);
		expect([...room.sentIds()].sort()).toEqual(room.sentIds());
	});

	it("still serves resuming clients after its end", async () => {
		const { simulator, clock } = await started();
		const room = firstRoom(simulator);
		const { roomId } = room;
		const client = await connected(simulator, { roomId });
		await clock.advance(1000);
		await until("its messages", () => client.messages.length === 5);
		client.socket.terminate();
		await clock.advance(1000);
		room.end();
		room.begin();
		const late = await connected(simulator, { roomId, cursor: client.cursor });
		// A viewer of the old one does not start the new one.
		await clock.advance(5000);
		await until("the rest", () => late.messages.at(-1)?.method === "WebcastControlMessage");
		expect([...client.ids, ...late.ids]).toEqual(room.generatedIds());
	});
});

describe("close", () => {
	it("does not wait for a refused client that stays", async () => {
		const { simulator } = await started();
		const socket = createConnection(simulator.port, "127.0.0.1");
		onTestFinished(() => void socket.destroy());
		let answer = "";
		socket.on("data", (chunk) => {
			answer += chunk;
		});
		const head = "GET /webcast/im/push/v2/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
		socket.write(`${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
		await until("the refusal", () => answer.includes("DEVICE_BLOCKED"));
		await simulator.close();
	});

	it("leaves no timer and no socket under any fault", async () => {
		const { simulator, clock } = await started();
		const { roomId } = firstRoom(simulator);
		const client = await connected(simulator, { roomId });
		simulator.setFault({ fault: "half_open" });
		simulator.setFault({ fault: "slow_handshake", ms: 60_000 });
		const timers = clock.pendingTimers;
		const waiting = new Client(simulator, { roomId });
		await until("the handshake is held up", () => clock.pendingTimers === timers + 1);
		await simulator.close();
		await until("both are closed", () => client.closed === 1006 && waiting.closed === 1006);
		expect(clock.pendingTimers).toBe(0);
		await expect(fetch(simulator.url)).rejects.toThrow();
	});
});
