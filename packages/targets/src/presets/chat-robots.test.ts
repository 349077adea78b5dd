import { expect, test } from "vitest";
import { deliveryText } from "../text/index.ts";
import { chat, clockTime, delivery, ended, gift, now, send } from "./deliveries.helpers.ts";
import { hmacBase64, type Reply, Robot } from "./robots.helpers.ts";

/** Answers like DingTalk: always 200, with its own code in the body. */
async function dingtalk(options: { secret?: string; keyword?: string; answer?: Reply } = {}): Promise<Robot> {
	return await Robot.listen(async ({ url, content }, robot) => {
		if (options.answer) return options.answer;
		if (url.pathname !== "/robot/send" || url.searchParams.get("access_token") !== "abc") {
			return [200, { errcode: 300001, errmsg: "token is not exist" }];
		}
		if (options.secret) {
			const timestamp = url.searchParams.get("timestamp") ?? "";
			const expected = await hmacBase64(options.secret, `${timestamp}\n${options.secret}`);
			if (Math.abs(Number(timestamp) - now) > 3_600_000 || url.searchParams.get("sign") !== expected) {
				return [200, { errcode: 310000, errmsg: "sign not match, more: [https://ding-doc.dingtalk.com]" }];
			}
		}
		const { markdown } = content as { markdown: { title: string; text: string } };
		if (content["msgtype"] !== "markdown" || !markdown.title) return [200, { errcode: 40035, errmsg: "缺少参数 json" }];
		if (options.keyword && !markdown.text.includes(options.keyword)) {
			return [200, { errcode: 310000, errmsg: "keywords not in content, more: [https://ding-doc.dingtalk.com]" }];
		}
		if (Buffer.byteLength(markdown.text) > 20_000) return [200, { errcode: 460101, errmsg: "message too long" }];
		robot.taken.push(content);
		return [200, { errcode: 0, errmsg: "ok" }];
	});
}

test("DingTalk: signs a message with a line per event", async () => {
	const robot = await dingtalk({ secret: "SECret+/=" });
	const url = `${robot.url}/robot/send?access_token=abc`;
	const of = delivery([chat("你好"), gift, ended]);
	expect(await send("dingtalk", of, { url, secret: "SECret+/=" })).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			msgtype: "markdown",
			markdown: {
				title: "安娜：3 条消息",
				text: `#### 安娜\n\n${clockTime} 小鱼：你好\n\n${clockTime} 小鱼 送出 嘉年华 ×2（60000 抖币）\n\n${clockTime} 直播结束：主播已下播`,
			},
		},
	]);
	expect(await send("dingtalk", of, { url, secret: "another" })).toMatchObject({
		ok: false,
		code: "receiver_signature",
	});
});

