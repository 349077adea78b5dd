import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LiveEvent } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { chat, gift, service, startMs, user } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildReport } from "./build-report.ts";
import { reportText } from "./report-text.ts";

const minute = 60_000;
let dataDir: string;
let clock: ManualClock;
let log: EventLog;

beforeEach(async () => {
	dataDir = mkdtempSync(join(tmpdir(), "livekeeper-report-"));
	const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
	clock = new ManualClock(startMs);
	log = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock, logger });
});
afterEach(async () => {
	await log.close();
	rmSync(dataDir, { recursive: true });
});

async function append(...events: LiveEvent[]): Promise<void> {
	log.append({ liveId: "a", events });
	await Promise.all([log.flush(), clock.advance(100)]);
}

let n = 0;
const inBroadcast = (roomId: string, atMinute: number) => ({ roomId, at: startMs + atMinute * minute });
const said = (roomId: string, at: number, who: number) => chat(++n, { ...inBroadcast(roomId, at), user: user(who) });
const given = (roomId: string, at: number, who: number, diamonds: number, giftId = "1") =>
	gift(++n, diamonds, { ...inBroadcast(roomId, at), user: user(who), giftId });
const other = (type: string, roomId: string, at: number, fields: object) =>
	({ ...chat(++n, inBroadcast(roomId, at)), user: user(1), type, ...fields }) as unknown as LiveEvent;

/** A broadcast of some minutes in which each person says something once a minute. */
function broadcast(roomId: string, from: number, minutes: number, people: readonly number[]): LiveEvent[] {
	const all = Array.from({ length: minutes }, (_, i) => people.map((who) => said(roomId, from + i, who))).flat();
	return [
		service("broadcast_started", ++n, { title: `标题 ${roomId}` }, inBroadcast(roomId, from)),
		...all,
		service("broadcast_ended", ++n, { reason: "ended" }, inBroadcast(roomId, from + minutes)),
	];
}

test("reports figures, best minutes, new people, usual values and gaps", async () => {
	await append(...broadcast("b1", 0, 10, [1, 2]), ...broadcast("b2", 100, 30, [1, 2, 3]));
	const [start, ...rest] = broadcast("b3", 200, 20, [2, 3, 4, 5]);
	const end = rest.pop();
	await append(
		...[start, ...rest].flatMap((event) => event ?? []),
		...[0, 1, 2].map((i) => said("b3", 207, i + 2)),
		// Kinds of their own, as everywhere that chats are counted.
		other("emoji_chat", "b3", 205, { content: "[笑]", emojiId: "1", emojiImage: "" }),
		other("screen_chat", "b3", 206, { content: "飘屏" }),
		other("message_deleted", "b3", 208, { messageIds: ["1"] }),
		other("viewers", "b3", 208, { online: 900, total: "", top: [] }),
		other("viewers", "b3", 209, { online: 1_200, total: "", top: [] }),
		other("follow", "b3", 210, { followCount: 5 }),
		other("like", "b3", 210, { count: 30, total: 500 }),
		given("b3", 211, 4, 500),
		given("b3", 212, 5, 20, "2"),
		given("b3", 212, 4, 20, "2"),
		service(
			"gap",
			++n,
			{ from: startMs + 213 * minute, to: startMs + 214 * minute, reason: "network" },
			inBroadcast("b3", 214),
		),
		...(end ? [end] : []),
	);
	const report = await buildReport(log, "a", "b3");
	expect(report).toMatchObject({
		live_id: "a",
		broadcast: { room_id: "b3", title: "标题 b3", ended_at: startMs + 220 * minute, gap_ms: minute },
		figures: {
			...{ duration_ms: 20 * minute, peak_viewers: 1_200, people: 5, chats: 83, messages: 93, new_followers: 1 },
			...{ likes: 30, diamonds: 540 },
		},
		gifts: {
			by_giver: [
				{ sec_uid: "sec-4", diamonds: 520 },
				{ sec_uid: "sec-5", diamonds: 20 },
			],
			by_kind: [
				{ gift_id: "1", count: 1, diamonds: 500 },
				{ gift_id: "2", count: 2, diamonds: 40 },
			],
			more: false,
		},
		newcomers: { people: 5, first_time: 2, compared_with: 2, since: startMs },
		usual: { duration_ms: 20 * minute, people: 3, chats: 55, diamonds: 0 },
		gaps: [{ from: startMs + 213 * minute, to: startMs + 214 * minute, reason: "network" }],
		gaps_complete: true,
	});
	expect(report?.best_minutes?.messages[0]).toEqual({ at: startMs + 207 * minute, value: 7 });
	expect(report?.best_minutes?.diamonds).toEqual([
		{ at: startMs + 211 * minute, value: 500 },
		{ at: startMs + 212 * minute, value: 40 },
	]);
	expect(report?.best_minutes?.viewers[0]).toEqual({ at: startMs + 209 * minute, value: 1_200 });
	expect(report?.previous.map(({ room_id }) => room_id)).toEqual(["b2", "b1"]);
	expect((await buildReport(log, "a", "latest"))?.broadcast.room_id).toBe("b3");
	const first = await buildReport(log, "a", "b1");
	expect(first).toMatchObject({
		previous: [],
		usual: null,
		newcomers: { first_time: 2, compared_with: 0, since: null },
	});
	expect(await buildReport(log, "a", "b9")).toBeUndefined();
	expect(await buildReport(log, "nobody", "latest")).toBeUndefined();
});

