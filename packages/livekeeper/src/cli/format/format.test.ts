import { verbatim } from "@livekeeper/base/text";
import { GiftCoverage, type LiveEvent, toWire } from "@livekeeper/douyin";
import { noCounts } from "@livekeeper/engine";
import textWidth from "string-width";
import { describe, expect, test } from "vitest";
import { toWireStatus, type WireStatus } from "../../wire/index.ts";
import { ago, inWords, until } from "./age.ts";
import { eventLine, eventTypes } from "./event-line.ts";
import { eventSamples, sampledAt, sampleUser } from "./event-samples.helpers.ts";
import { statusDetails, statusTable, topScreen } from "./status-table.ts";

const plain = { paint: (_style: unknown, text: string) => text, columns: undefined, language: "en" as const };
const now = sampledAt;

test.each([
	[0, "0 s"],
	[999, "0 s"],
	[59_999, "59 s"],
	[60_000, "1 min"],
	[3_600_000, "1 h"],
	[90_000_000, "1 d"],
])("formats %i ms as %s", (ms, words) => {
	expect(inWords(ms, "en")).toBe(words);
});

test("formats ages and waits, also with slightly different clocks", () => {
	expect(ago(now - 5000, now, "en")).toBe("5 s ago");
	expect(ago(now + 5000, now, "en")).toBe("just now");
	expect(ago(null, now, "en")).toBe("–");
	expect(until(now + 5000, now, "en")).toBe("in 5 s");
	expect(until(now - 5000, now, "en")).toBe("now");
	expect(until(null, now, "en")).toBe("–");
});

describe("event line", () => {
	test.each(Object.entries(eventSamples))("%s", (type, [event, expected]) => {
		const line = eventLine(toWire(event), plain);
		expect(line).toMatch(/^\d\d:\d\d:\d\d /);
		expect(line).toContain(` ${type} `);
		expect(line).toContain(expected);
	});

	test.each([
		[{ ...eventSamples.lucky_box[0], action: "won" as const, winners: ["1", "2"] }, "red packet: 2 winners"],
		[{ ...eventSamples.lucky_box[0], action: "ended" as const }, "red packet ended"],
		[{ ...eventSamples.lottery[0], action: "drawn" as const, winners: ["1"] }, "lucky bag drawn: 1 winner"],
		[{ ...eventSamples.member[0], setToAdmin: true as const }, "is now a moderator"],
		[
			{
				...eventSamples.banner[0],
				wishes: [{ name: "", giftName: "小心心", diamondCount: 1, progress: 2, target: 9 }],
			},
			"gift wishes: 小心心 2/9",
		],
	])("event details", (event, expected) => {
		expect(eventLine(toWire<LiveEvent>(event), plain)).toContain(expected);
	});

	test.each([
		[{ ...eventSamples.gap[0], reason: "cursor_not_honoured" }, "可能缺失 4 秒的消息：抖音没有从断开处继续"],
		[{ ...eventSamples.gap[0], reason: "from_a_newer_service" }, "可能缺失 4 秒的消息：from_a_newer_service"],
		[{ ...eventSamples.broadcast_ended[0], reason: "new_broadcast" }, "直播结束：已开始新的一场"],
		[eventSamples.fansclub[0], "粉丝团：加入"],
		[eventSamples.control[0], "结束（再见）"],
		[{ ...eventSamples.control[0], action: "pause" as const, tips: "" }, "暂停"],
		[eventSamples.connection[0], "已连接"],
	])("names codes in Chinese", (event, expected) => {
		expect(eventLine(toWire<LiveEvent>(event), { ...plain, language: "zh" }).endsWith(expected)).toBe(true);
	});

	test("values an official gift, ignores its web duplicate", () => {
		const [gift] = eventSamples.gift;
		const pushed = { ...gift, source: "official" as const, giftId: "sec/9=", giftName: "", diamondCount: 9 };
		expect(eventLine(toWire<LiveEvent>(pushed), plain)).toContain("sent 9-diamond gift ×5 (+2, 2 diamonds)");
		const evidence = { ...gift, delta: 0, diamonds: 0, evidence: { delta: 2, diamonds: 2 } };
		expect(eventLine(toWire<LiveEvent>(evidence), plain)).toContain("×5 (+0), not counted: the open platform");
	});

	test("accepts every type", () => {
		expect(eventTypes.toSorted()).toEqual(Object.keys(eventSamples).toSorted());
	});

	test("shows an unknown type of a newer service", () => {
		expect(eventLine({ ...toWire(eventSamples.chat[0]), type: "hologram" } as never, plain)).toContain("hologram");
	});

	test("removes escape sequences and bidirectional text from input", () => {
		const hostile = "\u001b[2J\u001b]0;owned\u0007\u009b31m\r\n\u202eevil";
		const event = { ...eventSamples.chat[0], content: hostile, user: { ...sampleUser, nickname: hostile } };
		const gift = { ...eventSamples.gift[0], giftName: hostile, toUser: { ...sampleUser, nickname: hostile } };
		for (const line of [eventLine(toWire(event), plain), eventLine(toWire(gift), plain)]) {
			for (const bad of ["\u001b", "\u0007", "\u009b", "\r", "\n", "\u202e"]) expect(line).not.toContain(bad);
			expect(line).toContain("evil");
		}
	});
});

