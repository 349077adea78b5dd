import type { RoomEvent } from "@livekeeper/client";
import { expect, test } from "vitest";
import { FeedBuffer } from "./feed-buffer.ts";
import { sidesText } from "./occasion-of.ts";

let seq = 0;
const event = (type: string, fields: object = {}): RoomEvent =>
	({ seq: ++seq, at: seq * 10, type, user: { nickname: `u${seq}`, masked: false, level: 1 }, ...fields }) as never;
const all = () => true;

function bufferOf(...events: RoomEvent[]): FeedBuffer {
	const buffer = new FeedBuffer();
	for (const one of events) buffer.add(one);
	return buffer;
}

test("merges a streak's steps into one line with total diamonds", () => {
	const step = (count: number, diamonds: number) =>
		event("gift", { streak_id: "s", gift_name: "小心心", count, diamonds });
	const buffer = bufferOf(step(1, 5), event("chat", { content: "哇" }), step(3, 10), step(2, 0));
	expect(buffer.newest(9, all).map(({ kind, count, diamonds }) => [kind, count, diamonds])).toEqual([
		["gift", 3, 15],
		["chat", 1, 0],
	]);
});

test("merges likes, and remembers whether several people gave them", () => {
	const like = (nickname: string, count: number) =>
		event("like", { user: { nickname, masked: false, level: 1 }, count });
	const rows = (...names: string[]) =>
		bufferOf(...names.map((name) => like(name, 3)))
			.newest(9, all)
			.map(({ count, several }) => [count, several]);
	expect(rows("a")).toEqual([[3, false]]);
	expect(rows("a", "a")).toEqual([[6, false]]);
	expect(rows("a", "b", "b")).toEqual([[9, true]]);
});

test("says what happened in the fan club", () => {
	const words = (action: string) => bufferOf(event("fansclub", { action })).newest(1, all)[0]?.words;
	expect(["join", "upgrade", "other"].map(words)).toEqual(["fansclub_join", "fansclub_upgrade", "fansclub_other"]);
});

const control = (action: string) => event("control", { room_id: "r1", action, tips: "直播已结束" });
const ended = () => event("broadcast_ended", { room_id: "r1", reason: "ended" });
const waits = (reason = "broadcast_ended") => event("connection", { room_id: "r1", state: "waiting", reason });
const says = () => event("chat", { content: "再见" });

test.each([
	["by Douyin first", () => [control("end"), says(), ended(), waits()], ["control", "chat"]],
	["by Douyin last", () => [ended(), waits("offline"), control("end")], ["control"]],
	["by the log alone", () => [waits("offline"), ended()], ["broadcast_ended"]],
	["by a pause too", () => [control("pause"), ended()], ["control", "broadcast_ended"]],
	["by a refusal too", () => [waits("blocked"), ended()], ["connection", "broadcast_ended"]],
])("says a broadcast's end in one line: %s", (_, events, lines) => {
	expect(
		bufferOf(...events())
			.newest(9, all)
			.map(({ type }) => type),
	).toEqual(lines);
});

test("says each end of a broadcast that continued", () => {
	const again = event("broadcast_started", { room_id: "r1", title: "再来" });
	const buffer = bufferOf(ended(), waits(), again, ended(), waits());
	expect(buffer.newest(9, all).map(({ type }) => type)).toEqual([
		"broadcast_ended",
		"broadcast_started",
		"broadcast_ended",
	]);
});

const pushed = (diamonds: number, count: number) =>
	event("gift", {
		source: "official",
		streak_id: `official:${++seq}`,
		gift_id: "sec",
		gift_name: "",
		diamond_count: diamonds / count,
		diamonds,
		count,
		delta: count,
	});
const web = (count: number, delta: number, counts: boolean) =>
	event("gift", {
		streak_id: "s",
		gift_name: "小心心",
		diamond_count: 5,
		count,
		...(counts ? { delta, diamonds: delta * 5 } : { delta: 0, diamonds: 0, evidence: { delta, diamonds: delta * 5 } }),
	});

