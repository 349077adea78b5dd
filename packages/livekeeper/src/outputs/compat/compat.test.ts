import { once } from "node:events";
import { cpSync } from "node:fs";
import type { UpstreamEvent } from "@livekeeper/douyin";
import { chat, offline } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ask, connectRoom, say, startTestService, type TestService } from "../../service/service.helpers.ts";

type Message = Record<string, unknown> & { code?: string };

interface Client {
	socket: WebSocket;
	heard: (Message | string)[];
	closed: Promise<[number, string]>;
}

const bothServers = { douyinlivePort: "0", barragegrabPort: "0" };

function dial(address: string, options: object = {}): Client {
	const socket = new WebSocket(address, options);
	const heard: Client["heard"] = [];
	socket.on("message", (data) => {
		const text = String(data);
		heard.push(text.startsWith("{") ? (JSON.parse(text) as Message) : text);
	});
	socket.on("error", () => undefined);
	onTestFinished(() => socket.terminate());
	const closed = new Promise<[number, string]>((resolve) => {
		socket.once("close", (code, reason) => resolve([code, String(reason)]));
	});
	return { socket, heard, closed };
}

async function douyinLive(service: TestService, path: string, options: object = {}): Promise<Client> {
	const client = dial(`ws://127.0.0.1:${service.compat.douyinLive}${path}`, options);
	await once(client.socket, "open");
	return client;
}

async function barrageGrab(service: TestService, path = "/", options: object = {}): Promise<Client> {
	const client = dial(`ws://127.0.0.1:${service.compat.barrageGrab}${path}`, options);
	await once(client.socket, "open");
	return client;
}

const codes = ({ heard }: Client) => heard.flatMap((one) => (typeof one === "object" && one.code ? one.code : []));
const contents = ({ heard }: Client) => heard.flatMap((one) => (typeof one === "object" ? (one["content"] ?? []) : []));
const data = ({ heard }: Client) => heard.map((one) => JSON.parse((one as { Data: string }).Data) as Message);

/** Opens the session of a room that a listener has started. */
async function play(service: TestService, liveId = "1001"): Promise<void> {
	const session = await service.until(() => {
		const asked = service.upstream.sessions.findLast(({ request, closed }) => request.liveId === liveId && !closed);
		if (!asked) throw new Error("not asked for yet");
		return asked;
	});
	session.open();
	session.frame([]);
	await service.until(() => expect(service.live.getRoom(liveId)?.state).toBe("connected"));
}

test("listens only on configured ports", async () => {
	const service = await startTestService();
	expect(service.compat).toEqual({ douyinLive: undefined, barrageGrab: undefined });
});

test("starts a room for its first listener, releases it afterwards", async () => {
	const service = await startTestService(bothServers);
	const one = await douyinLive(service, "/ws/1001");
	const other = await douyinLive(service, "/ws/1001?foo=1");
	await play(service);
	await service.until(() => expect([codes(one), codes(other)]).toEqual([["ROOM_ONLINE"], ["ROOM_ONLINE"]]));
	await say(service, "你好");
	await service.until(() => expect([contents(one), contents(other)]).toEqual([["你好"], ["你好"]]));
	one.socket.close();
	await one.closed;
	await service.clock.advance(100_000);
	expect(service.live.getRoom("1001")).toBeDefined();
	other.socket.close();
	await other.closed;
	await service.clock.advance(50_000);
	expect(service.live.getRoom("1001")).toBeDefined();
	await service.clock.advance(40_000);
	await service.until(() => expect(service.live.getRoom("1001")).toBeUndefined());
});

test("keeps a room started by the API without listeners", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service, "1002");
	const kept = await douyinLive(service, "/ws/1002");
	const started = await douyinLive(service, "/ws/1001");
	await play(service);
	await service.live.startLive("1001");
	for (const client of [kept, started]) {
		client.socket.close();
		await client.closed;
	}
	await service.clock.advance(300_000);
	expect(service.live.getStatus().activeRooms).toEqual(["1002", "1001"]);
});

test("releases a listener's room after a restart", async () => {
	const service = await startTestService(bothServers);
	await douyinLive(service, "/ws/1001");
	await play(service);
	await service.stop();
	const again = await startTestService({ dataDir: service.dataDir });
	expect(again.live.getStatus().activeRooms).toEqual(["1001"]);
	await again.clock.advance(90_000);
	await again.until(() => expect(again.live.getStatus().activeRooms).toEqual([]));
});

