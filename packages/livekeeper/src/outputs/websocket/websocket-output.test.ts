import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ask, say, startTestService, startWithRoom, type TestService } from "../../service/service.helpers.ts";

interface Reader {
	socket: WebSocket;
	/** Content of each text message. */
	heard: { seq: number; type: string; content?: string }[];
	/** Close code of the connection. */
	closed: Promise<number>;
}

function read(service: TestService, path: string, options: object = {}): Reader {
	const socket = new WebSocket(`${service.url.replace("http", "ws")}${path}`, options);
	const heard: Reader["heard"] = [];
	socket.on("message", (data: Buffer, binary) => {
		expect(binary).toBe(false);
		heard.push(JSON.parse(data.toString()));
	});
	socket.on("error", () => undefined);
	onTestFinished(() => socket.terminate());
	const closed = new Promise<number>((resolve) => socket.once("close", resolve));
	return { socket, heard, closed };
}

async function opened(service: TestService, path: string, options: object = {}): Promise<Reader> {
	const reader = read(service, path, options);
	await once(reader.socket, "open");
	return reader;
}

/** Returns the HTTP response to a refused upgrade. */
async function refusal(service: TestService, path: string, options: object = {}) {
	const { socket } = read(service, path, options);
	const [, response] = await once(socket, "unexpected-response");
	let text = "";
	for await (const chunk of response) text += String(chunk);
	return { status: response.statusCode as number, type: response.headers["content-type"], body: JSON.parse(text) };
}

const seqs = ({ heard }: Reader) => heard.map(({ seq }) => seq);

test("sends the backlog after a seq, then live events", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二");
	const reader = await opened(service, "/ws/1001?after=1");
	await vi.waitFor(() => expect(seqs(reader)).toEqual([2, 3, 4]));
	await say(service, "三");
	await vi.waitFor(() => expect(seqs(reader)).toEqual([2, 3, 4, 5]));
	expect(reader.heard.at(-1)).toMatchObject({ type: "chat", live_id: "1001", content: "三" });
});

test("sends stored payloads with raw=1, refuses other values", async () => {
	const service = await startWithRoom();
	const event = chat(service.clock.now(), { raw: Uint8Array.of(9) } as Partial<UpstreamEvent>);
	service.upstream.last.frame([event]);
	await service.until(async () =>
		expect((await ask(service, "GET", "/api/v1/rooms/1001/events")).body.last_seq).toBe(3),
	);
	for (const query of ["", "&batch=1"]) {
		const [full, plain] = [
			await opened(service, `/ws/1001?after=2&raw=1${query}`),
			await opened(service, `/ws/1001?after=2${query}`),
		];
		for (const [reader, raw] of [
			[full, "CQ=="],
			[plain, undefined],
		] as const) {
			await vi.waitFor(() => expect(reader.heard).toHaveLength(1));
			expect([reader.heard[0]].flat()[0]).toMatchObject({ seq: 3 });
			expect(JSON.stringify(reader.heard)).toEqual(
				raw ? expect.stringContaining(`"raw":"${raw}"`) : expect.not.stringContaining("raw"),
			);
		}
	}
	expect(await refusal(service, "/ws/1001?raw=perhaps")).toMatchObject({
		status: 400,
		body: { error: { code: "invalid_request" } },
	});
});

test("sends only later events without after", async () => {
	const service = await startWithRoom();
	await say(service, "早");
	const reader = await opened(service, "/ws/1001");
	// The reader is registered once a later one, served in order, has received its backlog.
	const other = await opened(service, "/ws/1001?after=0");
	await vi.waitFor(() => expect(seqs(other)).toEqual([1, 2, 3]));
	await say(service, "晚");
	await vi.waitFor(() => expect(seqs(reader)).toEqual([4]));
});

test("filters by types, and sends arrays with batch", async () => {
	const service = await startWithRoom();
	await say(service, "一", "二");
	const chats = await opened(service, "/ws/1001?after=0&types=chat,gift");
	const batches = await opened(service, "/ws/1001?after=0&batch=1");
	await vi.waitFor(() => expect(seqs(chats)).toEqual([3, 4]));
	await vi.waitFor(() => expect(batches.heard.flat().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]));
	expect(batches.heard.every((batch) => Array.isArray(batch))).toBe(true);
});

test("reads a room by its URL, even a stopped one", async () => {
	const service = await startWithRoom();
	await service.live.stopLive("1001");
	const reader = await opened(service, `/ws/${encodeURIComponent("https://live.douyin.com/1001")}?after=0`);
	await vi.waitFor(() => expect(seqs(reader)).toEqual([1, 2]));
});

test("reports a reset to a reader ahead of the log", async () => {
	const service = await startWithRoom();
	const reader = await opened(service, "/ws/1001?after=500");
	await vi.waitFor(() => expect(reader.heard).toHaveLength(3));
	expect(reader.heard[0]).toMatchObject({ type: "truncated", reason: "reset" });
	expect(seqs(reader).slice(1)).toEqual([1, 2]);
});

test.each([
	["/ws/2002", 404, "room_not_found"],
	["/ws/", 400, "invalid_live_id"],
	["/ws/..%2fx", 400, "invalid_live_id"],
	["/ws/%zz", 400, "invalid_live_id"],
	["/ws/1001?after=-1", 400, "invalid_request"],
	["/ws/1001?after=soon", 400, "invalid_request"],
	["/ws/1001?types=gfit", 400, "invalid_request"],
	["/wsx/1001", 404, "not_found"],
])("refuses %s with an HTTP error", async (path, status, code) => {
	const service = await startTestService();
	const answer = await refusal(service, path);
	expect(answer).toMatchObject({ status, type: "application/json; charset=utf-8" });
	const error = { code, message: expect.stringMatching(/./), hint: expect.stringMatching(/./) };
	expect(answer.body).toEqual({ success: false, error });
	expect(service.lines.filter(({ level }) => level >= 50)).toEqual([]);
});