test("DingTalk: requires the robot's keyword", async () => {
	const robot = await dingtalk({ keyword: "直播" });
	const url = `${robot.url}/robot/send?access_token=abc`;
	const refusal = await send("dingtalk", delivery([chat("你好")]), { url });
	expect(refusal).toMatchObject({ ok: false, status: 200, code: "receiver_keyword", gone: false });
	if (refusal.ok) throw new Error("accepted");
	expect(deliveryText(refusal).en).toMatch(
		/^The message contains none .*\(310000 keywords not in content.*keyword to one/,
	);
	expect(deliveryText(refusal).zh).toMatch(/^消息中没有机器人要求的关键词（310000 .*请把推送目标的关键词/);
	expect(await send("dingtalk", delivery([chat("你好")]), { url, keyword: "直播" })).toMatchObject({ ok: true });
});

test.each([
	[300001, "token is not exist", "receiver_key", {}],
	[310000, "ip 1.2.3.4 not in whitelist", "receiver_address", {}],
	[310000, "invalid timestamp", "receiver_signature", {}],
	[130101, "send too fast, exceed 20 times per minute", "receiver_rate_limited", { retryAfterMs: 600_000 }],
	[460101, "message too long", "receiver_content", { gone: true }],
	[400013, "群已被解散", "receiver_chat", {}],
	[-1, "系统繁忙", "receiver_refused", { gone: false }],
])("DingTalk: reports a 200 with %i %s as %s", async (errcode, errmsg, code, more) => {
	const robot = await dingtalk({ answer: [200, { errcode, errmsg }] });
	const result = await send("dingtalk", delivery([chat("a")]), { url: `${robot.url}/robot/send?access_token=abc` });
	expect(result).toMatchObject({ ok: false, status: 200, code, message: `${errcode} ${errmsg}`, ...more });
});

test("fails on a foreign 200, and on a 502", async () => {
	const portal = await dingtalk({ answer: [200, "<html>Sign in to the network</html>"] });
	const url = (robot: Robot) => `${robot.url}/robot/send?access_token=abc`;
	expect(await send("dingtalk", delivery([ended]), { url: url(portal) })).toMatchObject({
		...{ ok: false, code: "receiver_refused", message: "<html>Sign in to the network</html>" },
	});
	const down = await dingtalk({ answer: [502, "Bad Gateway", { "retry-after": "7" }] });
	expect(await send("dingtalk", delivery([ended]), { url: url(down) })).toMatchObject({
		...{ ok: false, code: "http_status", status: 502, retryAfterMs: 7_000 },
	});
});

test("DingTalk and WeCom: escape markup in strangers' texts", async () => {
	const robot = await dingtalk();
	const hostile = chat("[win](http://a.example) **b** `c`\n# d", "<@all>_\u202e");
	await send("dingtalk", delivery([hostile]), { url: `${robot.url}/robot/send?access_token=abc` });
	const text = `#### 安娜\n\n${clockTime} ＜@\u200ball＞＿：［win］(http:\u200b//a.\u200bexample) ＊＊b＊＊ ｀c｀ ＃ d`;
	expect(robot.taken).toMatchObject([{ markdown: { text } }]);
});

test("DingTalk: splits long text into several messages without loss", async () => {
	const robot = await dingtalk();
	const events = Array.from({ length: 200 }, (_, n) => chat(`第${n}条${"长".repeat(150)}`));
	await send("dingtalk", delivery(events), { url: `${robot.url}/robot/send?access_token=abc` });
	expect(robot.taken.length).toBeGreaterThan(1);
	const all = robot.taken.map(({ markdown }) => (markdown as { text: string }).text).join("\n");
	for (let n = 0; n < 200; n++) expect(all).toContain(`第${n}条`);
});

/** Answers like Feishu: 200 with a code, the signature in the body. */
async function feishu(options: { secret?: string; keyword?: string; answer?: Reply } = {}): Promise<Robot> {
	return await Robot.listen(async ({ url, content, body }, robot) => {
		if (options.answer) return options.answer;
		if (url.pathname !== "/open-apis/bot/v2/hook/abc") {
			return [200, { code: 19001, data: {}, msg: "param invalid: incoming webhook access token invalid" }];
		}
		if (options.secret) {
			const timestamp = String(content["timestamp"]);
			const expected = await hmacBase64(`${timestamp}\n${options.secret}`, "");
			if (Math.abs(Number(timestamp) * 1000 - now) > 3_600_000 || content["sign"] !== expected) {
				return [200, { code: 19021, data: {}, msg: "sign match fail or timestamp is not within one hour" }];
			}
		}
		const text = String((content["content"] as { text: string }).text);
		if (options.keyword && !text.includes(options.keyword)) return [200, { code: 19024, msg: "Key Words Not Found" }];
		if (Buffer.byteLength(body) > 20 * 1024) return [400, { code: 9499, msg: "Bad Request", data: {} }];
		robot.taken.push(content);
		return [200, { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" }];
	});
}

test("Feishu: signs a text that cannot mention everybody", async () => {
	const robot = await feishu({ secret: "s3cret" });
	const settings = {
		url: `${robot.url}/open-apis/bot/v2/hook/abc`,
		secret: "s3cret",
		language: "en",
		zone: "Asia/Tokyo",
	};
	const of = delivery([chat('<at user_id="all">所有人</at>'), gift]);
	expect(await send("feishu", of, settings)).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			timestamp: String(Math.floor(now / 1000)),
			sign: expect.any(String),
			msg_type: "text",
			content: {
				text: `安娜\n21:30:05 GMT+9 小鱼: ＜at user＿id="all"＞所有人＜/\u200bat＞\n21:30:05 GMT+9 小鱼 sent 嘉年华 ×2 (60000 diamonds)`,
			},
		},
	]);
	expect(await send("feishu", of, { ...settings, secret: "x" })).toMatchObject({ code: "receiver_signature" });
	expect(await send("feishu", of, { ...settings, url: `${robot.url}/x` })).toMatchObject({ code: "receiver_key" });
});