const connected: WireStatus = toWireStatus(
	{
		liveId: "1001",
		kind: "video",
		state: "connected",
		health: "quiet",
		reason: { code: "ok", message: verbatim("fine") },
		since: now - 60_000,
		pinned: false,
		priority: "live",
		...noCounts,
		lastMessageAt: now - 21_000,
		title: "标题\u001b[31m",
		identity: "anonymous",
		frames: 3,
		messages: 7,
		decodeErrors: 3,
		reconnects: { network: 4 },
		gaps: 2,
		gapMs: 34_000,
		evidence: [
			"data usually arrives 3 times a minute here; none for 21 s",
			"connected, but no gifts\u001b for 40 min",
		].map(verbatim),
		quietKinds: ["gift"],
		quality: {
			"5m": { score: 96.24, parts: { uptime: 1, reconnects: 0.5, gaps: 1 } },
			"1h": undefined,
			"24h": undefined,
		},
		lastHour: [],
		latency: { heartbeatMs: 40, totalMs: 40, answers: 1 },
		activity: {
			perMinute: [],
			lastMinute: 0,
			viewers: 120,
			diamonds: 9,
			giftsPerHour: undefined,
			coverage: new GiftCoverage().estimate(),
		},
	},
	"en",
);

test("shows state, health, ages and the next attempt", () => {
	const waiting: WireStatus = {
		...connected,
		live_id: "1002",
		state: "waiting",
		health: null,
		reason: { code: "offline", message: "the room is offline", decision: null, help: null },
		next_attempt_at: now + 12_000,
	};
	const table = statusTable([connected, waiting], now, plain);
	expect(table).toContain("connected (quiet)");
	expect(table).toContain("21 s ago");
	expect(table).toContain("34 s in 2 gaps");
	expect(table).toContain("the room is offline, next attempt in 12 s");
	expect(table).toContain("data usually arrives 3 times a minute here; none for 21 s");
	expect(statusTable([{ ...connected, health: "fine", quiet_kinds: [] }], now, plain)).toContain("标题");
	expect(table).not.toContain("\u001b");
});

test.each([80, 90, 120, 200])("keeps table lines within %i columns for any title", (columns) => {
	const titles = ["手工木船第三天".repeat(12), "👩‍👩‍👧‍👦🎉".repeat(40), "a".repeat(300), "ﷺ".repeat(30), ""];
	const rooms = titles.map((title, n): WireStatus => {
		const failing = { state: "reconnecting" as const, reason: { ...connected.reason, message: title } };
		return { ...connected, live_id: `98765432101${n}`, title, evidence: [title], ...(n % 2 ? failing : {}) };
	});
	const widths = statusTable(rooms, now, { ...plain, columns })
		.split("\n")
		.map(textWidth);
	expect(widths).toHaveLength(titles.length + 1);
	expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
});

test("shows the worst rooms that fit and counts others", () => {
	const named = (live_id: string, urgency: number): WireStatus => ({
		...connected,
		live_id,
		urgency,
		trouble: urgency === 0 ? "blocked" : urgency < 6 ? "silent" : null,
	});
	const rooms = [named("fine", 9), named("blocked", 0), named("silent", 3)];
	const lines = topScreen(rooms, { now, io: { ...plain, columns: 100 }, rows: 6, url: "http://a" });
	expect(lines[0]).toContain("3 rooms");
	expect(lines[0]).toContain("2 failing");
	expect(lines.slice(3, 5).map((line) => line.split(" ")[0])).toEqual(["blocked", "silent"]);
	expect(lines[5]).toContain("and 1 more");
	expect(lines).toHaveLength(6);
});