test("requires the key, as bearer header or query parameter", async () => {
	const service = await startWithRoom({ apiKey: "correct-horse" });
	const header = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
	for (const [path, options] of [
		["/ws/1001", {}],
		["/ws/1001?api_key=wrong", {}],
		["/ws/1001", header("wrong")],
		["/ws/1001?api_key=correct-horse", header("wrong")],
	] as const) {
		expect(await refusal(service, path, options)).toMatchObject({
			status: 401,
			body: { error: { code: "unauthorized" } },
		});
	}
	for (const reader of [
		await opened(service, "/ws/1001?after=0", header("correct-horse")),
		await opened(service, "/ws/1001?after=0&api_key=correct-horse"),
	]) {
		await vi.waitFor(() => expect(seqs(reader)).toEqual([1, 2]));
	}
	expect(JSON.stringify(service.lines)).not.toContain("correct-horse");
});

test("refuses foreign pages and foreign host names", async () => {
	const service = await startWithRoom({ corsOrigins: "https://a.example" });
	expect(await refusal(service, "/ws/1001", { origin: "https://evil.example" })).toMatchObject({
		status: 403,
		body: { error: { code: "forbidden_origin" } },
	});
	expect(await refusal(service, "/ws/1001", { headers: { host: "evil.example" } })).toMatchObject({
		status: 403,
		body: { error: { code: "forbidden_host" } },
	});
	await opened(service, "/ws/1001", { origin: "https://a.example" });
});

test("disconnects only clients that leave a ping unanswered", async () => {
	const service = await startWithRoom();
	const quiet = await opened(service, "/ws/1001", { autoPong: false });
	const alive = await opened(service, "/ws/1001");
	for (let round = 0; round < 2; round++) {
		const pinged = once(alive.socket, "ping");
		await service.clock.advance(30_000);
		await pinged;
		// The pong is sent before this answer is requested.
		await ask(service, "GET", "/health/live");
	}
	expect(await quiet.closed).toBe(1006);
	expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});

test("ends a stalled client without delaying ingest or other readers", async () => {
	const service = await startWithRoom({ socketBuffer: "100000", readerStallMs: "1000" });
	const reader = await opened(service, "/ws/1001?after=0");
	const slow = connectTcp(service.port, "127.0.0.1");
	onTestFinished(() => void slow.destroy());
	slow.on("error", () => undefined);
	const head = ["GET /ws/1001?after=0 HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"];
	const keys = ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 13"];
	slow.write(`${[...head, ...keys].join("\r\n")}\r\n\r\n`);
	await once(slow, "data");
	slow.pause();
	let gone = false;
	const text = "长".repeat(20_000);
	let sent = 0;
	// A write reveals its end: the other side answers with a reset.
	slow.once("close", () => {
		gone = true;
	});
	while (!gone && sent < 500) {
		await say(service, ...Array.from({ length: 10 }, () => text));
		sent += 10;
		await service.clock.advance(5000);
		slow.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
	}
	expect(gone).toBe(true);
	await service.until(() => expect(reader.heard).toHaveLength(sent + 2));
	expect(service.live.getRoom("1001")).toMatchObject({ state: "connected", gaps: 0 });
});

test("stops with a reason for readers, and without timers", async () => {
	const service = await startWithRoom();
	const reader = await opened(service, "/ws/1001?after=0");
	await vi.waitFor(() => expect(reader.heard).toHaveLength(2));
	await service.stop();
	expect(await reader.closed).toBe(1001);
	expect(service.clock.pendingTimers).toBe(0);
});

test("releases a client that leaves", async () => {
	const service = await startWithRoom();
	const before = service.clock.pendingTimers;
	const reader = await opened(service, "/ws/1001?after=0");
	await vi.waitFor(() => expect(reader.heard).toHaveLength(2));
	expect(service.clock.pendingTimers).toBe(before + 1);
	reader.socket.close();
	await reader.closed;
	await vi.waitFor(() => expect(service.clock.pendingTimers).toBe(before));
});

test("sends the status of all rooms without a live id", async () => {
	const service = await startWithRoom();
	const { heard } = await opened(service, "/ws");
	await vi.waitFor(() => expect(heard).toHaveLength(1));
	expect(heard[0]).toMatchObject({ type: "rooms", rooms: [{ live_id: "1001", state: "connected" }] });
	await say(service, "你好");
	await service.clock.advance(1000);
	await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ type: "changes", changed: [{ live_id: "1001" }] }));
});

test("accepts the key as a sub-protocol, and never echoes it", async () => {
	const key = "correct-horse";
	const service = await startWithRoom({ apiKey: key });
	const protocols = (given: string) => ["livekeeper", `livekeeper.key.${Buffer.from(given).toString("hex")}`];
	const headers = (given: string) => ({ headers: { "sec-websocket-protocol": protocols(given).join(", ") } });
	expect((await refusal(service, "/ws", headers("wrong"))).body.error.code).toBe("unauthorized");
	const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws`, protocols(key));
	onTestFinished(() => socket.terminate());
	await once(socket, "open");
	expect(socket.protocol).toBe("livekeeper");
});

test("sends keep-alives every 15 s only on request", async () => {
	const service = await startWithRoom();
	const asking = await opened(service, "/ws/1001?keepalive=1");
	const silent = await opened(service, "/ws/1001");
	await service.clock.advance(15_000);
	await vi.waitFor(() => expect(asking.heard).toContainEqual({ type: "keepalive" }));
	expect(silent.heard).not.toContainEqual({ type: "keepalive" });
});