test("renders a few lines in both languages, safe from input", async () => {
	await append(...broadcast("b1", 0, 10, [1]), ...broadcast("b2", 100, 10, [1]), ...broadcast("b3\n", 200, 20, [1, 2]));
	await append(given("b3\n", 219, 2, 1_234));
	const report = (await buildReport(log, "a", "b3\n")) ?? expect.fail("no report");
	const zone = { timeZone: "Asia/Shanghai" };
	expect(reportText(report, "zh", zone).split("\n")).toEqual([
		"标题 b3 · 2026/01/01 11:20",
		"时长：20 分钟（+100%）",
		"最高在线：0 · 互动人数：2（+100%）",
		"首次出现：2 人中有 1 人（与此前 2 场对比）",
		"消息：41（+310%） · 弹幕：40",
		"新增关注：0 · 点赞：0",
		"礼物：1,234 抖币",
		"不确定礼物是否收全。",
		"送礼最多：看客2 1,234",
		"最热闹的一分钟：11:39，3 条消息",
		"高光时刻：11:39 礼物 1,234 抖币",
		"没有缺失。",
	]);
	const english = reportText(report, "en", zone).split("\n");
	expect(english).toHaveLength(12);
	expect(english.slice(1, 4)).toEqual([
		"Length: 20 min (+100%)",
		"Peak viewers: 0 · active people: 2 (+100%)",
		"Seen for the first time: 1 of 2 (compared with 2 earlier broadcasts)",
	]);
});

test("names the end of which nothing was received", async () => {
	const zone = { timeZone: "Asia/Shanghai" };
	const last = async (language: "en" | "zh") => {
		const report = (await buildReport(log, "a", "b1")) ?? expect.fail("no report");
		return reportText(report, language, zone).split("\n").at(-1);
	};
	const state = (at: number, to: string) =>
		service("connection", ++n, { state: to, reason: "", message: "" }, inBroadcast("b1", at));
	const [started, ...messages] = broadcast("b1", 0, 10, [1, 2]).slice(0, -1);
	await append(started as LiveEvent, state(0, "blocked"), state(3, "blocked"));
	expect(await last("en")).toBe("The connection was lost: nothing was received after 08:00.");
	await append(state(4, "connected"), ...messages);
	expect(await last("zh")).toBe("没有缺失。");
	await append(state(10, "reconnecting"), state(50, "blocked"));
	expect(await last("en")).toBe("The connection was lost: nothing was received after 08:09.");
	expect(await log.broadcasts("a")).toMatchObject([{ reconnects: 2, gapMs: 0 }]);
	await append(service("broadcast_ended", ++n, { reason: "offline" }, inBroadcast("b1", 60)));
	expect(await last("zh")).toBe("不知道何时下播：08:09 之后的消息可能缺失。");
});
