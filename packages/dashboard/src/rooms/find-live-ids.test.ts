import { expect, test } from "vitest";
import { findLiveIds } from "./find-live-ids.ts";

test.each([
	["261378947940", ["261378947940"]],
	["  my_room.1  ", ["my_room.1"]],
	["https://live.douyin.com/261378947940", ["261378947940"]],
	["live.douyin.com/261378947940?enter_from=web#x", ["261378947940"]],
	["https://www.douyin.com/root/live/261378947940?enter_method=web", ["261378947940"]],
	["1001, 1002；1003、1004\n1005", ["1001", "1002", "1003", "1004", "1005"]],
	["https://live.douyin.com/1 https://live.douyin.com/2\nhttps://live.douyin.com/1", ["1", "2"]],
	["【木船】正在直播，快来看：https://live.douyin.com/88 复制此链接，打开抖音", ["88"]],
	["\u200b１００１，\ufeff@slow_half", ["1001", "slow_half"]],
	["快来看我的直播", []],
	["https://live.bilibili.com/22", []],
	["", []],
	["...", []],
])("finds in %j the rooms %j", (text, liveIds) => {
	expect(findLiveIds(text).liveIds).toEqual(liveIds);
});

test("reports a share text's short link separately", () => {
	const text = "7- 长按复制此条消息，打开抖音 https://v.douyin.com/iRNBho6u/ 直播";
	expect(findLiveIds(text)).toEqual({ liveIds: [], shortLinks: ["https://v.douyin.com/iRNBho6u/"] });
});
