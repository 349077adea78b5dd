import { expect, test } from "vitest";
import { chat, clockTime, delivery, ended, gift, made, now, send } from "./deliveries.helpers.ts";
import { type Reply, Robot } from "./robots.helpers.ts";

const token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

/** As the Bot API answers. */
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

test("Telegram: plain text without markup or previews", async () => {
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
])("Telegram: %o is a failure", async (answer, expected) => {
	const robot = await telegram([answer.error_code, { ok: false, ...answer }]);
	const result = await send("telegram", delivery([ended]), { token, chat_id: "-1001", server: robot.url });
	expect(result).toMatchObject({ ok: false, status: answer.error_code, ...expected });
});

/** As a Bark server answers. */
async function bark(): Promise<Robot> {
	return await Robot.listen(({ url, content, body }, robot) => {
		if (url.pathname !== "/push") return [404, { code: 404, message: "Cannot POST", timestamp: now / 1000 }];
		if (content["device_key"] !== "key") {
			const message = "failed to get device token: failed to get [x] device token from database";
			return [400, { code: 400, message, timestamp: now / 1000 }];
		}
		// It is written in Go, whose JSON escapes these.
		if (Buffer.byteLength(body.replaceAll(/[<>&]/g, "\\u0026")) > 4_000)
			return [500, { code: 500, message: "push failed: PayloadTooLarge" }];
		robot.taken.push(content);
		return [200, { code: 200, message: "success", timestamp: now / 1000 }];
	});
}

test("Bark: a notification with the room for its title, however long the messages", async () => {
	const robot = await bark();
	const settings = { key: "key", server: robot.url };
	expect(await send("bark", delivery([ended]), settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{ device_key: "key", title: "安娜", body: `${clockTime} 直播结束：主播已下播`, group: "livekeeper" },
	]);
	const long = Array.from({ length: 30 }, () => chat("长".repeat(300)));
	expect(await send("bark", delivery(long), settings)).toMatchObject({ ok: true });
	const marks = Array.from({ length: 30 }, () => chat("<&>".repeat(100)));
	expect(await send("bark", delivery(marks), settings)).toMatchObject({ ok: true });
	const refusal = await send("bark", delivery([ended]), { ...settings, key: "other" });
	expect(refusal).toMatchObject({ ok: false, status: 400, code: "receiver_key" });
});

/** As ServerChan answers: the same code for a wrong key and for a day's number that is used up. */
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

test("ServerChan: a short title that tells what happened, and the lines", async () => {
	const robot = await serverchan();
	const settings = { key: "SCT12345", server: robot.url };
	expect(await send("serverchan", delivery([ended]), settings)).toEqual({ ok: true, status: 200 });
	expect(await send("serverchan", delivery([gift, ended]), { ...settings, language: "en" })).toMatchObject({
		ok: true,
	});
	expect(robot.taken).toEqual([
		{ title: `安娜 ${clockTime} 直播结束：主播已下播`, desp: `${clockTime} 直播结束：主播已下播` },
		{
			title: "安娜: 2 messages",
			desp: `${clockTime} 小鱼 gave 嘉年华 ×2 (60000 diamonds)\n\n${clockTime} the broadcast ended: ended`,
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
])("ServerChan: the SendKey %s says where to", (key, url) => {
	expect(made("serverchan", delivery([ended]), { key })).toMatchObject([{ url }]);
});