test("reports each state change of a room with its code", async () => {
	const service = await startTestService(bothServers);
	service.upstream.page = (liveId) => offline("r1", liveId);
	const client = await douyinLive(service, "/ws/1001");
	await service.until(() => expect(codes(client)).toEqual(["ROOM_OFFLINE"]));
	expect(client.heard[0]).toMatchObject({
		...{ type: "system", event: "live_status", valid: true, live: false, status: "offline", room_id: "1001" },
		...{ title: "Gone", has_room: true, account_only: false, status_text: "直播间未开播" },
		retry_interval_seconds: expect.any(Number),
	});
	service.upstream.page = (liveId) => ({ status: "live", liveId, roomId: "r2", userUniqueId: "u", title: "t" });
	await service.clock.advance(30_000);
	await play(service);
	await service.until(() => expect(codes(client)).toEqual(["ROOM_OFFLINE", "ROOM_ONLINE"]));
	service.upstream.page = (liveId) => offline("r2", liveId);
	service.upstream.last.frame([
		{ ...chat(service.clock.now()), type: "control", action: "end", code: 3, tips: "" } as unknown as UpstreamEvent,
	]);
	await service.until(() => expect(codes(client)).toEqual(["ROOM_OFFLINE", "ROOM_ONLINE", "ROOM_ENDED"]));
	expect(client.heard.at(-1)).toMatchObject({ ended: true, live: false });
});

test("rejects unknown rooms and invalid names", async () => {
	const service = await startTestService(bothServers);
	service.upstream.page = (liveId) => ({ status: "not_found", liveId }) as never;
	for (const path of ["/ws/1001", "/ws/%E4%BD%A0%20"]) {
		const client = await douyinLive(service, path);
		expect(await client.closed).toEqual([1008, "room_not_found"]);
		expect(codes(client)).toEqual(["ROOM_NOT_FOUND"]);
	}
});

test("reports and closes a room that cannot be started", async () => {
	const service = await startTestService({ ...bothServers, maxRooms: "1" });
	await service.live.startLive("1002");
	const client = await douyinLive(service, "/ws/1001");
	expect(await client.closed).toEqual([1011, "upstream_start_failed"]);
	expect(codes(client)).toEqual(["ROOM_STATUS_UNKNOWN"]);
});

test("gives listeners the reason when a room or service stops", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service, "1001");
	await connectRoom(service, "1002");
	const stopped = await douyinLive(service, "/ws/1001");
	const open = await douyinLive(service, "/ws/1002");
	const grab = await barrageGrab(service);
	await service.until(() => expect([codes(stopped), codes(open)]).toEqual([["ROOM_ONLINE"], ["ROOM_ONLINE"]]));
	await service.live.stopLive("1001");
	expect(await stopped.closed).toEqual([1000, "normal_close"]);
	await service.stop();
	expect(await open.closed).toEqual([1001, "service_shutdown"]);
	expect(await grab.closed).toEqual([1001, "service_shutdown"]);
});

test("answers the word ping and ignores other messages", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service);
	const client = await douyinLive(service, "/ws/1001");
	client.socket.send("ping");
	await service.until(() => expect(client.heard).toContain("pong"));
	const grab = await barrageGrab(service, "/any/path");
	for (const text of ['{"Cmd":1,"Data":true}', "ping", "\u0000", "{"]) grab.socket.send(text);
	await say(service, "还在");
	await service.until(() => expect(data(grab)).toMatchObject([{ Content: "还在", WebRoomId: "1001" }]));
	expect(grab.heard).toMatchObject([{ Type: 1, ProcessName: "livekeeper", Data: expect.any(String) }]);
});

test("sends DouyinBarrageGrab's clients all rooms, or those they name", async () => {
	const service = await startTestService(bothServers);
	const all = await barrageGrab(service);
	const named = await barrageGrab(service, "/?live_id=1002,1003");
	await connectRoom(service, "1002");
	await connectRoom(service, "1001");
	await say(service, "一");
	const session = service.upstream.sessions.find(({ request }) => request.liveId === "1002");
	session?.frame([chat(service.clock.now(), { liveId: "1002", content: "二" } as never)]);
	await service.until(() => expect(data(all).map(({ WebRoomId }) => WebRoomId)).toEqual(["1001", "1002"]));
	await service.until(() => expect(data(named)).toMatchObject([{ Content: "二" }]));
});

