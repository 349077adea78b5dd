import type { LiveEvent } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { writeAss } from "./ass.ts";
import { chat, event, eventsOf, pagesOf, someone, startMs, textOf } from "./memory-log.helpers.ts";
import type { RecordingOptions } from "./subtitles.ts";

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
