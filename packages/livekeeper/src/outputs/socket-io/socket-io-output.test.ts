import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, say, startWithRoom, type TestService } from "../../service/service.helpers.ts";
import type { ClientEvents, JoinReply, LeaveReply, ServerEvents, WireMessage } from "./index.ts";

type Client = Socket<ServerEvents, ClientEvents>;

function client(service: TestService, options: Partial<ManagerOptions & SocketOptions> = {}): Client {
	const socket: Client = io(service.url, { transports: ["websocket"], forceNew: true, ...options });
	onTestFinished(() => void socket.disconnect());
	return socket;
}

async function join(socket: Client, request: unknown): Promise<JoinReply> {
	return (await socket.timeout(5000).emitWithAck("join", request as { live_id: string })) as JoinReply;
}

async function leave(socket: Client, request: unknown): Promise<LeaveReply> {
	return (await socket.timeout(5000).emitWithAck("leave", request as { live_id: string })) as LeaveReply;
}

/** Collects the events that a client receives. */
function hear(socket: Client): WireMessage[] {
	const heard: WireMessage[] = [];
	socket.on("message", (event) => heard.push(event));
	return heard;
}

test.each([["websocket"], ["polling"]])("sends a joined room's wire events in order (%s)", async (transport) => {
	const service = await startWithRoom();
	const socket = client(service, { transports: [transport] });
	const heard = hear(socket);
	const joined = await join(socket, { live_id: "1001" });
	expect(joined).toMatchObject({ success: true, live_id: "1001", status: { state: "connected", room_id: "r1" } });
	await say(service, "一", "二");
	await say(service, "三");
	await vi.waitFor(() => expect(heard).toHaveLength(3));
	expect(heard.map((event) => event.type === "chat" && event.content)).toEqual(["一", "二", "三"]);
	expect(heard[0]).toMatchObject({ live_id: "1001", room_id: "r1", method: "WebcastChatMessage" });
	const [first = 0, ...rest] = heard.map((event) => event.seq);
	expect(rest).toEqual([first + 1, first + 2]);
});

test("sends events only to clients that joined the room", async () => {
	const service = await startWithRoom();
	const [inside, outside, gone] = [client(service), client(service), client(service)];
	const [heardInside, heardOutside, heardGone] = [hear(inside), hear(outside), hear(gone)];
	await join(inside, { live_id: "1001" });
	await join(gone, { live_id: "1001" });
	await leave(outside, { live_id: "1001" });
	expect(await leave(gone, { live_id: "1001" })).toEqual({ success: true, live_id: "1001" });
	await say(service, "只给一个人");
	await vi.waitFor(() => expect(heardInside).toHaveLength(1));
	// This answer comes after the event would have, so the event was not sent.
	await leave(outside, { live_id: "1001" });
	await leave(gone, { live_id: "1001" });
	expect([heardOutside, heardGone]).toEqual([[], []]);
});

test("batches events with batch: true, until the next join", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const heard = hear(socket);
	const batches: WireMessage[][] = [];
	socket.on("messages", (events) => batches.push(events));
	await join(socket, { live_id: "1001", batch: true });
	await say(service, "一", "二", "三");
	await vi.waitFor(() => expect(batches).toHaveLength(1));
	expect(batches[0]).toHaveLength(3);
	expect(heard).toEqual([]);
	await join(socket, { live_id: "1001" });
	await say(service, "四");
	await vi.waitFor(() => expect(heard).toHaveLength(1));
	expect(batches).toHaveLength(1);
});

test("sends stored payloads with raw: true", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const heard = hear(socket);
	const batches: WireMessage[][] = [];
	socket.on("messages", (events) => batches.push(events));
	const event = chat(service.clock.now(), { raw: Uint8Array.of(9) } as Partial<UpstreamEvent>);
	service.upstream.last.frame([event]);
	await service.until(async () =>
		expect((await ask(service, "GET", "/api/v1/rooms/1001/events")).body.last_seq).toBe(3),
	);
	for (const raw of [true, false]) {
		for (const batch of [false, true]) {
			const before = heard.length + batches.length;
			await join(socket, { live_id: "1001", after: 2, raw, batch });
			await vi.waitFor(() => expect(heard.length + batches.length).toBe(before + 1));
		}
	}
	const [full, plain] = [{ seq: 3, raw: "CQ==" }, { seq: 3 }];
	expect([heard, batches.flat()]).toMatchObject([
		[full, plain],
		[full, plain],
	]);
	expect([heard[1], batches[1]?.[0]].filter((one) => one && "raw" in one)).toEqual([]);
});

