import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type LiveEvent, toWire } from "@livekeeper/douyin";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { chat, delivery, ended, gift, made, now, send } from "./deliveries.helpers.ts";
import { type PresetName, presets } from "./index.ts";
import { Robot } from "./robots.helpers.ts";

/** Starts a tool's WebSocket server. */
async function listen(
	answer: (socket: WebSocket, frame: Record<string, unknown>) => unknown = () => undefined,
	hello?: object,
) {
	const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
	await once(server, "listening");
	const frames: unknown[] = [];
	server.on("connection", (socket) => {
		if (hello) socket.send(JSON.stringify(hello));
		socket.on("message", (data) => {
			const frame = JSON.parse(data.toString()) as Record<string, unknown>;
			frames.push(frame);
			answer(socket, frame);
		});
	});
	onTestFinished(() => {
		for (const client of server.clients) client.terminate();
		server.close();
	});
	return { frames, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const said = {
	...{ type: "chat", live_id: "1001", room: "安娜", seq: 1, id: "7590000000000000001", at: now },
	...{ user: "小鱼", user_id: "sec-1", avatar: "https://p3.example/1.webp", text: "你好" },
};
const given = {
	...{ ...said, type: "gift", seq: 2, id: "7590000000000000002", text: "送出 嘉年华 ×2（60000 抖币）" },
	...{ gift: "嘉年华", count: 2, diamonds: 60_000 },
};

test("Streamer.bot: runs an action per event, and reports refusals", async () => {
	const bot = await listen((socket, { id, request, action }) => {
		const known = request === "DoAction" && (action as { name: string }).name === "Douyin";
		socket.send(JSON.stringify({ timestamp: now, event: { source: "General", type: "Custom" }, data: {} }));
		socket.send(JSON.stringify(known ? { status: "ok", id } : { status: "error", id, error: "action not found" }));
	});
	const of = delivery([chat("你好"), gift]);
	expect(await send("streamerbot", of, { url: bot.url, action: "Douyin" })).toEqual({ ok: true });
	const request = { request: "DoAction", action: { name: "Douyin" } };
	expect(bot.frames).toEqual([
		{ ...request, id: "dlv_1-1", args: said },
		{ ...request, id: "dlv_1-2", args: given },
	]);
	expect(await send("streamerbot", of, { url: bot.url, action: "Other" })).toMatchObject({
		...{ ok: false, code: "receiver_refused", message: "action not found" },
	});
	expect(presets.streamerbot.address({ action: "Douyin" })).toBe("ws://127.0.0.1:8080/");
});

/** Starts a Streamer.bot with authentication, as its documentation describes the exchange. */
async function lockedBot(password: string) {
	const [salt, challenge] = ["c2FsdA==", "Y2hhbGxlbmdl"];
	const sha256 = async (text: string) =>
		btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))));
	const trusted = new WeakSet<WebSocket>();
	return await listen(
		async (socket, { id, request, authentication }) => {
			const right = await sha256((await sha256(password + salt)) + challenge);
			if (request === "Authenticate" && authentication === right) trusted.add(socket);
			const said = trusted.has(socket) ? { status: "ok" } : { status: "error", error: "authentication failed" };
			socket.send(JSON.stringify({ ...said, id }));
		},
		{ request: "Hello", session: "s", info: { name: "Streamer.bot" }, authentication: { salt, challenge } },
	);
}

test("Streamer.bot: answers the password challenge once per socket", async () => {
	const bot = await lockedBot("geheim 密码");
	const settings = { url: bot.url, action: "Douyin" };
	const of = delivery([chat("你好"), gift]);
	expect(await send("streamerbot", of, { ...settings, password: "geheim 密码" })).toEqual({ ok: true });
	expect(bot.frames).toMatchObject([
		{ request: "Authenticate", id: expect.any(String), authentication: expect.any(String) },
		...[{ request: "DoAction" }, { request: "DoAction" }],
	]);
	for (const password of ["wrong", undefined]) {
		const refusal = await send("streamerbot", of, { ...settings, ...(password && { password }) });
		expect(refusal).toMatchObject({ ok: false, code: "receiver_key", message: "authentication failed" });
	}
	const open = await listen((socket, { id }) => socket.send(JSON.stringify({ status: "ok", id })), {
		request: "Hello",
	});
	expect(await send("streamerbot", of, { ...settings, url: open.url, password: "x" })).toEqual({ ok: true });
});

test("SAMMI: triggers once per event, with the password", async () => {
	const robot = await Robot.listen(({ url, headers, content }) => {
		if (url.pathname !== "/webhook" || headers.authorization !== "pass") return [401, "Unauthorized"];
		robot.taken.push(content);
		return [200, "OK"];
	});
	const settings = { url: `${robot.url}/webhook`, password: "pass" };
	expect(await send("sammi", delivery([chat("你好"), gift]), settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{ trigger: "livekeeper", ...said },
		{ trigger: "livekeeper", ...given },
	]);
	const refusal = await send("sammi", delivery([ended]), { ...settings, password: "x" });
	expect(refusal).toMatchObject({ ok: false, status: 401, code: "receiver_key", message: "Unauthorized" });
});

