import type { StoredEvent } from "@livekeeper/log";
import { eventSamples as samples } from "@livekeeper/targets/src/text/event-samples.ts";
import { readXlsx } from "hucre/xlsx";
import { expect, test } from "vitest";
import { columnsForPeople } from "./columns.ts";
import { chat, event, eventsOf, someone, stored } from "./memory-log.helpers.ts";
import type { Reader } from "./reader.ts";
import { type WorkbookOptions, writeXlsx } from "./xlsx.ts";

async function* pagesOf(events: readonly StoredEvent[]) {
	for (let start = 0; start < events.length; start += 2) yield events.slice(start, start + 2);
}

/** Reads the sheets of the workbook, independently of the writer. */
async function sheetsOf(events: readonly StoredEvent[], options: Partial<WorkbookOptions & Reader> = {}) {
	const chunks: Uint8Array[] = [];
	const { language = "zh", timeZone = "Asia/Shanghai", table = "events", ...rest } = options;
	const all = { table, reader: { language, timeZone }, ...rest };
	for await (const chunk of writeXlsx(() => pagesOf(events), all)) chunks.push(chunk);
	const { sheets } = await readXlsx(Buffer.concat(chunks), { readStyles: true });
	return sheets;
}

const everything = columnsForPeople("events");
const place = (name: string) => everything.findIndex((column) => column.name === name);
/** Returns the complete sheet. */
const allOf = async (...given: Parameters<typeof sheetsOf>) => (await sheetsOf(...given)).at(-1);

test("localises headings and kinds, and keeps ids as text", async () => {
	const gift = event(2, "gift", {
		user: { id: "12345678901234567890", nickname: "小明" },
		gift_name: "玫瑰",
		gift_id: "007",
		delta: 3,
		diamonds: 3,
		room_id: "7300000000000000001",
	});
	const sheet = await allOf(eventsOf(chat(1, "你好"), gift));
	expect(sheet?.name).toBe("全部消息");
	const [heading, first, second] = sheet?.rows ?? [];
	const of = (row: readonly unknown[] | undefined, name: string) => row?.[place(name)];
	expect([of(heading, "seq"), of(heading, "content"), of(heading, "diamonds")]).toEqual(["序号", "内容", "抖币"]);
	expect([of(first, "seq"), of(first, "type"), of(first, "content")]).toEqual([1, "弹幕", "你好"]);
	expect([of(second, "type"), of(second, "delta"), of(second, "diamonds")]).toEqual(["礼物", 3, 3]);
	expect([of(second, "user_id"), of(second, "gift_id")]).toEqual(["12345678901234567890", "007"]);
	// A 抖音号 may look like a number as well.
	expect([of(heading, "display_id"), of(first, "display_id")]).toEqual(["抖音号", "20260131"]);
	expect(of(second, "room_id")).toBe("7300000000000000001");
	const english = await allOf(eventsOf(chat(1, "hi")), { language: "en" });
	expect(of(english?.rows[0], "content")).toBe("Content");
	expect(of(english?.rows[1], "type")).toBe("chat");
});

test("has a heading in both languages for every column", async () => {
	for (const language of ["en", "zh"] as const) {
		const sheet = await allOf([], { language });
		const heading = sheet?.rows[0] ?? [];
		expect(heading.filter((cell) => typeof cell === "string" && cell !== "")).toHaveLength(everything.length);
	}
});

test("keeps dangerous text as text, and replaces invalid XML", async () => {
	const texts = [
		"=1+1",
		"+1",
		"@SUM(A1)",
		"-2",
		"0123",
		"1e5",
		"'x",
		'<b>&"',
		" a ",
		"a\u0000b\uffffc\ud800d",
		"换\n行",
	];
	const sheet = await allOf(eventsOf(...texts.map((text, i) => chat(i + 1, text))));
	const cells = sheet?.rows.slice(1).map((row) => row[place("content")]);
	expect(cells?.slice(0, 9)).toEqual(texts.slice(0, 9));
	expect(cells?.[9]).toMatch(/^a.*b\ufffdc\ufffdd$/su);
	expect(cells?.[10]).toBe("换\n行");
	expect(JSON.stringify([...(sheet?.cells?.values() ?? [])])).not.toContain("formula");
});

test("cuts a text that is too long for a cell", async () => {
	const sheet = await allOf(eventsOf(chat(1, "长".repeat(40_000))));
	expect(sheet?.rows[1]?.[place("content")]).toBe("长".repeat(32_767));
});

test.each([
	["Asia/Shanghai", "2026-02-01T04:05:06.000Z", "2026-02-01T12:05:06.000Z"],
	["UTC", "2026-02-01T04:05:06.000Z", "2026-02-01T04:05:06.000Z"],
	["Asia/Kathmandu", "2026-02-01T04:05:06.000Z", "2026-02-01T09:50:06.000Z"],
	["America/New_York", "2026-03-08T06:59:59.000Z", "2026-03-08T01:59:59.000Z"],
	["America/New_York", "2026-03-08T07:00:00.000Z", "2026-03-08T03:00:00.000Z"],
])("shows times in the reader's zone: %s, %s", async (timeZone, at, local) => {
	const sheet = await allOf(eventsOf(event(1, "like", { at: Date.parse(at), count: 1 })), { timeZone });
	const cell = sheet?.rows[1]?.[place("at")];
	expect(cell instanceof Date && new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString()).toBe(local);
});