test("Feishu: fits keyword and escaped quotes into the request", async () => {
	const robot = await feishu({ keyword: "直播" });
	const url = `${robot.url}/open-apis/bot/v2/hook/abc`;
	const quotes = Array.from({ length: 60 }, () => chat('"'.repeat(500)));
	expect(await send("feishu", delivery(quotes), { url })).toMatchObject({ ok: false, code: "receiver_keyword" });
	expect(await send("feishu", delivery(quotes), { url, keyword: "直播" })).toMatchObject({ ok: true });
});

test.each([
	[11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]", "receiver_rate_limited"],
	[9499, "too many request", "receiver_rate_limited"],
	[19022, "Ip Not Allowed", "receiver_address"],
	[9499, "Bad Request", "receiver_refused"],
])("Feishu: reports a 200 with %i %s as %s", async (code, msg, expected) => {
	const robot = await feishu({ answer: [200, { code, msg, data: {} }] });
	const result = await send("feishu", delivery([ended]), { url: `${robot.url}/open-apis/bot/v2/hook/abc` });
	expect(result).toMatchObject({ ok: false, code: expected, message: `${code} ${msg}` });
});

/** Answers like WeCom. */
async function wecom(answer?: Reply): Promise<Robot> {
	return await Robot.listen(({ url, content }, robot) => {
		if (answer) return answer;
		if (url.searchParams.get("key") !== "abc") {
			return [200, { errcode: 93000, errmsg: "invalid webhook url, hint: [1], from ip: 1.2.3.4" }];
		}
		const { content: text } = content["markdown"] as { content: string };
		if (Buffer.byteLength(text) > 4_096) {
			return [200, { errcode: 40058, errmsg: "markdown.content exceed max length 4096. invalid Request Parameter" }];
		}
		robot.taken.push(content);
		return [200, { errcode: 0, errmsg: "ok" }];
	});
}

test("WeCom: splits text at 4,096 bytes without loss", async () => {
	const robot = await wecom();
	const url = `${robot.url}/cgi-bin/webhook/send?key=abc`;
	expect(await send("wecom", delivery([gift]), { url })).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{
			msgtype: "markdown",
			markdown: { content: `**安娜**\n${clockTime} 小鱼 送出 嘉年华 ×2（60000 抖币）` },
		},
	]);
	const room = { roomId: "", nickname: "名".repeat(500), title: "", avatar: "" };
	const events = Array.from({ length: 40 }, (_, n) => chat(`第${n}条${"长".repeat(400)}`));
	expect(await send("wecom", delivery(events, { room }), { url })).toMatchObject({ ok: true });
	const all = robot.taken.map(({ markdown }) => (markdown as { content: string }).content).join("\n");
	for (let n = 0; n < 40; n++) expect(all).toContain(`第${n}条`);
	expect(await send("wecom", delivery([gift]), { url: `${url}d` })).toMatchObject({ code: "receiver_key" });
	const busy = await wecom([200, { errcode: 45009, errmsg: "api freq out of limit" }]);
	const limited = await send("wecom", delivery([gift]), { url: `${busy.url}/?key=abc` });
	expect(limited).toMatchObject({ code: "receiver_rate_limited", retryAfterMs: 60_000 });
});