test("resumes within a minute without loss, even after a restart", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service);
	const before = await douyinLive(service, "/ws/1001");
	await service.until(() => expect(codes(before)).toEqual(["ROOM_ONLINE"]));
	await say(service, "一");
	await service.until(() => expect(contents(before)).toEqual(["一"]));
	before.socket.close();
	await before.closed;
	await say(service, "二");
	const after = await douyinLive(service, "/ws/1001");
	await service.until(() => expect(contents(after)).toEqual(["二"]));
	await service.stop();
	const again = await startTestService({ ...bothServers, dataDir: service.dataDir }, service.clock.now());
	await play(again);
	const speak = async (content: string) => {
		again.upstream.last.frame([chat(again.clock.now(), { content } as Partial<UpstreamEvent>)]);
		// It may wait for proof that it follows the newest event in the log.
		await again.clock.advance(10_000);
		const stored = () => ask(again, "GET", "/api/v1/rooms/1001/events?types=chat&limit=100");
		await again.until(async () => expect(JSON.stringify((await stored()).body)).toContain(content));
	};
	await speak("三");
	const back = await douyinLive(again, "/ws/1001");
	const second = await douyinLive(again, "/ws/1001");
	// The resumed listener skips the gap left by the restart, and its status repeats the state.
	const online = "ROOM_ONLINE";
	await again.until(() => expect([codes(back), codes(second)]).toEqual([[online, online], [online]]));
	await speak("四");
	await again.until(() => expect([contents(back), contents(second)]).toEqual([["三", "四"], ["四"]]));
});

test("requires the API key from each listener", async () => {
	const service = await startTestService({ ...bothServers, apiKey: "correct-horse" });
	const refused = dial(`ws://127.0.0.1:${service.compat.douyinLive}/ws/1001`);
	const [, response] = (await once(refused.socket, "unexpected-response")) as [unknown, { statusCode: number }];
	expect(response.statusCode).toBe(401);
	const authorization = "Bearer correct-horse";
	const client = await douyinLive(service, "/ws/1001", { headers: { authorization } });
	await service.until(() => expect(service.live.getRoom("1001")).toBeDefined());
	expect(client.socket.readyState).toBe(WebSocket.OPEN);
});

test("refuses a foreign web page that would start a room", async () => {
	const service = await startTestService(bothServers);
	const page = dial(`ws://127.0.0.1:${service.compat.douyinLive}/ws/1001`, { origin: "https://evil.example" });
	const [, response] = (await once(page.socket, "unexpected-response")) as [unknown, { statusCode: number }];
	expect(response.statusCode).toBe(403);
	expect(service.live.getStatus().activeRooms).toEqual([]);
});

test("uses an address's cookie only for a room it starts", async () => {
	const service = await startTestService(bothServers);
	await service.live.startLive("1002");
	const encoded = Buffer.from("sessionid=another").toString("base64url");
	await douyinLive(service, "/ws/1001?cookie=sessionid%3Dmade-up");
	await douyinLive(service, `/ws/1002?cookie_b64=${encoded}`);
	await douyinLive(service, "/ws/1003?cookie=nonsense");
	await service.until(() => expect(service.live.getRoom("1003")).toBeDefined());
	const cookies = ["1001", "1002", "1003"].map((liveId) => service.live.optionsOf(liveId)?.cookie);
	expect(cookies).toEqual(["sessionid=made-up", undefined, undefined]);
	expect(service.lines.filter(({ event }) => event === "listener_cookie_ignored")).toMatchObject([
		{ live_id: "1002", why: "kept" },
		{ live_id: "1003", why: "unreadable" },
	]);
	expect(JSON.stringify(service.lines)).not.toMatch(/made-up|another|nonsense/);
});

test.each([true, false])("sends long messages whole, with or without compression (%s)", async (deflate) => {
	const service = await startTestService(bothServers);
	await connectRoom(service);
	const client = await douyinLive(service, "/ws/1001", { perMessageDeflate: deflate });
	expect(client.socket.extensions.includes("permessage-deflate")).toBe(deflate);
	await service.until(() => expect(codes(client)).toEqual(["ROOM_ONLINE"]));
	const texts = ["短", "长".repeat(2000), "x".repeat(9000), "短"];
	await say(service, ...texts);
	await service.until(() => expect(contents(client)).toEqual(texts));
});