test("shows an incomplete share of gifts in the table", () => {
	const coverage = { ...connected.gift_coverage, summary: "Only a part of the gifts comes." };
	const fine: WireStatus = { ...connected, health: "fine", quiet_kinds: [] };
	const short = { ...fine, trouble: "gifts" as const, gift_coverage: coverage };
	const paint = (style: unknown, text: string) => `<${String(style)}>${text}`;
	const table = statusTable(
		[
			{ ...short, live_id: "a" },
			{ ...fine, live_id: "b" },
		],
		now,
		{ ...plain, paint },
	);
	const [, first, second] = table.split("\n");
	expect(first).toContain("Only a part of the gifts comes.");
	expect(first).toContain("<yellow>");
	expect(second).toContain("标题");
	expect(second).toContain("<green>");
});

test("shows a troubled room's decision, reason and meaning", () => {
	const reason = {
		code: "blocked",
		message: "DEVICE_BLOCKED",
		decision: "Room 7 tries first.",
		help: "You\u001b[0m wait.",
	};
	const details = statusDetails({ ...connected, state: "blocked", reason } as WireStatus, now, plain);
	expect(details).toMatch(/Waiting because +Room 7 tries first\./);
	expect(details).toMatch(/What it means +You.*docs\/reconnect\.md#blocked/);
	expect(details).not.toContain("\u001b");
	expect(statusDetails(connected, now, plain)).not.toContain("Decision");
});

test.each([
	["zh", "抖音关闭了连接。", "抖音关闭了连接，下次尝试："],
	["en", "The upstream closed.", "The upstream closed, next attempt "],
] as const)("joins a sentence with the next attempt (%s)", (language, message, line) => {
	const reason = { code: "upstream_close", message, decision: null, help: null };
	const waiting = { ...connected, state: "reconnecting", reason, next_attempt_at: now + 5_000 } as WireStatus;
	const table = statusTable([waiting], now, { ...plain, language });
	expect(table).toContain(line);
});

test("shows gift coverage and the open platform's push", () => {
	expect(statusDetails(connected, now, plain)).toMatch(
		/All gifts\? +Can't tell whether all gifts are received.*\n +Without a login, .*\n +1\. Log in/,
	);
	const coverage = { ...connected.gift_coverage, summary: "All gifts come: 3 of 3.", why: null, advice: [] };
	const tasks = [
		{
			msg_type: "live_gift" as const,
			state: "running" as const,
			error: null,
			since: 1,
			callbacks: 3,
			last_callback_at: now - 5000,
			failed_deliveries: 1,
			missing: 0,
			unreadable: 0,
		},
	];
	const official = {
		live_id: "1001",
		app_id: "tt1",
		types: ["live_gift" as const],
		state: "running" as const,
		summary: "All gifts come: 3 of 3.",
		why: null,
		advice: ["Mind\u001b the clock."],
		token: { expires_at: now + 3_600_000, error: null },
		refused: 2,
		last_refused: { at: 1, problem: "late" as const, message: "signed too long ago" },
		broadcasts: [
			{
				room_id: "7",
				ended_at: null,
				tasks,
				counts: true,
				callbacks: 3,
				entries: 4,
				looked_up: 1,
				tests: 0,
				unreadable: 0,
				failed_deliveries: 1,
				looked_up_at: null,
				look_up_error: null,
				acknowledged: 4,
				match: { official_diamonds: 90, web_diamonds: 40, matched_diamonds: 30 },
			},
		],
	};
	const details = statusDetails({ ...connected, gift_coverage: coverage, official }, now, plain);
	expect(details.split("All gifts come: 3 of 3.")).toHaveLength(2);
	expect(details).toContain("app tt1 pushes live_gift, its token expires in 1 h");
	expect(details).toContain(
		"its gifts are counted, 3 deliveries, 1 failed and looked up, 0 missing, the last one 5 s ago",
	);
	expect(details).toContain(
		"30 of the platform's 90 diamonds also came from Douyin's website (matched by time, price and count; the website shows 40)",
	);
	expect(details).toContain("2 deliveries refused: signed too long ago");
	expect(details).not.toContain("\u001b");
});

test("shows everything known about one room", () => {
	const details = statusDetails(connected, now, plain);
	expect(details).toContain("not logged in (no gifts)");
	expect(details).toContain("network failure 4");
	expect(details).toMatch(
		/Evidence +data usually arrives 3 times a minute here; none for 21 s\n +connected, but no gifts/,
	);
	expect(details).toMatch(/Quality +96 \(5 min\)\n/);
	expect(details).toMatch(/Latency +heartbeat 40 ms\n/);
	expect(details).toMatch(/Missing +34 s in 2 gaps, 3 undecodable\n/);
	const whole = statusDetails({ ...connected, gaps: 0, gap_ms: 0, decode_errors: 0 }, now, plain);
	expect(whole).toMatch(/Missing +nothing\n/);
	expect(details).not.toContain("\u001b");
});
