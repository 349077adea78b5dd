import type { Text } from "@livekeeper/base/text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { isAnyAddress } from "../addresses.ts";
import { World } from "../service.helpers.ts";
import type { Notice } from "../service-states.ts";
import { signatureOf } from "../signature.ts";
import type { OutMessage } from "../transports/out-message.ts";
import { chat, clockTime, delivery, ended, gift, inUtc, made, now } from "./deliveries.helpers.ts";
import { type PresetName, presetNames, presets } from "./index.ts";
import type { Delivery } from "./preset.ts";
import { bytes, clip, goJsonBytes, jsonBytes, pack, units, wordsOf } from "./words.ts";

const loginEnded: Notice = {
	...{ state: "login_ending", subject: "main", condition: "ended", at: now },
	text: { en: "the login has ended", zh: "登录已失效" },
};

/** Settings of each preset, for notices as text. */
const settingsOf: { [name in PresetName]: object } = {
	json: { url: "https://a.example/x", secret: "0123456789abcdef" },
	template: { url: "https://a.example/x", template: "{{ text | json }}" },
	dingtalk: { url: "https://oapi.dingtalk.com/robot/send?access_token=t" },
	feishu: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/t" },
	wecom: { url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=t" },
	telegram: { token: "1:abcdefghijklmnopqrstuvwx", chat_id: "1" },
	discord: { url: "https://discord.com/api/webhooks/1/t" },
	slack: { url: "https://hooks.slack.com/services/T/B/t" },
	ntfy: { topic: "t" },
	mail: { url: "smtps://smtp.a.example", from: "me@a.example", to: "you@b.example" },
	bark: { key: "abcdefghij" },
	serverchan: { key: "SCTabcdefgh" },
	streamerbot: { action: "a" },
	sammi: {},
	onecomme: { service_id: "s" },
	"social-stream": { session: "s" },
	dycast: { url: "ws://127.0.0.1:1/" },
	mqtt: { url: "mqtt://127.0.0.1:1", discovery: true },
};

function textOf(message: OutMessage): string {
	if (message.via === "http") return message.body.toString();
	if (message.via === "mqtt") return JSON.stringify([message.first, message.publications]);
	return JSON.stringify(message);
}

const showPublicly: readonly PresetName[] = ["onecomme", "social-stream", "dycast"];

test.each(presetNames)("%s: sends service problems to the owner, never publicly", (name) => {
	const of = delivery([], { liveId: "", notices: [loginEnded] });
	const said = made(name, of, settingsOf[name]).map(textOf);
	expect(said).toHaveLength(showPublicly.includes(name) ? 0 : 1);
	for (const text of said) expect(text).toContain("登录已失效");
});

test("mqtt: publishes service notices outside of Home Assistant's entities", () => {
	const [message] = made("mqtt", delivery([], { liveId: "", notices: [loginEnded] }), settingsOf.mqtt);
	expect(message).toMatchObject({
		first: [],
		publications: [{ topic: "livekeeper/service/login_ending", payload: JSON.stringify(loginEnded) }],
	});
});

const report = {
	...{ state: "report", subject: "r1", at: now, report: { live_id: "1001" } },
	text: { en: "Boat · 01/01\nNo gaps.", zh: "木船 · 01/01\n没有缺失。" },
} as unknown as Notice;

test.each(presetNames)("%s: sends a report privately, where room ends go", (name) => {
	const said = made(name, delivery([ended], { notices: [report] }), settingsOf[name]).map((message) =>
		message.via === "http" ? message.body.toString() : JSON.stringify(message),
	);
	expect(said.some((text) => text.includes("没有缺失。"))).toBe(!showPublicly.includes(name));
});

test("mqtt: publishes a report outside of Home Assistant's entities", () => {
	const [message] = made("mqtt", delivery([ended], { notices: [report] }), settingsOf.mqtt);
	const topics = message?.via === "mqtt" ? message.publications.map(({ topic }) => topic) : [];
	expect(topics).toEqual(["livekeeper/1001/broadcast_ended", "livekeeper/1001/broadcast/report"]);
});

test("json: sends the log's bytes, signed", () => {
	const of = delivery([chat("a"), gift], { truncated: { from: 1, to: 4, reason: "retention" } });
	const secret = "0123456789abcdef";
	const [message, ...more] = made("json", of, { url: "https://a.example/x", secret });
	if (message?.via !== "http") throw new TypeError("not posted");
	expect(more).toEqual([]);
	const [first, second] = of.events.map(({ json }) => json);
	expect(message.body.toString()).toBe(
		`{"target_id":"tg_1","live_id":"1001","delivery_id":"dlv_1","truncated":{"from":1,"to":4,"reason":"retention"},"events":[${first},${second}]}`,
	);
	const timestamp = String(Math.floor(now / 1000));
	expect(message.headers).toEqual({
		"content-type": "application/json",
		"x-livekeeper-delivery": "dlv_1",
		"x-livekeeper-timestamp": timestamp,
		"x-livekeeper-signature": signatureOf(secret, timestamp, message.body),
	});
});

test("json: marks a test, and sends no events", () => {
	const settings = { url: "https://a.example/x", secret: "0123456789abcdef" };
	const parsed = (of: Delivery) => {
		const [message] = made("json", of, settings);
		return message?.via === "http" ? JSON.parse(message.body.toString()) : undefined;
	};
	expect(parsed(delivery([], { test: true }))).toEqual({
		...{ target_id: "tg_1", live_id: "1001", delivery_id: "dlv_1", test: true, events: [] },
	});
});

const chinese = { language: "zh" } as const;
const english = { language: "en", zone: "UTC" } as const;

describe("words", () => {
	test("start with losses, and mark a test", () => {
		const of = delivery([chat("a")], { truncated: { from: 1, to: 4, reason: "retention" }, test: true });
		expect(wordsOf(of, english)).toEqual({
			title: "安娜",
			headline: "安娜: 3 messages",
			lines: [
				"messages 1 to 4 were deleted before they could be sent",
				"12:30:05 UTC 小鱼: a",
				"This is a test: messages arrive here.",
			],
		});
		expect(wordsOf(of, chinese).lines[2]).toBe("这是一条测试消息：这里可以收到。");
	});

	test("report service notices in livekeeper's own words", () => {
		const room = { roomId: "", nickname: "", title: "", avatar: "" };
		const of = delivery([], { liveId: "", room, notices: [loginEnded] });
		expect(wordsOf(of, chinese)).toEqual({
			title: "livekeeper",
			headline: `livekeeper ${clockTime} 登录已失效`,
			lines: [`${clockTime} 登录已失效`],
		});
		expect(wordsOf(of, english).lines).toEqual(["12:30:05 UTC the login has ended"]);
	});

	test("show a report line by line after its broadcast", () => {
		const { headline, lines } = wordsOf(delivery([ended], { notices: [report] }), chinese);
		expect(lines).toEqual([expect.stringContaining(clockTime), "木船 · 01/01", "没有缺失。"]);
		expect(headline).toBe(`安娜 ${lines[0]}`);
	});

	test.each([
		["http://evil.example/a", "http:\u200b//evil.\u200bexample/a"],
		["看evil.example和a.b.c", "看evil.\u200bexample和a.\u200bb.\u200bc"],
		["@everyone a@b.example", "@\u200beveryone a@\u200bb.\u200bexample"],
		["/ban you and/or /kick", "/\u200bban you and/or /\u200bkick"],
		["#tag $TON", "#\u200btag $\u200bTON"],
		["1.2万 0.5", "1.2万 0.5"],
		["1.2.3.4", "1.\u200b2.\u200b3.\u200b4"],
		["v1.x 3.com", "v1.\u200bx 3.\u200bcom"],
		["tg://resolve", "tg:\u200b//resolve"],
	])("neutralise links, mentions and commands in %j", (content, said) => {
		expect(wordsOf(delivery([chat(content, content)]), english).lines).toEqual([`12:30:05 UTC ${said}: ${said}`]);
		const room = { roomId: "", nickname: content, title: "", avatar: "" };
		expect(wordsOf(delivery([], { room }), english).title).toBe(said);
	});

	test("keep a report's own address, but neutralise names", () => {
		const text = { en: "@anna.example gave most\nhttps://lk.example/r/1", zh: "" };
		const notices = [{ ...report, text, url: "https://lk.example/r/1" } as Notice];
		expect(wordsOf(delivery([], { notices }), english).lines).toEqual([
			"@\u200banna.\u200bexample gave most",
			"https://lk.example/r/1",
		]);
	});

	test.each([
		[{ language: "zh" }, "20:30:05"],
		[{ language: "zh", zone: "Asia/Singapore" }, "20:30:05"],
		[{ language: "zh", zone: "Asia/Tokyo" }, "21:30:05 GMT+9"],
		[{ language: "zh", zone: "America/New_York" }, "07:30:05 EST"],
		[{ language: "en" }, "12:30:05 UTC"],
		[{ language: "en", zone: "Asia/Shanghai" }, "20:30:05 GMT+8"],
	] as const)("write times for readers, and name other zones: %j", (reader, time) => {
		inUtc();
		expect(wordsOf(delivery([chat("a")]), reader).lines[0]).toMatch(new RegExp(`^${time.replace("+", "\\+")} 小鱼`));
	});

	const forPeople = presetNames.filter((name) => presets[name].forPeople);

	test.each(forPeople)("%s: has a Chinese title for a Chinese test", (preset) => {
		const room = { roomId: "", nickname: "", title: "", avatar: "" };
		const of = delivery([], { liveId: "test", test: true, room });
		const texts = made(preset, of, settingsOf[preset]).map(textOf);
		expect(texts).toEqual([expect.stringContaining("livekeeper")]);
		expect(texts.join()).not.toMatch(/test/i);
	});

	test("name an unknown room by its live id", () => {
		const room = { roomId: "", nickname: "", title: "", avatar: "" };
		expect(wordsOf(delivery([chat("a")], { room }), chinese)).toMatchObject({ title: "1001" });
	});
});

describe("lengths", () => {
	const text = fc.string({ unit: "grapheme-composite", maxLength: 60 });

	test.each([
		["bytes", bytes],
		["bytes in JSON", jsonBytes],
		["bytes in Go's JSON", goJsonBytes],
		["UTF-16 units", units],
	] as const)("respect limits in %s without needless or mid-character cuts", (_, measure) => {
		fc.assert(
			fc.property(text, fc.integer({ min: 6, max: 80 }), (whole, max) => {
				const cut = clip(whole, max, measure);
				expect(measure(cut)).toBeLessThanOrEqual(max);
				if (measure(whole) <= max) expect(cut).toBe(whole);
				else expect(whole.startsWith(cut.slice(0, -1)) && !/\p{Cs}/u.test(cut)).toBe(true);
			}),
		);
	});

	test("keep all lines in order within the limit", () => {
		fc.assert(
			fc.property(fc.array(text.filter((line) => line !== "" && !line.includes("\n"))), (lines) => {
				const texts = pack(lines, 100, bytes);
				for (const one of texts) expect(bytes(one)).toBeLessThanOrEqual(100);
				const cut = lines.map((line) => clip(line, 100, bytes));
				expect(texts.flatMap((one) => one.split("\n"))).toEqual(cut);
			}),
		);
	});
});

test("makes the same bytes for the same delivery", () => {
	const settings: Record<string, object> = {
		...settingsOf,
		json: { url: "https://a.example", secret: "0123456789abcdef" },
		dingtalk: { url: "abc", secret: "s" },
		feishu: { url: "abc", secret: "s" },
		wecom: { url: "abc" },
		telegram: { token: `1:${"a".repeat(35)}`, chat_id: "@abc" },
		bark: { key: "k" },
		serverchan: { key: "SCT12345" },
		template: { url: "https://a.example", template: "{{ text | json }}" },
		streamerbot: { action: "a" },
		onecomme: { service_id: "s" },
		"social-stream": { session: "a" },
		dycast: { url: "ws://127.0.0.1:1" },
		mqtt: { url: "mqtt://127.0.0.1" },
	};
	for (const name of presetNames) {
		const preset = presets[name];
		const parsed = preset.settings.parse(settings[name] ?? {});
		const of = delivery([chat("a"), gift]);
		const bytesOf = () => JSON.stringify(preset.messages(structuredClone(of), parsed));
		expect(bytesOf()).toBe(bytesOf());
		expect(isAnyAddress(new URL(preset.address(parsed)).hostname)).toBe(true);
	}
});

/** Inputs that users may paste where something else belongs. */
const pasted = [
	"x y",
	"http:",
	"ftp://a.example",
	"\u0000",
	"令牌",
	"$a/#",
	"@",
	"a".repeat(3_000),
	7,
	{ "a b": "\n" },
	{ host: "a" },
];

test.each(presetNames)("%s: explains what a setting should be", async (preset) => {
	const life = await new World().start();
	const { shape } = presets[preset].settings as z.ZodObject;
	const valid = settingsOf[preset];
	const texts: Text[] = [];
	for (const [field, schema] of Object.entries(shape) as [string, z.ZodType][]) {
		for (const wrong of pasted.filter((one) => !schema.safeParse(one).success)) {
			const input = { preset, settings: { ...valid, [field]: wrong }, live_ids: "*" as const };
			texts.push(await life.targets.preview(input, undefined).then(undefined, (error) => error.text));
		}
	}
	for (const { en, zh } of texts) {
		expect(en).not.toMatch(/pattern|\/\^|regex/i);
		expect(zh).not.toMatch(/正则|\/\^|模式|格式无效/);
		expect(zh).toMatch(/例如|如 |最多|过大|不大于|应为|<=|无效选项/);
	}
	expect(texts.length).toBeGreaterThan(0);
});

test.each([
	[{ token: "abc", chat_id: "1" }, "token", "例如 123456789:AAE", "e.g. 123456789:AAE"],
	[{ token: "1:abcdefghijklmnopqrstuvwx", chat_id: "频道" }, "chat_id", "例如 @channel", "e.g. @channel"],
	[{ chat_id: "1" }, "token", "没有填写", "it is missing"],
])("explains a wrong setting of Telegram with an example: %j", async (settings, field, zh, en) => {
	const life = await new World().start();
	await expect(life.targets.create({ preset: "telegram", settings, live_ids: "*" })).rejects.toMatchObject({
		text: { zh: expect.stringMatching(`${field}.*${zh}`), en: expect.stringMatching(`${field}.*${en}`) },
	});
});
