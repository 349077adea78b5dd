import { once } from "node:events";
import { io } from "socket.io-client";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ask, connectRoom, startTestService, startWithRoom, type TestService } from "../service/service.helpers.ts";

const han = /\p{Script=Han}/u;
const zh = { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" };

test.each([
	["GET", "/api/v1/rooms/2002", undefined, "直播间 2002 没有启动。"],
	["POST", "/api/live/start", { live_id: "" }, "live_id：直播间号为空。"],
	["POST", "/api/live/start", { live_id: true }, "live_id：应为字符串"],
	["POST", "/api/live/start", { live_id: "1", raw: "yes" }, "raw：应为 boolean，实际为 string"],
	["POST", "/api/live/start", "{", "请求体不是 JSON"],
	["GET", "/api/v1/rooms/1001/events?types=gfit", undefined, "types：没有这个类型：gfit"],
	["GET", "/api/v1/rooms/1001/export?from=yesterday", undefined, "from：“yesterday”不是时间"],
	["PUT", "/api/v1/identities/main", { cookie: "[1]" }, "cookie 无法使用：其中没有 douyin.com 的 cookie。"],
	["GET", "/nowhere", undefined, "没有 GET /nowhere"],
	["DELETE", "/api/v1/rooms", undefined, "/api/v1/rooms 不接受 DELETE"],
])("answers errors of %s %s in the requested language", async (...[method, path, body, message]) => {
	const service = await startTestService();
	const { error } = (await ask(service, method, path, body, zh)).body;
	expect(error).toMatchObject({ message: expect.stringContaining(message), hint: expect.stringMatching(han) });
	const english = (await ask(service, method, path, body)).body.error;
	expect(english.code).toBe(error.code);
	expect(`${english.message} ${english.hint}`).not.toMatch(han);
});

test("translates a status: evidence, reasons, meanings and queue", async () => {
	const service = await startTestService({ maxConnections: "1" });
	await connectRoom(service);
	await ask(service, "PUT", "/api/v1/rooms/1002");
	await service.until(() => expect(service.live.getRoom("1002")?.state).toBe("queued"));
	const inChinese = async (path: string) => JSON.stringify((await ask(service, "GET", path, undefined, zh)).body);
	expect(await inChinese("/api/v1/rooms/1001")).toContain("还不知道这个直播间平时有多少消息");
	expect(await inChinese("/api/live/status")).toContain("1 个连接已全部占用。");
	expect(await inChinese("/api/v1/connections")).toContain("1 个连接已全部占用。");
	for (const path of ["/api/v1/rooms", "/api/live/status", "/api/v1/connections"]) {
		expect(JSON.stringify((await ask(service, "GET", path)).body)).not.toMatch(han);
	}
});

test("uses the original words without a requested language", async () => {
	const service = await startTestService();
	const start = async (headers = {}) =>
		(await ask(service, "POST", "/api/live/start", { live_id: "1" }, headers)).body.message;
	expect(await start()).toBe("已开始连接直播间 1");
	expect(await start(zh)).toBe("直播间 1 已在运行，沿用现有连接");
	expect(await start({ "accept-language": "en" })).toBe("Room 1 is already running; its connection stays open");
	const stop = await ask(service, "POST", "/api/live/stop", { live_id: "1" }, { "accept-language": "en" });
	expect(stop.body.message).toBe("Room 1 was stopped");
});

async function roomsOver(service: TestService, path: string, headers: Record<string, string> = {}): Promise<string> {
	const socket = new WebSocket(`${service.url.replace("http", "ws")}${path}`, { headers });
	onTestFinished(() => socket.terminate());
	const [text] = await once(socket, "message");
	return String(text);
}

test("uses the handshake's language for the rooms feed", async () => {
	const service = await startWithRoom();
	expect(await roomsOver(service, "/ws", zh)).toContain("还不知道这个直播间平时有多少消息");
	expect(await roomsOver(service, "/ws?lang=zh")).toContain("还不知道这个直播间平时有多少消息");
	expect(await roomsOver(service, "/ws")).toContain("this room's usual pace is not known yet");
});

test("explains a stream's end in its language, beside a code", async () => {
	const service = await startWithRoom();
	const url = `${service.url}/api/v1/rooms/1001/events/stream`;
	const streams = await Promise.all([fetch(`${url}?lang=zh`), fetch(url, { headers: zh }), fetch(url)]);
	const sockets = ["?lang=zh", ""].map((path) => {
		const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws/1001${path}`);
		onTestFinished(() => socket.terminate());
		return socket;
	});
	await Promise.all(sockets.map((socket) => once(socket, "open")));
	const closed = Promise.all(sockets.map((socket) => once(socket, "close")));
	const texts = Promise.all(streams.map((stream) => stream.text()));
	await service.until(async () =>
		expect((await ask(service, "GET", "/metrics")).body).toContain("livekeeper_readers 5"),
	);
	await service.stop();
	const byes = (await texts).map((text) => JSON.parse(/event: bye\ndata: (.*)/.exec(text)?.[1] ?? "{}"));
	const [english, chinese] = ["The service is stopping.", "服务正在停止。"];
	expect(byes.map(({ code }) => code)).toEqual(Array(3).fill("shutting_down"));
	expect(byes.map(({ message }) => message)).toEqual([chinese, chinese, english]);
	expect((await closed).map(([code, reason]) => `${code} ${reason}`)).toEqual([
		`1001 shutting_down: ${chinese}`,
		`1001 shutting_down: ${english}`,
	]);
});

test("explains a refused WebSocket in the requested language", async () => {
	const service = await startTestService({ apiKey: "correct-horse" });
	const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws?lang=zh`);
	const [, response] = await once(socket, "unexpected-response");
	const chunks: Buffer[] = [];
	for await (const chunk of response) chunks.push(chunk);
	expect(JSON.parse(Buffer.concat(chunks).toString()).error).toMatchObject({ message: "需要 API 密钥" });
});

test("uses each Socket.IO handshake's language", async () => {
	const service = await startWithRoom();
	const clients = ["zh", "en"].map((lang) => {
		const socket = io(service.url, { transports: ["websocket"], forceNew: true, query: { lang } });
		onTestFinished(() => void socket.disconnect());
		return socket;
	});
	const replies = await Promise.all(clients.map((socket) => socket.emitWithAck("join", { live_id: "1001" })));
	expect(replies.map(({ status }) => han.test(JSON.stringify(status.evidence)))).toEqual([true, false]);
	const refused = await Promise.all(clients.map((socket) => socket.emitWithAck("join", { live_id: "2002" })));
	expect(refused.map(({ error }) => error.message)).toEqual(["直播间 2002 没有启动。", "Room 2002 is not started."]);
	const statuses = clients.map(
		(socket) => new Promise<{ reason: { message: string } }>((done) => socket.once("status", done)),
	);
	await ask(service, "DELETE", "/api/v1/rooms/1001");
	expect((await Promise.all(statuses)).map(({ reason }) => reason.message)).toEqual([
		"直播间已停止。",
		"The room was stopped.",
	]);
});
