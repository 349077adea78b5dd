import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf } from "./columns.ts";
import { writeCsv } from "./csv.ts";
import { chat, event, pagesOf, someone, stored, textOf } from "./memory-log.helpers.ts";

const bom = "\uFEFF";
const header =
	"seq,at,type,user_id,sec_uid,nickname,gender,level,fans_club,fans_club_level,content,gift_name,gift_id,count,delta,diamonds,total,room_id,id,method,diamonds_missing,source,evidence_delta,evidence_diamonds,live_id,display_id,webcast_uid";

/** Parses CSV by RFC 4180; written independently of the writer, so the two can disagree. */
function parseCsv(text: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let at = 0;
	while (at < text.length) {
		let cell = "";
		if (text[at] === '"') {
			for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
				if (text[at] === '"') at++;
				cell += text[at];
			}
			at++;
		} else while (at < text.length && text[at] !== "," && text[at] !== "\r") cell += text[at++];
		row.push(cell);
		if (text[at] === ",") at++;
		else {
			expect(text.slice(at, at + 2)).toBe("\r\n");
			at += 2;
			rows.push(row);
			row = [];
		}
	}
	return rows;
}

async function cellsOf(content: string): Promise<Record<string, string>> {
	const text = await textOf(writeCsv(pagesOf(stored(1, chat(1, content))), columnsOf.events));
	const [names = [], values = []] = parseCsv(text.slice(1));
	return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

test("begins with a BOM and the header, even without rows", async () => {
	expect(await textOf(writeCsv(pagesOf(), columnsOf.events))).toBe(`${bom}${header}\r\n`);
});

test("writes a line per event, with all digits of ids", async () => {
	const gift = { user: someone, giftName: "玫瑰", giftId: "463", count: 10, delta: 3, diamonds: 3, diamondCount: 1 };
	const events = [
		chat(1, '他说："好",\n对吧'),
		event(2, "gift", gift),
		event(3, "like", { count: 5, total: 900 }),
		event(4, "broadcast_started", { title: "晚上好" }),
	];
	const text = await textOf(
		writeCsv(pagesOf(...events.map((event, index) => stored(index + 1, event))), columnsOf.events),
	);
	const person = "'7383838383838383838,MS4wLjABAAAA-_x,小明,female,12,星光团,3";
	const noPerson = ",,,,,,";
	const ids = "20260131,MS4wLjABAAAA-_w";
	expect(text.slice(1).split("\r\n")).toEqual([
		header,
		`1,2026-01-01T00:00:01.000Z,chat,${person},"他说：""好"",\n对吧",,,,,,,'7400000000000000123,750000000000001,WebcastChatMessage,,,,,1001,${ids}`,
		`2,2026-01-01T00:00:02.000Z,gift,${person},,玫瑰,463,10,3,3,,'7400000000000000123,750000000000002,WebcastChatMessage,,,,,1001,${ids}`,
		`3,2026-01-01T00:00:03.000Z,like,${noPerson},,,,5,,,900,'7400000000000000123,750000000000003,WebcastChatMessage,,,,,1001,,`,
		`4,2026-01-01T00:00:04.000Z,broadcast_started,${noPerson},晚上好,,,,,,,'7400000000000000123,750000000000004,WebcastChatMessage,,,,,1001,,`,
		"",
	]);
});

test.each([
	"=1+1",
	"+86",
	"-1",
	"@SUM(A1)",
	"\t=1",
	"\r=1",
	"\n=1",
	" =1",
	"\u00a0=1",
	"\u200b=1",
	"\ufeff\u2060 \u3000＝1",
	"\u0000@A",
	" 007",
	"\u200b1234567890123456 ",
	"＝1+1",
	"＋1",
	"－1",
	"＠A",
	'=HYPERLINK("http://a","b")',
	"1234567890123456",
	"007",
	"1e5",
	"'quoted",
])("makes a spreadsheet show %j as text", async (content) => {
	expect((await cellsOf(content))["content"]).toBe(`'${content}`);
});

test.each(["666", "0", "12.5", "a=b", "3 + 4", "1/2", "123456789012345", "e5", "你好"])(
	"leaves %j unchanged",
	async (content) => {
		expect((await cellsOf(content))["content"]).toBe(content);
	},
);

test("keeps a negative number a number", async () => {
	const text = await textOf(writeCsv(pagesOf(stored(1, event(1, "like", { count: -5, total: 1 }))), columnsOf.events));
	expect(parseCsv(text.slice(1))[1]?.slice(13, 17)).toEqual(["-5", "", "", "1"]);
});

test("restores any text by removing one leading apostrophe", async () => {
	const text = fc.string({ unit: "grapheme", minLength: 1 });
	const risky = fc.array(fc.constantFrom(..."=+-@\t\r\n'\",，＝0129e. "), { minLength: 1, maxLength: 20 });
	await fc.assert(
		fc.asyncProperty(
			fc.oneof(
				text,
				risky.map((chars) => chars.join("")),
			),
			async (content) => {
				const cells = await cellsOf(content);
				expect(cells["content"]?.replace(/^'/, "")).toBe(content);
				expect(cells["method"]).toBe("WebcastChatMessage");
			},
		),
		{ numRuns: 300 },
	);
});

test("tolerates a value of an unexpected type", async () => {
	const odd = {
		seq: 1,
		type: "chat" as const,
		at: 0,
		json: '{"seq":1,"at":1e300,"type":"chat","user":null,"content":{"a":1}}',
	};
	const text = await textOf(writeCsv(pagesOf(odd), columnsOf.events));
	expect(parseCsv(text.slice(1))[1]?.slice(0, 4)).toEqual(["1", "1e+300", "chat", ""]);
});

test("shows Excel local times and the reader's language", async () => {
	const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;
	const pages = pagesOf(stored(1, chat(1, "=1+1")), stored(2, event(2, "like", { at: 8.6e15, count: 1 })));
	const text = await textOf(writeCsv(pages, columnsOf.events, reader));
	expect(text.startsWith(`${bom}序号,时间,类型,用户 ID,`)).toBe(true);
	const [, first = [], second = []] = parseCsv(text.slice(1));
	expect(first.slice(0, 3)).toEqual(["1", "2026-01-01 08:00:01", "弹幕"]);
	expect(first).toContain("'=1+1");
	// No spreadsheet supports such a date.
	expect(second.slice(0, 3)).toEqual(["2", "8600000000000000", "点赞"]);
	expect(text.split("\r\n")).toHaveLength(4);
});
