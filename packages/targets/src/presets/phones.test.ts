import { expect, test } from "vitest";
import { chat, clockTime, delivery, ended, gift, made, now, send } from "./deliveries.helpers.ts";
import { presets } from "./index.ts";
import { type Reply, Robot } from "./robots.helpers.ts";

const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

/** Answers like the Bot API. */
async function telegram(answer?: Reply): Promise<Robot> {
	return await Robot.listen(({ url, content }, robot) => {
		if (answer) return answer;
		if (url.pathname !== `/bot${token}/sendMessage`) {
			return [401, { ok: false, error_code: 401, description: "Unauthorized" }];
		}
		if (content["chat_id"] !== "-1001") {
			return [400, { ok: false, error_code: 400, description: "Bad Request: chat not found" }];
		}
		if (String(content["text"]).length > 4_096) {
			return [400, { ok: false, error_code: 400, description: "Bad Request: message is too long" }];
		}
		robot.taken.push(content);
		return [200, { ok: true, result: { message_id: robot.taken.length } }];
	});
}

test("Telegram: sends plain text without markup or previews", async () => {
	const robot = await telegram();
	const settings = { token, chat_id: "-1001", server: `${robot.url}/` };
	expect(await send("telegram", delivery([chat("*你* <b>好</b>"), gift]), settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			chat_id: "-1001",
			text: `安娜\n${clockTime} 小鱼：*你* <b>好</\u200bb>\n${clockTime} 小鱼 送出 嘉年华 ×2（60000 抖币）`,
			link_preview_options: { is_disabled: true },
		},
	]);
	const long = Array.from({ length: 40 }, () => chat("🐟".repeat(150)));
	expect(await send("telegram", delivery(long), settings)).toMatchObject({ ok: true });
	const other = `${token}x`;
	expect(await send("telegram", delivery([gift]), { ...settings, token: other })).toMatchObject({
		code: "receiver_key",
	});
	expect(await send("telegram", delivery([gift]), { ...settings, chat_id: "5" })).toMatchObject({
		code: "receiver_chat",
	});
});

test.each([
	[
		{ error_code: 429, description: "Too Many Requests: retry after 11", parameters: { retry_after: 11 } },
		{ code: "receiver_rate_limited", retryAfterMs: 11_000 },
	],
	[{ error_code: 403, description: "Forbidden: bot was kicked from the group chat" }, { code: "receiver_chat" }],
	[
		{ error_code: 400, description: "Bad Request: group chat was upgraded to a supergroup chat" },
		{ code: "receiver_chat" },
	],
	[{ error_code: 404, description: "Not Found" }, { code: "receiver_key" }],
	[
		{ error_code: 400, description: "Bad Request: message is too long" },
		{ code: "receiver_content", gone: true },
	],
	[
		{ error_code: 500, description: "Internal Server Error" },
		{ code: "receiver_refused", gone: false },
	],
])("Telegram: reports %o as a failure", async (answer, expected) => {
	const robot = await telegram([answer.error_code, { ok: false, ...answer }]);
	const result = await send("telegram", delivery([ended]), { token, chat_id: "-1001", server: robot.url });
	expect(result).toMatchObject({ ok: false, status: answer.error_code, ...expected });
});

/** Answers like a Bark server. */
async function bark(): Promise<Robot> {
	return await Robot.listen(({ url, content, body }, robot) => {
		if (url.pathname !== "/push") return [404, { code: 404, message: "Cannot POST", timestamp: now / 1000 }];
		if (content["device_key"] !== "key") {
			const message = "failed to get device token: failed to get [x] device token from database";
			return [400, { code: 400, message, timestamp: now / 1000 }];
		}
		// The server is written in Go, whose JSON escapes these.
		if (Buffer.byteLength(body.replaceAll(/[<>&]/g, "\\u0026")) > 4_000)
			return [500, { code: 500, message: "push failed: PayloadTooLarge" }];
		robot.taken.push(content);
		return [200, { code: 200, message: "success", timestamp: now / 1000 }];
	});
}

test("Bark: titles a notification with the room, at any length", async () => {
	const robot = await bark();
	const settings = { key: "key", server: robot.url };
	expect(await send("bark", delivery([ended]), settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			...{ device_key: "key", title: "安娜", body: `${clockTime} 直播结束：主播已下播`, group: "livekeeper" },
			icon: "https://p3.example/anna.webp",
		},
	]);
	const long = Array.from({ length: 30 }, () => chat("长".repeat(300)));
	expect(await send("bark", delivery(long), settings)).toMatchObject({ ok: true });
	const marks = Array.from({ length: 30 }, () => chat("<&>".repeat(100)));
	expect(await send("bark", delivery(marks), settings)).toMatchObject({ ok: true });
	const refusal = await send("bark", delivery([ended]), { ...settings, key: "other" });
	expect(refusal).toMatchObject({ ok: false, status: 400, code: "receiver_key" });
});

/** Answers like ServerChan: the same code for a wrong key and for a used-up daily quota. */
async function serverchan(answer?: Reply): Promise<Robot> {
	return await Robot.listen(({ url, content }, robot) => {
		if (answer) return answer;
		if (url.pathname !== "/SCT12345.send") {
			return [
				400,
				{ message: "[AUTH]用户不存在或者权限不足", code: 40001, info: "用户不存在或者权限不足", args: [null] },
			];
		}
		if (String(content["title"]).length > 32) return [400, { message: "[INPUT]title too long", code: 40003 }];
		robot.taken.push(content);
		return [200, { code: 0, message: "", data: { pushid: "1", readkey: "k", error: "SUCCESS", errno: 0 } }];
	});
}