test("answers room queries in douyinLive's envelope", async () => {
	const service = await startTestService({ ...bothServers, apiKey: "correct-horse" });
	await connectRoom(service, "1001", "correct-horse");
	const base = `http://127.0.0.1:${service.compat.douyinLive}`;
	const headers = { authorization: "Bearer correct-horse", "content-type": "application/json" };
	const get = async (path: string, init: RequestInit = { headers }) => {
		const response = await fetch(`${base}${path}`, init);
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	};
	expect(await get("/health", {})).toMatchObject({ status: 200, body: { ok: true, data: { status: "ok" } } });
	expect(await get("/api/v1/rooms", {})).toMatchObject({ status: 401, body: { ok: false, data: null } });
	expect((await get("/api/v1/capabilities")).body).toMatchObject({ data: { read_only: true } });
	const room = { live_id: "1001", status: "online", is_live: true, upstream_ready: true, client_count: 0 };
	expect((await get("/api/v1/rooms")).body).toMatchObject({ ok: true, error: null, data: { rooms: [room], count: 1 } });
	expect((await get("/api/v1/rooms/1001")).body).toMatchObject({ data: room });
	expect((await get("/api/v1/rooms/1001/status")).body).toMatchObject({ data: { status: "online", has_room: true } });
	const url = encodeURIComponent("https://live.douyin.com/516466932480");
	expect((await get(`/api/v1/rooms/resolve?url=${url}`)).body).toMatchObject({ data: { live_id: "516466932480" } });
	const batch = (ids: unknown) =>
		get("/api/v1/rooms/status:batch", { method: "POST", headers, body: JSON.stringify({ live_ids: ids }) });
	expect((await batch(["1001"])).body).toMatchObject({ data: { items: [room], total: 1, online: 1, unknown: 0 } });
	expect(await batch(Array.from({ length: 51 }, () => "1001"))).toMatchObject({ status: 400, body: { ok: false } });
	expect(await get("/elsewhere")).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
	expect(await get("/api/v1/rooms", { method: "DELETE", headers })).toMatchObject({ status: 405 });
	expect(await get("/%zz//..")).toMatchObject({ status: 404 });
	const metrics = await fetch(`${base}/metrics`, { headers });
	expect(await metrics.text()).toContain("livekeeper_");
});

const lossText = "这个直播间可能有消息丢失，没有发到这里";
const messages = ({ heard }: Client) => heard.flatMap((one) => (typeof one === "object" ? (one["message"] ?? []) : []));
const isMissed = (line: { [field: string]: unknown }) => line["event"] === "listener_missed";

test("reports a gap to douyinLive's clients, and otherwise logs it", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service);
	const [one, grab] = [await douyinLive(service, "/ws/1001"), await barrageGrab(service)];
	await service.until(() => expect(codes(one)).toEqual(["ROOM_ONLINE"]));
	await say(service, "前");
	const { upstream, clock } = service;
	const before = upstream.last;
	before.end();
	await service.until(() => expect(upstream.last).not.toBe(before));
	upstream.last.open(false);
	upstream.last.frame([chat(clock.now(), { content: "后" } as Partial<UpstreamEvent>)]);
	await service.until(() => expect(contents(one)).toEqual(["前", "后"]));
	const gaps = await ask(service, "GET", "/api/v1/rooms/1001/events?types=gap");
	expect(gaps.body.events).toHaveLength(1);
	expect(codes(one)).toEqual(["ROOM_ONLINE", "ROOM_ONLINE"]);
	expect(messages(one).at(-1)).toBe(lossText);
	expect(one.heard.findIndex((heard) => (heard as Message)["message"] === lossText)).toBe(2);
	await service.until(() => expect(data(grab).map(({ Content }) => Content)).toEqual(["前", "后"]));
	expect(service.lines.filter(isMissed)).toMatchObject([{ live_id: "1001" }]);
});

test("reports a possible loss to listeners returning after a crash", async () => {
	const service = await startTestService(bothServers);
	await connectRoom(service);
	const before = await douyinLive(service, "/ws/1001");
	await service.until(() => expect(codes(before)).toEqual(["ROOM_ONLINE"]));
	const dataDir = temporaryFolder();
	cpSync(service.dataDir, dataDir, { recursive: true });
	const again = await startTestService({ ...bothServers, dataDir }, service.clock.now());
	await play(again);
	const [back, grab] = [await douyinLive(again, "/ws/1001"), await barrageGrab(again)];
	await again.until(() => expect(messages(back)).toEqual([lossText]));
	expect(codes(back)).toEqual(["ROOM_ONLINE"]);
	await again.until(() => expect(again.lines.filter(isMissed)).toMatchObject([{ live_id: "1001" }]));
	expect(grab.heard).toEqual([]);
	await again.clock.advance(60_000);
	const late = await douyinLive(again, "/ws/1001");
	await again.until(() => expect(codes(late)).toHaveLength(1));
	expect(messages(late)).not.toContain(lossText);
});