test("Discord: sends any text without mentions, markup or previews", async () => {
	const robot = await Robot.listen(({ url, content }, { taken }) => {
		if (url.pathname !== "/api/webhooks/1/abc") return [404, { message: "Unknown Webhook", code: 10015 }];
		if (String(content["content"]).length > 2_000) return [400, { message: "Invalid Form Body", code: 50035 }];
		taken.push(content);
		return [200, { id: "1" }];
	});
	const url = `${robot.url}/api/webhooks/1/abc`;
	expect(await send("discord", delivery([chat("**@everyone** https://a.example"), gift]), { url })).toMatchObject({
		ok: true,
	});
	expect(robot.asked[0]?.url.search).toBe("?wait=true");
	expect(robot.taken).toEqual([
		{
			content: `**安娜**\n${clockTime} 小鱼：＊＊@\u200beveryone＊＊ https:\u200b//a.\u200bexample\n${clockTime} 小鱼 送出 嘉年华 ×2（60000 抖币）`,
			avatar_url: "https://p3.example/anna.webp",
			...{ allowed_mentions: { parse: [] }, flags: 4 },
		},
	]);
	const long = Array.from({ length: 40 }, (_, n) => chat(`第${n}条${"长".repeat(190)}`));
	expect(await send("discord", delivery(long), { url })).toMatchObject({ ok: true });
	const all = robot.taken.map(({ content }) => content).join("\n");
	for (let n = 0; n < 40; n++) expect(all).toContain(`第${n}条`);
	expect(await send("discord", delivery([gift]), { url: `${url}d` })).toMatchObject({ code: "receiver_key" });
});

test.each([
	[
		[429, { message: "You are being rate limited.", retry_after: 0.65 }],
		"receiver_rate_limited",
		{ retryAfterMs: 650 },
	],
	[[401, { message: "Invalid Webhook Token", code: 50027 }], "receiver_key", {}],
	[[400, { message: "Invalid Form Body", code: 50035 }], "receiver_content", { gone: true }],
	[[200, "<html>"], "receiver_refused", {}],
	[[502, "Bad Gateway"], "http_status", {}],
] as [Reply, string, object][])("Discord: reports %j as %s", async (answer, code, more) => {
	const robot = await Robot.listen(() => answer);
	const result = await send("discord", delivery([ended]), { url: `${robot.url}/api/webhooks/1/abc` });
	expect(result).toMatchObject({ ok: false, code, ...more });
});

test("Slack: escapes control characters, and disables previews", async () => {
	const robot = await Robot.listen(({ content }, { taken }) => {
		taken.push(content);
		return [200, "ok"];
	});
	const of = delivery([chat("a & b <!channel> *c*")]);
	expect(await send("slack", of, { url: `${robot.url}/services/T/B/x` })).toEqual({ ok: true, status: 200 });
	expect(robot.taken).toEqual([
		{ text: `*安娜*\n${clockTime} 小鱼：a &amp; b ＜!channel＞ ＊c＊`, unfurl_links: false, unfurl_media: false },
	]);
});

test.each([
	[[403, "invalid_token"], "receiver_key", {}],
	[[404, "no_service"], "receiver_key", {}],
	[[404, "channel_not_found"], "receiver_chat", {}],
	[[400, "invalid_payload"], "receiver_content", { gone: true }],
	[[429, "rate_limited", { "retry-after": "7" }], "receiver_rate_limited", { retryAfterMs: 7_000 }],
	[[200, "<html>"], "receiver_refused", {}],
	[[500, "rollup_error"], "http_status", {}],
] as [Reply, string, object][])("Slack: reports %j as %s", async (answer, code, more) => {
	const robot = await Robot.listen(() => answer);
	const result = await send("slack", delivery([ended]), { url: `${robot.url}/services/T/B/x` });
	expect(result).toMatchObject({ ok: false, code, ...more });
});