test("sends a room's state changes as status", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const states: string[] = [];
	socket.on("status", (status) => states.push(`${status.live_id} ${status.state}`));
	await join(socket, { live_id: "https://live.douyin.com/1001" });
	service.upstream.last.fail(new Error("cut"));
	await service.until(() => expect(states).toContain("1001 reconnecting"));
});

test("changes nothing upstream, however often a page is refreshed", async () => {
	const service = await startWithRoom();
	for (let i = 0; i < 5; i++) {
		const socket = client(service);
		await join(socket, { live_id: "1001" });
		socket.disconnect();
	}
	await service.clock.advance(10_000);
	expect(service.upstream.sessions).toHaveLength(1);
	expect(service.upstream.last.aborted).toBe(false);
});

test("refuses to join an unknown room without starting it", async () => {
	const service = await startWithRoom();
	const refused = await join(client(service), { live_id: "2002" });
	expect(refused).toEqual({
		success: false,
		error: { code: "room_not_found", message: expect.any(String), hint: expect.stringContaining("Start the room") },
	});
	expect(service.live.getRoom("2002")).toBeUndefined();
});

test.each([
	[undefined, "invalid_request"],
	[null, "invalid_request"],
	["1001", "invalid_request"],
	[[], "invalid_request"],
	[{}, "invalid_live_id"],
	[{ live_id: "" }, "invalid_live_id"],
	[{ live_id: 1.5 }, "invalid_live_id"],
	[{ live_id: "../x" }, "invalid_live_id"],
	[{ live_id: "https://example.com/1" }, "invalid_live_id"],
	[{ live_id: "1001", batch: "yes" }, "invalid_request"],
	[{ live_id: "1001", after: -1 }, "invalid_request"],
	[{ live_id: "1001", after: "soon" }, "invalid_request"],
	[{ live_id: "1001", types: ["chat", "gfit"] }, "invalid_request"],
	[{ live_id: "1001", types: { chat: true } }, "invalid_request"],
])("refuses a malformed request and breaks nothing: %j", async (request, code) => {
	const service = await startWithRoom();
	const socket = client(service);
	for (const ask of [join, leave])
		expect(await ask(socket, request)).toMatchObject({ success: false, error: { code } });
	expect(await join(socket, { live_id: "1001" })).toMatchObject({ success: true });
	expect(service.lines.filter((line) => line.level >= 50)).toEqual([]);
});

test("sends a refusal as an error event without an acknowledgement", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const refusal = new Promise((resolve) => socket.on("error", resolve));
	socket.emit("join", { live_id: "2002" });
	expect(await refusal).toMatchObject({ success: false, error: { code: "room_not_found" } });
});

test("requires the key, as auth.token or as a bearer header", async () => {
	const service = await startWithRoom({ apiKey: "correct-horse" });
	const refused = async (options: object) => {
		const socket = client(service, options);
		const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.on("connect_error", resolve));
		expect(error.data).toMatchObject({ code: "unauthorized", hint: expect.any(String) });
	};
	await refused({});
	await refused({ auth: { token: "wrong" } });
	await refused({ auth: { token: { $ne: "" } } });
	await refused({ extraHeaders: { authorization: "Bearer wrong" } });
	for (const options of [
		{ auth: { token: "correct-horse" } },
		{ extraHeaders: { authorization: "Bearer correct-horse" } },
	]) {
		expect(await join(client(service, options), { live_id: "1001" })).toMatchObject({ success: true });
	}
});

test("refuses a foreign page, since browsers do not restrict WebSockets", async () => {
	const service = await startWithRoom({ corsOrigins: "https://a.example" });
	const opens = (extraHeaders: Record<string, string>) =>
		new Promise<boolean>((resolve) => {
			const socket = client(service, { extraHeaders, reconnection: false });
			socket.on("connect", () => resolve(true));
			socket.on("connect_error", () => resolve(false));
		});
	expect(await opens({ origin: "https://evil.example" })).toBe(false);
	expect(await opens({ host: "evil.example", origin: "http://evil.example" })).toBe(false);
	expect(await opens({ origin: "https://a.example" })).toBe(true);
	expect(await opens({ origin: service.url })).toBe(true);
	expect(await opens({})).toBe(true);
	expect((await ask(service, "GET", "/metrics")).body).toContain("livekeeper_socketio_refused_total 2");
});

