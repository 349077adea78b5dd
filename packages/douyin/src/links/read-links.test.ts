import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mostLinks, readLinks } from "./read-links.ts";

const share = (link: string) =>
	`6.94 复制打开抖音，看看【慢半拍的海鸥】正在直播，来和我一起支持Ta吧。复制下方链接，打开【抖音】，直接观看直播！ ${link} 5@0.com :9pm`;
const what = (text: string, baseUrl?: string) =>
	readLinks(text, baseUrl).map((link) => {
		switch (link.kind) {
			case "room":
				return link.liveId;
			case "short":
				return `short ${link.code}`;
			case "broadcast":
				return `broadcast ${link.roomId} ${link.secUid}`;
			case "unusable":
				return link.problem;
			default:
				return link satisfies never;
		}
	});

describe("what people paste", () => {
	it.each([
		["https://live.douyin.com/261378947940", ["261378947940"]],
		["live.douyin.com/261378947940?from=web_code_link", ["261378947940"]],
		["https://www.douyin.com/follow/live/261378947940?anchor_id=1&modeFrom=x", ["261378947940"]],
		["https://www.douyin.com/root/live/261378947940", ["261378947940"]],
		["https://live.douyin.com/slow.half_beat-1/", ["slow.half_beat-1"]],
		["slow.half_beat-1", ["slow.half_beat-1"]],
		["抖音号：slow.half_beat", ["slow.half_beat"]],
		["261378947940", ["261378947940"]],
		[share("https://v.douyin.com/iRNBho6uXyz/"), ["short iRNBho6uXyz"]],
		["https://v.douyin.com/-_aB12cD34E", ["short -_aB12cD34E"]],
		[
			"https://webcast.amemv.com/douyin/webcast/reflow/7052042856438865059?u_code=0&sec_user_id=MS4wLjABAAAA_x-1&x=2",
			["broadcast 7052042856438865059 MS4wLjABAAAA_x-1"],
		],
		["https://webcast.amemv.com/douyin/webcast/reflow/7052042856438865059", ["broadcast 7052042856438865059 "]],
		[
			"https://live.douyin.com/1001，还有 https://live.douyin.com/1002\n以及https://v.douyin.com/iRNBho6uXyz/。",
			["1001", "1002", "short iRNBho6uXyz"],
		],
		["1001, 1002；1001 、abc", ["1001", "1002", "abc"]],
	])("%s", (text, expected) => expect(what(text)).toEqual(expected));

	it.each([
		["", "empty"],
		["https://www.douyin.com/user/MS4wLjABAAAA_x-1?from=1", "profile"],
		["https://www.douyin.com/video/7391234567890123456", "video"],
		["https://live.douyin.com/", "no_room"],
		["https://www.douyin.com/?recommend=1", "no_room"],
		["https://www.kuaishou.com/u/abc", "foreign"],
		["https://live.douyin.com.example.invalid/1001", "foreign"],
		["https://user:password@live.douyin.com/1001", "foreign"],
		["我想看那个主播", "not_understood"],
		["x".repeat(20_001), "too_much"],
	])("%s: %s", (text, problem) => expect(what(text)).toEqual([problem]));

	it("beside a room's address others say nothing, and too many at once are refused as one", () => {
		expect(what("https://live.douyin.com/1001 https://music.example.com/x https://www.douyin.com/")).toEqual(["1001"]);
		const many = Array.from({ length: mostLinks + 1 }, (_, i) => `https://live.douyin.com/${1001 + i}`);
		expect(what(many.slice(1).join("\n"))).toHaveLength(mostLinks);
		expect(what(many.join(" "))).toEqual(["too_much"]);
	});

	it("under another base URL its host has the site's other hosts as folders", () => {
		const base = "http://127.0.0.1:7002";
		expect(what(`${base}/1001?from=web_code_link`, base)).toEqual(["1001"]);
		expect(what(`${base}/v.douyin.com/iRNBho6uXyz/`, base)).toEqual(["short iRNBho6uXyz"]);
		expect(what("https://live.douyin.com/1001", base)).toEqual(["1001"]);
		expect(what("http://127.0.0.1:7003/1001", base)).toEqual(["foreign"]);
	});

	it("is never an id that a path can't hold, whatever it is", () => {
		const pieces = fc.constantFrom(
			...[
				"https://",
				"live.douyin.com",
				"/",
				"v.douyin.com/",
				"..",
				"%2e",
				"\\",
				"@",
				"#",
				"?",
				"抖音",
				" ",
				"1001",
				"\0",
			],
		);
		const text = fc.oneof(
			fc.string(),
			fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 }))).map((all) => all.join("")),
		);
		fc.assert(
			fc.property(text, (pasted) => {
				for (const link of readLinks(pasted)) {
					if (link.kind === "room") expect(link.liveId).toMatch(/^(?!\.+$)[A-Za-z0-9_.-]{1,64}$/);
					if (link.kind === "short") expect(link.code).toMatch(/^[\w-]{4,40}$/);
				}
			}),
		);
	});
});