test("OneComme: sends only messages and gifts, without tags", async () => {
	const robot = await Robot.listen(({ url, content }) => {
		if (url.pathname !== "/api/comments") return [404, "Not Found"];
		robot.taken.push(content);
		return [200, {}];
	});
	const settings = { url: `${robot.url}/api/comments`, service_id: "svc" };
	const step = { ...gift, delta: 0, diamonds: 0 };
	const of = delivery([chat("<img src=x>", "<b>"), step, gift, ended]);
	expect(await send("onecomme", of, settings)).toEqual({ ok: true, status: 200 });
	const comment = { userId: "sec-1", profileImage: "https://p3.example/1.webp", badges: [], isOwner: false };
	const named = (name: string) => ({ name, displayName: name, timestamp: new Date(now).toISOString() });
	expect(robot.taken).toEqual([
		{
			service: { id: "svc" },
			comment: {
				...{ ...comment, ...named("＜b＞"), id: "7590000000000000001" },
				...{ hasGift: false, comment: "＜img src=x＞" },
			},
		},
		{
			service: { id: "svc" },
			comment: { ...comment, ...named("小鱼"), id: "7590000000000000002", hasGift: true, comment: given.text },
		},
	]);
	const [test] = made("onecomme", delivery([], { test: true }), settings);
	expect(JSON.parse(test?.via === "http" ? test.body.toString() : "")).toMatchObject({
		comment: { userId: "livekeeper", comment: expect.stringContaining("测试消息") },
	});
	expect(await send("onecomme", of, { ...settings, url: `${robot.url}/other` })).toMatchObject({
		...{ ok: false, code: "http_status", status: 404 },
	});
});

/** Social Stream's content for {@link said} and {@link given}. */
const contents = [
	{
		...{ chatname: "小鱼", chatmessage: "你好", chatimg: "https://p3.example/1.webp", hasDonation: "", membership: "" },
		...{ type: "douyin", textonly: true, id: "7590000000000000001", userid: "sec-1", meta: { live_id: "1001" } },
	},
	{
		...{
			chatname: "小鱼",
			chatmessage: "",
			chatimg: "https://p3.example/1.webp",
			hasDonation: "嘉年华 ×2",
			membership: "",
		},
		...{ type: "douyin", textonly: true, id: "7590000000000000002", userid: "sec-1" },
		meta: { live_id: "1001", diamonds: 60_000 },
	},
].map((value) => ({ action: "extContent", value: JSON.stringify(value) }));

