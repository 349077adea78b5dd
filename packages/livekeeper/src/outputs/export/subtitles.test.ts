import type { LiveEvent } from "@livekeeper/douyin";
import { SaxesParser } from "saxes";
import { expect, test } from "vitest";
import { chat, event, eventsOf, pagesOf, someone, startMs, textOf } from "./memory-log.helpers.ts";
import { ownMark, type RecordingOptions, writeAss, writeBilibiliXml } from "./subtitles.ts";

interface Line {
	start: string;
	end: string;
	style: string;
	y: number;
	text: string;
}

async function linesOf(events: readonly LiveEvent[], options: Partial<RecordingOptions> = {}): Promise<Line[]> {
	const all = { liveId: "1001", from: startMs, language: "zh", ...options } as const;
	const file = await textOf(writeAss(pagesOf(...eventsOf(...events)), all));
	return file.split("\n").flatMap((line) => {
		if (!line.startsWith("Dialogue: ")) return [];
		const [, start = "", end = "", style = "", , , , , , ...rest] = line.split(",");
		const [, y, text = ""] = /^\{\\move\(1920,(\d+),-\d+,\d+\)\}(.*)$/.exec(rest.join(",")) ?? [];
		return [{ start, end, style, y: Number(y), text }];
	});
}

const clock = (ms: number) => new Date(ms).toISOString().slice(12, 22);

test("moves each message across the picture for 12 s", async () => {
	const given = { user: someone, giftName: "玫瑰", delta: 3, diamonds: 3 };
	const lines = await linesOf([chat(1, "你好，世界"), event(3_661, "gift", given)], { offsetMs: 250 });
	expect(lines.map(({ y, ...rest }) => rest)).toEqual([
		{ start: "0:00:01.25", end: "0:00:13.25", style: "Chat", text: "你好，世界" },
		{ start: "1:01:01.25", end: "1:01:13.25", style: "Gift", text: "小明 送出 玫瑰 ×3" },
	]);
});

test("shows a gap as a line where it begins", async () => {
	const lost = event(60, "gap", { from: startMs + 20_000, to: startMs + 60_000, reason: "network" });
	const [line] = await linesOf([lost], { language: "en" });
	expect(line).toMatchObject({
		start: "0:00:20.00",
		style: "Chat",
		text: expect.stringMatching(/^\[livekeeper\] 40 s /),
	});
});

test("escapes commands and line breaks in people's texts", async () => {
	const [line] = await linesOf([chat(1, "{\\fs900}a\\Nb\r\nDialogue: 0\u2028c\ud800")]);
	expect(line?.text).toBe("｛＼fs900｝a＼Nb Dialogue: 0 c\ufffd");
	expect(await linesOf([chat(1, "a\nDialogue: 0,0:00:00.00")])).toHaveLength(1);
});

test("keeps visible lines apart, and overlaps them only without room", async () => {
	const wide = "很长的一句话".repeat(3);
	const sparse = await linesOf(Array.from({ length: 10 }, () => chat(1, wide)));
	expect(new Set(sparse.map(({ y }) => y)).size).toBe(10);
	const many = await linesOf(Array.from({ length: 300 }, (_, i) => chat(1 + i / 100, wide)));
	expect(many).toHaveLength(300);
	expect(Math.max(...many.map(({ y }) => y))).toBeLessThan(1080 * 0.6);
	// A short line that begins once another is fully in the picture, and does not catch up, uses the same lane.
	const pair = await linesOf([chat(1, wide), chat(8, "短")]);
	expect(pair.map(({ y }) => y)).toEqual([0, 0]);
	// A longer line is faster, and would run into it.
	const chasing = await linesOf([chat(1, "短"), chat(1.5, wide)]);
	expect(new Set(chasing.map(({ y }) => y)).size).toBe(2);
});

test("formats times beyond an hour and between hundredths", async () => {
	const [line] = await linesOf([chat(4, "a")], { offsetMs: 1_234 });
	expect([line?.start, line?.end]).toEqual([clock(5_230), clock(17_230)]);
});

interface Element {
	name: string;
	attributes: Record<string, string>;
	text: string;
}

/** Parses with a strict parser, which throws on invalid XML. */
function elementsOf(xml: string): Element[] {
	const elements: Element[] = [];
	const open: Element[] = [];
	const parser = new SaxesParser();
	parser.on("opentag", ({ name, attributes }) => {
		const element = { name, attributes, text: "" };
		elements.push(element);
		open.push(element);
	});
	parser.on("text", (text) => {
		const inside = open.at(-1);
		if (inside) inside.text += text;
	});
	parser.on("closetag", () => void open.pop());
	parser.on("error", (error) => {
		throw error;
	});
	parser.write(xml).close();
	return elements;
}

const written = async (events: readonly LiveEvent[], options: Partial<RecordingOptions> = {}) => {
	const xml = await textOf(
		writeBilibiliXml(pagesOf(...eventsOf(...events)), { liveId: "1001", language: "zh", ...options }),
	);
	const elements = elementsOf(xml);
	return { xml, named: (name: string) => elements.filter((element) => element.name === name) };
};

