import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxLinks, readLinks } from "./read-links.ts";

const share = (link: string) =>
	`6.94 复制打开抖音，看看【慢半拍的海鸥】正在直播，来和我一起支持Ta吧。复制下方链接，打开【抖音】，直接观看直播！ ${link} 5@0.com :9pm`;
/** Abbreviates each entry: an id, or the kind or reason and its subject. */
const read = (text: string, baseUrl?: string) =>
	readLinks(text, baseUrl).map((link) => {
		switch (link.kind) {
			case "room":
				return link.liveId;
			case "short":
				return `short ${link.code}`;
			case "broadcast":
				return `broadcast ${link.roomId} ${link.secUid}`;
			case "unusable":
				return `${link.problem}: ${link.text}`;
			case "aside":
				return `(${link.reason}: ${link.text})`;
			default:
				return link satisfies never;
		}
	});
const rooms = (text: string, baseUrl?: string) =>
	read(text, baseUrl).filter((entry) => !/^\(|^\w+: |^\w+:$/.test(entry));

const aroundShare =
	"(words: 6.94 复制打开抖音 看看 【慢半拍的海鸥】 正在直播 来和我一起支持 Ta 吧。复制下方链接 打开 【抖音】 直接观看直播 5@0.com :9pm)";

describe("readLinks", () => {
	it.each([
		// Addresses.
		["https://live.douyin.com/261378947940", ["261378947940"]],
		["live.douyin.com/261378947940?from=web_code_link", ["261378947940"]],
		["https://www.douyin.com/follow/live/261378947940?anchor_id=1&modeFrom=x", ["261378947940"]],
		["https://www.douyin.com/root/live/261378947940", ["261378947940"]],
		["https://live.douyin.com/slow.half_beat-1/", ["slow.half_beat-1"]],
		["https://v.douyin.com/-_aB12cD34E", ["short -_aB12cD34E"]],
		[
			"https://webcast.amemv.com/douyin/webcast/reflow/7052042856438865059?u_code=0&sec_user_id=MS4wLjABAAAA_x-1&x=2",
			["broadcast 7052042856438865059 MS4wLjABAAAA_x-1"],
		],
		["https://webcast.amemv.com/douyin/webcast/reflow/7052042856438865059", ["broadcast 7052042856438865059 "]],
		["https://live.douyin.com/7052042856438865059", ["broadcast 7052042856438865059 "]],
		["ｈｔｔｐｓ：／／live．douyin．com／１００１", ["1001"]],
		["看这里:live.douyin.com/1001（海鸥）", ["1001", "(words: 看这里 海鸥)"]],
		["https://live.douyin.com/1001,https://live.douyin.com/1002", ["1001", "1002"]],
		["https://live.douyin.com/1001https://live.douyin.com/1002", ["1001", "1002"]],
		[
			"https://live.douyin.com/1001，还有 https://live.douyin.com/1002\n以及https://v.douyin.com/iRNBho6uXyz/。",
			["1001", "1002", "short iRNBho6uXyz", "(words: 还有 以及)"],
		],
		// Share texts.
		[share("https://v.douyin.com/iRNBho6uXyz/"), ["short iRNBho6uXyz", aroundShare]],
		["https://v.douyin.com/iRNBho6uXyz/ 5@0.com :9pm", ["short iRNBho6uXyz", "(words: 5@0.com :9pm)"]],
		[
			"【海鸥 20240101】正在直播，今晚8888元 https://v.douyin.com/iRNBho6uXyz/",
			["short iRNBho6uXyz", "(words: 【海鸥 20240101】 正在直播 今晚 8888 元)"],
		],
		// Ids, one or several, in every form that keyboards and chats make of them.
		["slow.half_beat-1", ["slow.half_beat-1"]],
		["8", ["8"]],
		["@slow_half", ["slow_half"]],
		["＠slow_half", ["slow_half"]],
		["抖音号：slow.half_beat", ["slow.half_beat"]],
		["抖音号 slow_half", ["slow_half"]],
		["我的抖音号：@slow_half，来玩", ["slow_half", "(words: 我的 来玩)"]],
		["直播间：1001", ["1001"]],
		["room: 1001", ["1001"]],
		["room 1001", ["1001", "(words: room)"]],
		["２６１３７８９４７９４０", ["261378947940"]],
		["\u200b10\u200d01\ufeff \u2060@slow\u00ad_half\u200f", ["1001", "slow_half"]],
		['["1001", "1002"]', ["1001", "1002"]],
		["1001, 1002；1001 、abcd", ["1001", "1002", "abcd", "(repeated: 1001)"]],
		["https://live.douyin.com/1001 1002 slow_half", ["1001", "1002", "slow_half"]],
		["https://live.douyin.com/1001 1001", ["1001", "(repeated: 1001)"]],
		["1001\t海鸥\n1002\t木船", ["1001", "1002", "(words: 海鸥 木船)"]],
		["7052042856438865059", ["broadcast 7052042856438865059 "]],
		["1003 和 1002", ["1003", "1002", "(words: 和)"]],
		["看261378947940吧", ["261378947940", "(words: 看 吧)"]],
		["1001 a*b x/y", ["1001", "(words: a*b x/y)"]],
		// Sentences.
		["我想看那个主播", ["not_understood: 我想看那个主播"]],
		["今晚 8 点，来看我的直播！第 2 场", ["not_understood: 今晚 8 点 来看我的直播 第 2 场"]],
		["2026 年 12 月 1 日 20:00 开播", ["not_understood: 2026 年 12 月 1 日 20:00 开播"]],
		["please watch my stream tonight at 8", ["not_understood: please watch my stream tonight at 8"]],
		["please watch my stream\n261378947940", ["261378947940", "(words: please watch my stream)"]],
		["有人吗🎉 8", ["not_understood: 有人吗🎉 8"]],
		// Texts that name no room.
		["", ["empty: "]],
		[" \u200b\ufeff\n", ["empty: "]],
		["。。。", ["not_understood: 。。。"]],
		[
			"https://www.douyin.com/user/MS4wLjABAAAA_x-1 1001",
			["1001", "profile: https://www.douyin.com/user/MS4wLjABAAAA_x-1"],
		],
		["https://www.douyin.com/video/7391234567890123456", ["video: https://www.douyin.com/video/7391234567890123456"]],
		[
			"https://live.douyin.com/ https://www.douyin.com/?recommend=1",
			["no_room: https://live.douyin.com/ https://www.douyin.com/?recommend=1"],
		],
		["快看 https://www.kuaishou.com/u/abc", ["foreign: https://www.kuaishou.com/u/abc", "(words: 快看)"]],
		["https://live.douyin.com.example.invalid/1001", ["foreign: https://live.douyin.com.example.invalid/1001"]],
		["https://user:password@live.douyin.com/1001", ["foreign: https://user:password@live.douyin.com/1001"]],
		[
			"https://live.douyin.com/1001 https://music.example.com/x https://www.douyin.com/",
			["1001", "(foreign: https://music.example.com/x)", "(no_room: https://www.douyin.com/)"],
		],
		["x".repeat(65), [`not_understood: ${"x".repeat(65)}`]],
	])("reads %j", (text, expected) => expect(read(text)).toEqual(expected));

	it("keeps a long list's first rooms and lists others", () => {
		const ids = Array.from({ length: maxLinks + 2 }, (_, i) => `${1001 + i}`);
		expect(read(ids.slice(2).join("\n"))).toHaveLength(maxLinks);
		expect(read(ids.join(" "))).toEqual([...ids.slice(0, maxLinks), "too_much: 1021 1022"]);
		expect(read("海".repeat(20_001))).toEqual([`too_much: ${"海".repeat(40)}…`]);
	});

	it("reads another base URL's host, with other hosts as folders", () => {
		const base = "http://127.0.0.1:7002";
		expect(rooms(`${base}/1001?from=web_code_link`, base)).toEqual(["1001"]);
		expect(rooms(`${base}/v.douyin.com/iRNBho6uXyz/`, base)).toEqual(["short iRNBho6uXyz"]);
		expect(rooms("https://live.douyin.com/1001", base)).toEqual(["1001"]);
		expect(read("http://127.0.0.1:7003/1001", base)).toEqual(["foreign: http://127.0.0.1:7003/1001"]);
	});

	const pieces = fc.constantFrom(
		..."https:// live.douyin.com / v.douyin.com/ .. %2e \\ @ # ? , 抖音 抖音号： 【 】 （ １００１ 1001 261378947940 \0".split(
			" ",
		),
		..."slow_half please watch 🎉 7052042856438865059 https://live.douyin.com/1001 https://v.douyin.com/iRNBho6u/".split(
			" ",
		),
		..." \n\u200b",
	);
	const pasted = fc.oneof(
		fc.string(),
		fc.string({ unit: "grapheme" }),
		fc.array(fc.oneof({ weight: 4, arbitrary: pieces }, fc.string({ maxLength: 3 }))).map((all) => all.join("")),
	);

	it("never returns an id that a path can't hold", () => {
		fc.assert(
			fc.property(pasted, (text) => {
				for (const link of readLinks(text)) {
					if (link.kind === "room") expect(link.liveId).toMatch(/^(?!\.+$)[A-Za-z0-9_.-]{1,64}$/);
					if (link.kind === "short") expect(link.code).toMatch(/^[\w-]{4,40}$/);
				}
			}),
		);
	});

	it("accounts for every letter and digit, each reason once", () => {
		const signs = (text: string) => [...text.normalize("NFKC").matchAll(/(?!\p{DI})[\p{L}\p{N}]/gu)].sort().join("");
		fc.assert(
			fc.property(pasted, (text) => {
				const links = readLinks(text);
				expect(signs(links.map((link) => link.text).join(" "))).toBe(signs(text));
				const reasons = read(text).flatMap((entry) => /^\(?(\w+): /.exec(entry)?.[0] ?? []);
				expect(new Set(reasons).size).toBe(reasons.length);
			}),
			{ numRuns: 2_000 },
		);
	});
});