test("Social Stream Ninja: joins its session, sends gifts as donations", async () => {
	const ninja = await listen();
	const of = delivery([chat("你好"), gift, ended]);
	expect(await send("social-stream", of, { session: "abc", server: ninja.url })).toEqual({ ok: true });
	expect(ninja.frames).toEqual([{ join: "abc", out: 1, in: 3 }, ...contents]);

	const robot = await Robot.listen(({ url, content }) => {
		if (url.pathname === "/abc") robot.taken.push(content);
		return [200, "OK"];
	});
	const settings = { session: "abc", via: "http", server: robot.url };
	expect(await send("social-stream", of, settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual(contents);
	const { address, settings: schema } = presets["social-stream"];
	expect(address(schema.parse({ session: "abc" }))).toBe("wss://io.socialstream.ninja");
	expect(address(schema.parse({ session: "abc", via: "http" }))).toBe("https://io.socialstream.ninja/abc");
});

const someone = { id: "1", secUid: "s", nickname: "小鱼", gender: "female", avatar: "a", level: 1, masked: false };

test("dycast: sends the room, then messages with matching totals", async () => {
	const relay = await listen();
	const steps = [
		{ ...gift, id: "g1", count: 2, delta: 2, final: false },
		{ ...gift, id: "g2", count: 2, delta: 0, diamonds: 0 },
	];
	expect(await send("dycast", delivery([chat("你好"), ...steps, ended]), { url: relay.url })).toEqual({
		ok: true,
	});
	const user = { id: "sec-1", name: "小鱼", avatar: "https://p3.example/1.webp", gender: 2 };
	const present = { id: "7", name: "嘉年华", price: 30_000, type: 2, desc: "", icon: "https://p3.example/gift.webp" };
	expect(relay.frames).toEqual([
		{
			...{ roomNum: "1001", roomId: "r1", uniqueId: "1001", avatar: "https://p3.example/anna.webp" },
			...{ cover: "https://p3.example/boat.webp", nickname: "安娜", title: "木船", status: 2 },
		},
		[
			{ id: "7590000000000000001", method: "WebcastChatMessage", user, content: "你好" },
			{ id: "g1", method: "WebcastGiftMessage", user, gift: { ...present, count: "2", repeatEnd: 0 } },
			{ id: "g2", method: "WebcastGiftMessage", user, gift: { ...present, count: "2", repeatEnd: 1 } },
			{ id: "lk-1", method: "WebcastControlMessage", content: "直播已结束", room: { status: 4 } },
		],
	]);
});

test.each([
	["like", { count: 3, total: 99 }, { content: "为主播点赞了(3)", room: { likeCount: "99" } }],
	["member", { memberCount: 8, action: 1 }, { content: "进入直播间", room: { audienceCount: "8" } }],
	["follow", { followCount: 4 }, { content: "关注了主播", room: { followCount: "4" } }],
	["room_stats", { display: "160在线观众", value: 160, total: 160 }, { room: { audienceCount: "160" } }],
	[
		"viewers",
		{ online: 5, total: 9, totalDisplay: "10万+", top: [{ rank: 1, score: "7", user: someone }] },
		{
			rank: [{ nickname: "小鱼", avatar: "a", rank: "1" }],
			room: { audienceCount: "5", totalUserCount: "9" },
		},
	],
	[
		"viewers",
		{ online: 5, total: 9, totalDisplay: "", top: [] },
		{ room: { audienceCount: "5", totalUserCount: "9" } },
	],
	[
		"rank",
		{
			ranks: [
				{ rank: 1, score: "1.2万", user: someone },
				{ rank: 2, score: "" },
			],
		},
		{
			rank: [
				{ nickname: "小鱼", avatar: "a", rank: "1.2万" },
				{ nickname: "", avatar: "", rank: 2 },
			],
		},
	],
	["control", { action: "pause", code: 1, tips: "稍候" }, { content: "稍候", room: { status: 1 } }],
] as const)("dycast: sends %s as dycast itself does", (type, fields, expected) => {
	const { id, liveId, roomId, method, at, receivedAt } = ended;
	const event = { id, liveId, roomId, method, at, receivedAt, type, ...fields } as unknown as LiveEvent;
	const [message] = made("dycast", delivery([event]), { url: "ws://127.0.0.1:1" });
	const [cast] = message?.via === "websocket" ? JSON.parse(message.frames[0]?.text ?? "") : [];
	expect(cast).toEqual({ id, method: expect.stringMatching(/^Webcast/), ...expected });
});

test("MQTT: publishes events, and retains a Home Assistant entity", () => {
	const { settings, messages } = presets.mqtt;
	const broker = {
		url: "mqtt://127.0.0.1",
		username: undefined,
		password: undefined,
		version: 5,
		statusTopic: "livekeeper/status",
	};
	const of = delivery([chat("你好"), gift], { liveId: "a.b" });
	const plain = messages(of, settings.parse({ url: "mqtt://127.0.0.1" }));
	const [first, second] = of.events.map(({ json }) => json);
	const publications = [
		{ topic: "livekeeper/a.b/chat", payload: first },
		{ topic: "livekeeper/a.b/gift", payload: second },
	];
	expect(plain).toEqual([{ via: "mqtt", broker, first: [], publications }]);
	const [delivered] = messages(
		of,
		settings.parse({ url: "mqtt://127.0.0.1", version: "3.1.1", prefix: "dy", discovery: true }),
	);
	if (delivered?.via !== "mqtt") throw new TypeError("not published");
	expect(delivered.broker.version).toBe(4);
	expect(delivered.first).toMatchObject([{ topic: "homeassistant/event/livekeeper_a_b/config", retain: true }]);
	expect(JSON.parse(delivered.first[0]?.payload ?? "")).toMatchObject({
		...{
			unique_id: "livekeeper_a_b",
			state_topic: "dy/a.b/+",
			availability_topic: "dy/status",
			event_types: expect.arrayContaining(["chat", "gift"]),
		},
		device: { identifiers: ["livekeeper_a_b"], name: "安娜" },
	});
	for (const prefix of ["#", "a/+/b", "$SYS", "/a"]) {
		expect(settings.safeParse({ url: "mqtt://127.0.0.1", prefix }).success, prefix).toBe(false);
	}
	expect(settings.safeParse({ url: "https://a.example" }).success).toBe(false);
});

test("skips events without meaning for a tool, sends tests everywhere", () => {
	const stats = toWire({ ...gift, type: "message_deleted", messageIds: [] } as never);
	const of = { ...delivery([]), events: [{ seq: 1, json: JSON.stringify(stats) }] };
	const settings = { url: "ws://127.0.0.1:1/", session: "a", service_id: "s", action: "a" };
	for (const name of ["onecomme", "social-stream", "dycast", "streamerbot", "sammi", "mqtt"] as const) {
		const preset = presets[name];
		const parsed = preset.settings.parse(pick(name, settings));
		if (!["streamerbot", "sammi", "mqtt"].includes(name)) expect(preset.messages(of, parsed), name).toEqual([]);
		expect(preset.messages(delivery([], { test: true }), parsed), name).toHaveLength(1);
	}
});

function pick(name: PresetName, { url, session, service_id, action }: Record<string, string>): object {
	if (name === "onecomme") return { service_id };
	if (name === "social-stream") return { session };
	if (name === "streamerbot") return { action };
	if (name === "sammi") return {};
	return { url: name === "mqtt" ? "mqtt://127.0.0.1" : url };
}