test("ServerChan: sends a short descriptive title and the lines", async () => {
	const robot = await serverchan();
	const settings = { key: "SCT12345", server: robot.url };
	expect(await send("serverchan", delivery([ended]), settings)).toEqual({ ok: true, status: 200 });
	expect(await send("serverchan", delivery([gift, ended]), { ...settings, language: "en", zone: "UTC" })).toMatchObject(
		{
			ok: true,
		},
	);
	expect(robot.taken).toEqual([
		{ title: `安娜 ${clockTime} 直播结束：主播已下播`, desp: `${clockTime} 直播结束：主播已下播` },
		{
			title: "安娜: 2 messages",
			desp: `12:30:05 UTC 小鱼 sent 嘉年华 ×2 (60000 diamonds)\n\n12:30:05 UTC broadcast ended: reported by Douyin`,
		},
	]);
	const wrong = await send("serverchan", delivery([ended]), { ...settings, key: "SCT99999" });
	expect(wrong).toMatchObject({ status: 400, code: "receiver_key" });
	const spent = await serverchan([400, { message: "[AUTH]超过当天的发送次数限制[5]，请稍后再试", code: 40001 }]);
	expect(await send("serverchan", delivery([ended]), { ...settings, server: spent.url })).toMatchObject({
		...{ code: "receiver_rate_limited", retryAfterMs: 3_600_000 },
	});
});

test.each([
	["SCT12345abc", "https://sctapi.ftqq.com/SCT12345abc.send"],
	["sctp1234tabcdef", "https://1234.push.ft07.com/send/sctp1234tabcdef.send"],
])("ServerChan: derives the address from the SendKey %s", (key, url) => {
	expect(made("serverchan", delivery([ended]), { key })).toMatchObject([{ url }]);
});

test("ntfy: publishes to its topic with token and priority", async () => {
	const robot = await Robot.listen(({ headers, content, body }, { taken }) => {
		if (headers.authorization !== "Bearer tk_1") return [401, { code: 40101, http: 401, error: "unauthorized" }];
		if (Buffer.byteLength(String(content["message"])) > 4_096 || Buffer.byteLength(body) > 8_192) {
			return [413, { code: 41301, http: 413, error: "attachment too large" }];
		}
		taken.push(content);
		return [200, { id: "a", event: "message" }];
	});
	const settings = { topic: "douyin", server: robot.url, token: "tk_1", priority: "max" };
	expect(await send("ntfy", delivery([ended]), settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{ topic: "douyin", title: "安娜", message: `${clockTime} 直播结束：主播已下播`, priority: 5 },
	]);
	for (const character of ["长", '"', "<"]) {
		const long = Array.from({ length: 40 }, () => chat(character.repeat(590)));
		expect(await send("ntfy", delivery(long), settings)).toMatchObject({ ok: true });
	}
	expect(await send("ntfy", delivery([ended]), { ...settings, token: "tk_2" })).toMatchObject({
		...{ ok: false, status: 401, code: "receiver_key" },
	});
	expect(made("ntfy", delivery([ended]), { topic: "a" })).toMatchObject([{ url: "https://ntfy.sh/" }]);
});

test.each([
	[
		[429, { code: 42901, error: "limit reached: too many requests" }],
		"receiver_rate_limited",
		{ retryAfterMs: 60_000 },
	],
	[
		[429, { code: 42908, error: "limit reached: daily message quota reached" }],
		"receiver_rate_limited",
		{ retryAfterMs: 3_600_000 },
	],
	[[403, { code: 40301, error: "forbidden" }], "receiver_key", {}],
	[[400, { code: 40024, error: "request body must be valid JSON" }], "receiver_content", { gone: true }],
	[[507, { code: 50701, error: "cannot publish to UnifiedPush topic" }], "receiver_refused", {}],
	[[200, "<html>"], "receiver_refused", {}],
] as [Reply, string, object][])("ntfy: reports %j as %s", async (answer, code, more) => {
	const robot = await Robot.listen(() => answer);
	const result = await send("ntfy", delivery([ended]), { topic: "a", server: robot.url });
	expect(result).toMatchObject({ ok: false, code, ...more });
});

test("mail: names the room, and repeats the same id", () => {
	const login = { username: "me@a.example", password: "p" };
	const settings = { url: "smtps://smtp.a.example", ...login, from: "me@a.example", to: "you@b.example" };
	expect(made("mail", delivery([ended]), settings)).toEqual([
		{
			...{ via: "mail", from: "me@a.example", to: "you@b.example", id: "dlv_1.1@a.example", at: now },
			server: { url: settings.url, ...login, plain: false },
			subject: `安娜 ${clockTime} 直播结束：主播已下播`,
			text: `安娜\n\n${clockTime} 直播结束：主播已下播\n`,
			shows: { title: `安娜 ${clockTime} 直播结束：主播已下播`, text: `安娜\n\n${clockTime} 直播结束：主播已下播` },
		},
	]);
	const { settings: schema } = presets.mail;
	for (const wrong of [
		{ ...settings, to: "you" },
		{ ...settings, to: "a@b.example\r\nBcc: c@d.example" },
		{ ...settings, from: "me" },
		{ ...settings, url: "https://a.example" },
		{ ...settings, url: "smtp://a.example/x" },
	]) {
		expect(schema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
	}
});