test("counts gifts of both sources once, the web's as evidence", () => {
	const light = () => event("light_gift", { gift_id: "7", gift_name: "云", gift_image: "", count: 1 });
	const buffer = bufferOf(web(1, 1, true), light(), pushed(18, 2), web(3, 2, false), light());
	const account = buffer.newest(9, ({ evidence }) => !evidence);
	expect(account.map(({ text, count, diamonds, each, official }) => [text, count, diamonds, each, official])).toEqual([
		["小心心", 1, 5, 5, false],
		["云", 1, 0, 0, false],
		["", 2, 18, 9, true],
	]);
	expect(buffer.newest(9, ({ evidence }) => evidence).map(({ text, count }) => [text, count])).toEqual([
		["小心心", 2],
		["云", 1],
	]);
	expect(buffer.evidence).toBe(2);
});

test("counts unreported gifts after the platform stops within a streak", () => {
	const buffer = bufferOf(web(2, 2, true), web(5, 3, false), pushed(15, 3), web(6, 1, true));
	const account = buffer.newest(9, ({ evidence }) => !evidence);
	expect(account.map(({ count, diamonds }) => [count, diamonds])).toEqual([
		[3, 15],
		[3, 15],
	]);
});

test("merges consecutive joins, keeping the lines in between", () => {
	const buffer = bufferOf(event("member"), event("member"), event("chat", { content: "hi" }), event("member"));
	expect(buffer.newest(9, all).map(({ kind, count }) => [kind, count])).toEqual([
		["member", 2],
		["chat", 1],
		["member", 1],
	]);
});

test("adds up likes, but not across a pause", () => {
	const buffer = bufferOf(
		event("like", { count: 3 }),
		event("like", { count: 4 }),
		event("like", { count: 5, at: 1e9 }),
	);
	expect(buffer.newest(9, all).map(({ count }) => count)).toEqual([7, 5]);
});

test("makes no line of numbers shown elsewhere", () => {
	const buffer = bufferOf(event("viewers", { online: 5 }));
	expect([buffer.newest(9, all), buffer.newestKey]).toEqual([[], 0]);
	expect(buffer.lastSeq).toBe(seq);
});

test("keeps only the newest lines, at most 3,000", () => {
	const buffer = new FeedBuffer();
	for (let i = 0; i < 10_000; i++) buffer.add(event("chat", { content: `${i}` }));
	const rows = buffer.newest(9_999, all);
	expect(rows.length).toBeLessThanOrEqual(3_000);
	expect(rows.length).toBeGreaterThanOrEqual(2_000);
	expect(rows.at(-1)?.text).toBe("9999");
});

test("counts newer lines that match", () => {
	const buffer = bufferOf(event("chat", { content: "a" }));
	const key = buffer.newestKey;
	for (const content of ["b", "c"]) buffer.add(event("chat", { content }));
	buffer.add(event("follow"));
	expect(buffer.countAfter(key, all)).toBe(3);
	expect(buffer.countAfter(key, ({ kind }) => kind === "chat")).toBe(2);
	expect(buffer.countAfter(buffer.newestKey, all)).toBe(0);
});

test("returns older lines than those shown", () => {
	const buffer = bufferOf(...["a", "b", "c", "d"].map((content) => event("chat", { content })));
	const shown = buffer.newest(2, all);
	expect(buffer.newest(9, all, shown[0]?.key).map(({ text }) => text)).toEqual(["a", "b"]);
});

const side = (id: string, name: string, display?: string) => ({ id, name, display });

test("merges a battle into one line with its current score", () => {
	const about = { user: undefined, battle_id: "7" };
	const buffer = bufferOf(
		event("pk_started", { ...about, sides: [side("1", "甲"), side("2", "乙")] }),
		event("chat", { content: "加油" }),
		event("pk_score", { ...about, sides: [side("1", "", "5"), side("2", "", "3")] }),
		event("pk_score", { ...about, battle_id: "", sides: [side("1", "")] }),
		event("pk_ended", { ...about, sides: [] }),
		event("pk_score", { ...about, sides: [side("2", "", "4"), side("1", "", "5"), side("3", "", "1")] }),
	);
	const rows = buffer.newest(9, all).filter(({ kind }) => kind === "other");
	expect(rows.map(({ words, sides }) => [words, sidesText(sides)])).toEqual([["pk_ended", "乙 4 : 甲 5 : 1"]]);
});