const gift = (n: number, delta: number, price: number, fields: object = {}) =>
	event(n, "gift", {
		...{ user: someone, giftId: "1", giftName: "玫瑰", diamondCount: price, delta, diamonds: delta * price },
		...fields,
	});

test("writes chats and gifts with times of the recording", async () => {
	const { named } = await written([chat(1, "你好"), gift(3, 2, 10)], { from: startMs });
	const [said] = named("d");
	expect(said?.text).toBe("你好");
	const { p, user, uid, timestamp } = said?.attributes ?? {};
	expect(p?.split(",")).toEqual([
		...["1.000", "1", "25", "16777215", `${startMs + 1000}`, "0"],
		...[expect.stringMatching(/^[0-9a-f]+$/), someone.id, "0"],
	]);
	expect([user, uid, timestamp]).toEqual(["小明", someone.id, `${startMs + 1000}`]);
	expect(named("gift").map(({ attributes }) => attributes)).toEqual([
		{
			...{ ts: "3.000", giftname: "玫瑰", giftcount: "2", price: "1000", user: "小明", uid: someone.id },
			timestamp: `${startMs + 3000}`,
		},
	]);
	expect(named("video_start_time")[0]?.text).toBe(`${startMs}`);
});

test("prices 10 diamonds at 1000, with the log's totals", async () => {
	const gifts = [gift(1, 1, 1), gift(2, 3, 99), gift(3, 0, 99), gift(4, 10, 3000), gift(5, 1, 0)];
	const chats = Array.from({ length: 250 }, (_, i) => chat(10 + i, `弹幕${i}`));
	const { named } = await written([...gifts, ...chats]);
	expect(named("d").map(({ text }) => text)).toEqual(chats.map((_, i) => `弹幕${i}`));
	const sum = named("gift").reduce(
		(total, { attributes }) => total + Number(attributes["price"]) * Number(attributes["giftcount"]),
		0,
	);
	expect(sum).toBe(((1 + 3 * 99 + 10 * 3000) / 10) * 1000);
	// The step that repeats an earlier one adds nothing.
	expect(named("gift")).toHaveLength(4);
});

test("writes any text as valid XML, unchanged where possible", async () => {
	const nasty = `<b>&amp;"'>]]>\r\n\t \u{1F600} &#1;`;
	const unfit = "a\u0000b\u001bc\ud800d\udc00e\uffff";
	const user = { ...someone, nickname: nasty };
	const { named } = await written([
		...[chat(1, nasty, user), chat(2, unfit, { ...someone, nickname: unfit })],
		gift(3, 1, 1, { giftName: nasty, user }),
	]);
	const [first, second] = named("d");
	expect([first?.text, first?.attributes["user"]]).toEqual([nasty, nasty]);
	const fit = "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd";
	expect([second?.text, second?.attributes["user"]]).toEqual([fit, fit]);
	expect(named("gift")[0]?.attributes["giftname"]).toBe(nasty.replaceAll(" ", "\u00a0"));
});

test("is recognised by danmaku2ass from its first 40 characters", async () => {
	const { xml } = await written([chat(1, "a")]);
	expect(xml.slice(0, 40)).toBe('<?xml version="1.0" encoding="utf-8"?><i');
});

test("writes gift names with no-break spaces for DanmakuFactory", async () => {
	const { xml, named } = await written([gift(1, 2, 10, { giftName: "Thank you 玫瑰" })]);
	const [, name] = /giftname=(\S*) /.exec(xml.replaceAll("\u00a0", "_")) ?? [];
	expect(name).toBe('"Thank_you_玫瑰"');
	expect(named("gift")[0]?.attributes["giftname"]).toBe("Thank\u00a0you\u00a0玫瑰");
});

test("shows a gap as a line where it begins", async () => {
	const lost = event(60, "gap", { from: startMs + 20_000, to: startMs + 60_000, reason: "network" });
	const before = event(2, "gap", { from: startMs - 9_000, to: startMs + 2_000, reason: "network" });
	const { xml, named } = await written([before, chat(19, "a"), lost, chat(61, "b")], { from: startMs });
	expect(named("d").map(({ attributes, text }) => [attributes["p"]?.split(",")[0], text])).toEqual([
		["0.000", expect.stringMatching(/^\[livekeeper\] 可能缺失 11 秒的消息：/)],
		["19.000", "a"],
		["20.000", expect.stringMatching(/^\[livekeeper\] 可能缺失 40 秒的消息：/)],
		["61.000", "b"],
	]);
	expect(xml.slice(0, 1024)).toContain(ownMark);
});

test("shifts times by the offset, and drops negative ones", async () => {
	const events: readonly LiveEvent[] = [chat(1, "a"), chat(2, "b"), chat(3, "c")];
	const times = async (options: Partial<RecordingOptions>) =>
		(await written(events, options)).named("d").map(({ attributes }) => attributes["p"]?.split(",")[0]);
	expect(await times({})).toEqual(["0.000", "1.000", "2.000"]);
	expect(await times({ from: startMs, offsetMs: 2_500 })).toEqual(["3.500", "4.500", "5.500"]);
	expect(await times({ from: startMs, offsetMs: -1_500 })).toEqual(["0.500", "1.500"]);
});

test("writes a valid document without messages", async () => {
	expect((await written([])).named("i")).toHaveLength(1);
});