test("sends the backlog with after, only some kinds with types", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二");
	const [all, some] = [client(service), client(service)];
	const [heardAll, heardSome] = [hear(all), hear(some)];
	await join(all, { live_id: "1001", after: 1 });
	await join(some, { live_id: "1001", after: 0, types: ["chat"] });
	await say(service, "三");
	await vi.waitFor(() => expect([heardAll.length, heardSome.length]).toEqual([4, 3]));
	expect(heardAll.map(({ seq }) => seq)).toEqual([2, 3, 4, 5]);
	expect(heardSome.map((event) => event.type === "chat" && event.content)).toEqual(["一", "二", "三"]);
});

test("resumes at the last seq without loss or duplicates", async () => {
	const service = await startWithRoom();
	const seqs: number[] = [];
	for (let round = 0; round < 3; round++) {
		const socket = client(service);
		socket.on("message", ({ seq }) => void seqs.push(seq));
		await join(socket, { live_id: "1001", after: seqs.at(-1) ?? 0 });
		await say(service, "有人", "没人");
		await vi.waitFor(() => expect(seqs.length).toBe(2 + round * 4 + 2));
		socket.disconnect();
		await say(service, "走了", "之后");
	}
	expect(seqs).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
});

test("reports a reset to a client ahead of the log", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const heard = hear(socket);
	const notice = new Promise((resolve) => socket.on("truncated", resolve));
	await join(socket, { live_id: "1001", after: 500 });
	expect(await notice).toMatchObject({ live_id: "1001", reason: "reset" });
	await vi.waitFor(() => expect(heard.map(({ seq }) => seq)).toEqual([1, 2]));
});

test("serves a stopped room, without a status", async () => {
	const service = await startWithRoom();
	await service.live.stopLive("1001");
	const socket = client(service);
	const heard = hear(socket);
	expect(await join(socket, { live_id: "1001", after: 0 })).toEqual({ success: true, live_id: "1001", status: null });
	await vi.waitFor(() => expect(heard).toHaveLength(2));
});

test("disconnects a stalled client without delaying ingest or other readers", async () => {
	const service = await startWithRoom({ socketBuffer: "100000", readerStallMs: "1000" });
	const reader = client(service);
	const heard = hear(reader);
	await join(reader, { live_id: "1001" });
	const slow = await neverReads(service);
	await vi.waitFor(async () => expect((await ask(service, "GET", "/metrics")).body).toContain("_clients 2"));

	const text = "长".repeat(20_000);
	let sent = 0;
	const slowReaders = () => service.lines.filter((line) => line["event"] === "slow_reader").length;
	// Until the systems' own buffers are full too: what they take counts as read.
	while (slowReaders() === 0 && sent < 500) {
		await say(service, ...Array.from({ length: 10 }, () => text));
		sent += 10;
		await service.clock.advance(5000);
	}
	expect(slowReaders()).toBe(1);
	await slow.closed();
	await service.until(() => expect(heard).toHaveLength(sent));
	expect(service.live.getRoom("1001")).toMatchObject({ state: "connected", gaps: 0 });
	expect((await ask(service, "GET", "/metrics")).body).toContain("livekeeper_socketio_slow_readers_total 1");
});

/** Opens a raw WebSocket client that joins room 1001 and then leaves everything unread. */
async function neverReads(service: TestService): Promise<{ closed(): Promise<unknown> }> {
	const socket = connectTcp(service.port, "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	socket.on("error", () => undefined);
	const head = ["GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket"];
	const keys = ["Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"];
	socket.write(`${[...head, ...keys].join("\r\n")}\r\n\r\n`);
	await once(socket, "data");
	socket.write(maskedText("40"));
	await once(socket, "data");
	socket.write(maskedText('42["join",{"live_id":"1001"}]'));
	socket.pause();
	// A socket that is not read does not notice its end either, so resume reading to see whether it was closed.
	return { closed: () => once(socket.resume(), "close") };
}

function maskedText(text: string): Buffer {
	const payload = Buffer.from(text);
	return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

test("stops so that clients reconnect by themselves after a restart", async () => {
	const service = await startWithRoom();
	const socket = client(service);
	const other = client(service, { transports: ["polling"] });
	await Promise.all([join(socket, { live_id: "1001" }), join(other, { live_id: "1001" })]);
	const reasons = Promise.all([socket, other].map((one) => new Promise((resolve) => one.once("disconnect", resolve))));
	await service.stop();
	// "io server disconnect" would make the client stay disconnected.
	for (const reason of await reasons) expect(reason).not.toBe("io server disconnect");
	expect(socket.active && other.active).toBe(true);
	expect(service.clock.pendingTimers).toBe(0);
});