test("writes a time outside the supported range as text", async () => {
	const sheet = await allOf(eventsOf(event(1, "like", { at: 8.6e15, count: 1 })));
	expect(sheet?.rows[1]?.[place("at")]).toBe("8600000000000000");
});

test("continues surplus rows in another sheet with the heading", async () => {
	const events = eventsOf(...[1, 2, 3, 4, 5].map((seq) => chat(seq, `${seq}`)));
	const sheets = await sheetsOf(events, { maxRowsPerSheet: 3, name: "灯塔本人" });
	expect(sheets.map(({ name, rows }) => [name, rows.map((row) => row[name.startsWith("灯") ? 3 : 0])])).toEqual([
		["灯塔本人", ["内容", "1", "2"]],
		["灯塔本人 2", ["内容", "3", "4"]],
		["灯塔本人 3", ["内容", "5"]],
		["全部消息", ["序号", 1, 2]],
		["全部消息 2", ["序号", 3, 4]],
		["全部消息 3", ["序号", 5]],
	]);
});

test("shows activity first, in a sheet named after the room", async () => {
	const user = { ...someone, nickname: "小明" };
	const gift = { user, giftName: "玫瑰", giftId: "463", count: 9, delta: 3, diamonds: 6 };
	const [short, all] = await sheetsOf(
		eventsOf(
			chat(1, "你好"),
			event(2, "gift", gift),
			event(3, "viewers", { online: 5, total: 7, totalDisplay: "7", top: [] }),
			event(4, "like", { user, count: 8, total: 90 }),
		),
		{ name: "灯塔本人" },
	);
	expect([short?.name, all?.name]).toEqual(["灯塔本人", "全部消息"]);
	expect(short?.rows.map((row) => row.slice(1))).toEqual([
		["昵称", "类型", "内容", "礼物", "数量", "抖币"],
		["小明", "弹幕", "你好", null, null, null],
		["小明", "礼物", null, "玫瑰", 3, 6],
		["小明", "点赞", expect.stringContaining("8"), null, 8, null],
	]);
	expect(all?.rows).toHaveLength(5);
	const [several] = await sheetsOf(eventsOf(chat(1, "a")), { several: true });
	expect([several?.name, several?.rows[0]?.at(-1), several?.rows[1]?.at(-1)]).toEqual(["弹幕和礼物", "直播间", "1001"]);
});

test("gives each sheet a filter and a frozen heading", async () => {
	for (const sheet of await sheetsOf(eventsOf(chat(1, "a"), chat(2, "b")), { name: "灯塔" })) {
		expect([sheet.autoFilter?.range, sheet.freezePane?.rows]).toEqual([expect.stringMatching(/^A1:[A-Z]+3$/), 1]);
	}
});

test.each([
	["a/b[c]:d*e?f\\g", "a b c d e f g"],
	["'引号'", "引号"],
	["History", "History_"],
	["很长的名字".repeat(10), `${"很长的名字".repeat(6)}很`],
	["👨‍👩‍👧‍👦".repeat(9), "👨‍👩‍👧‍👦".repeat(2)],
	["\u202e \u0007", "弹幕和礼物"],
	["全部消息", "全部消息"],
])("gives a room of %j a valid sheet name", async (name, expected) => {
	const [short, all] = await sheetsOf(eventsOf(chat(1, "a")), { name });
	expect(short?.name).toBe(expected);
	expect(all?.name).toBe(expected === "全部消息" ? "全部消息 2" : "全部消息");
});

test("keeps English words out of a Chinese sheet", async () => {
	// Codes in the samples that the program does not have are not its words.
	const all = { ...samples, gap: { ...samples.gap, reason: "no_cursor" as const } };
	const sheets = await sheetsOf(
		Object.values(all).map((sample, i) => stored(i + 1, sample)),
		{ name: "灯塔" },
	);
	const codes = new Set(["user_id", "sec_uid", "gift_id", "room_id", "id", "live_id", "display_id", "webcast_uid"]);
	const words = sheets.flatMap(({ rows }) =>
		rows.flatMap((row) =>
			row.filter(
				(cell, i) => typeof cell === "string" && !(rows === sheets[1]?.rows && codes.has(everything[i]?.name ?? "")),
			),
		),
	);
	const english = words.filter((cell) => /[a-z]{3,}/i.test(String(cell)));
	expect(english).toEqual([]);
	const people = sheets[1]?.rows.slice(1).map((row) => row[place("gender")]);
	expect(people).toContain("女");
});