test("remembers a battle's sides, however old, but not another's", () => {
	const about = { user: undefined, battle_id: "7" };
	const score = { ...about, sides: [side("1", "", "5")] };
	const buffer = bufferOf(event("pk_started", { ...about, sides: [side("1", "甲")] }));
	for (let i = 0; i < 300; i++) buffer.add(event("chat", { content: "加油" }));
	buffer.add(event("pk_score", score));
	buffer.add(event("pk_started", { ...about, battle_id: "8", sides: [] }));
	const rows = buffer.newest(999, all).filter(({ kind }) => kind === "other");
	expect(rows.map(({ words, sides }) => [words, sidesText(sides)])).toEqual([
		["pk_started", "甲"],
		["pk_score", "甲 5"],
		["pk_started", ""],
	]);
});

test("describes lucky boxes, lotteries, wishes and new moderators", () => {
	const wishes = [{ gift_name: "小心心", progress: 2, target: 9 }];
	const lottery = (action: string, more: object) => event("lottery", { action, lottery_id: "8", prize: "", ...more });
	const buffer = bufferOf(
		event("lucky_box", { action: "sent", title: "人人有份", diamond_count: 100, winners: [] }),
		event("lucky_box", { action: "won", title: "", winners: ["1", "2"] }),
		lottery("update", { prize: "钻石", participants: 3, winners: [] }),
		lottery("update", { participants: 5, winners: [] }),
		lottery("drawn", { participants: 0, winners: ["1"] }),
		event("banner", { extra: "{}", wishes }),
		event("banner", { extra: "{}" }),
		event("product", { content: "", total: 4 }),
		event("product", { content: "上新", total: 4 }),
		event("member", { set_to_admin: true }),
		event("light_gift", { gift_id: "7", gift_name: "", gift_image: "", count: 3 }),
		event("fan_ticket", { room_fan_ticket_count: 9 }),
	);
	expect(buffer.newest(99, all).map(({ words, text, count, diamonds }) => [words, text, count, diamonds])).toEqual([
		["box_sent", "人人有份", 1, 100],
		["box_won", "", 2, 0],
		["lottery_drawn", "钻石", 1, 0],
		["wishes", "小心心 2/9", 1, 0],
		["products", "", 4, 0],
		[undefined, "上新", 1, 0],
		["moderator", "", 1, 0],
		[undefined, "#7", 3, 0],
	]);
});

test("marks deleted messages in place", () => {
	const buffer = bufferOf(
		event("chat", { id: "1", content: "a" }),
		event("chat", { id: "2", content: "b" }),
		event("chat", { id: "3", envelope_id: "8", content: "c" }),
		event("message_deleted", { message_ids: ["1", "9"] }),
		event("message_deleted", { message_ids: ["8"] }),
	);
	expect(buffer.newest(9, all).map(({ text, deleted }) => [text, deleted])).toEqual([
		["a", true],
		["b", false],
		["c", true],
	]);
});

test("shows seat changes, voice messages and the rest of boxes", () => {
	const seat = { position: 1, title: "", user: { id: "7", nickname: "小船" } };
	const seats = (action: string, target: string) => event("seats", { action, target_id: target, seats: [seat] });
	const box = (left: number) =>
		event("lucky_box", { action: "update", box_id: "5", title: "", winners: [], parts_left: left });
	const buffer = bufferOf(
		seats("list", "0"),
		seats("entered", "7"),
		seats("left", "9"),
		event("chat", { content: "你好", audio: { url: "", duration_ms: 3_970 } }),
		event("topic", { title: "大家说", phrases: [{ content: "好听" }, { content: "再来" }] }),
		box(10),
		box(4),
		event("leaderboard", { places: [{ title: "小时榜", content: "百强第5名" }] }),
		event("page_update", { part: "picture", content: "" }),
	);
	expect(buffer.newest(9, all).map(({ words, text, count }) => [words, text, count])).toEqual([
		["seat_entered", "小船", 1],
		["seat_left", "9", 1],
		["audio", "你好", 4],
		["topic", "大家说：好听 · 再来", 1],
		["box_update", "", 4],
	]);
});
