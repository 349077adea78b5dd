import { expect, test } from "vitest";
import { plainName, recordingName, roomsNamedIn } from "./recording-name.ts";

const local = Date.UTC(2026, 11, 1, 20, 3, 4);
const rooms = [
	{ liveId: "1", name: "灯塔" },
	{ liveId: "2", name: "灯塔本人" },
	{ liveId: "3", name: "小~明·Live!🎤" },
	{ liveId: "4", name: "🎈🎈" },
];
const roomOf = (path: string) => {
	const name = recordingName(path);
	if (typeof name !== "object") return name;
	return roomsNamedIn(name, rooms).map(({ liveId }) => liveId);
};

test.each([
	["抖音直播/灯塔本人/灯塔本人_2026-12-01_20-03-04.ts", undefined, 0],
	["抖音直播/灯塔本人/2026-12-01/灯塔本人_今晚_2026-12-01_20-03-04_007.mp4", 7, 0],
	["灯塔本人_今晚_见_2026-12-01_20-03-04_012.ts", 12, 0],
	["抖音/灯塔本人/[2026-12-01 20-03-04][灯塔本人][今晚].flv", undefined, 0],
	["灯塔本人2026-12-01T20_03_04.flv", undefined, 0],
	["灯塔本人2026-12-01T20_03_04.flv.part", undefined, 0],
	["DouYin/灯塔本人/2026-12-01 20-03-04-567 今晚 2026.ts", undefined, 567],
	["DouYin/灯塔本人/2026-12-01 20-03-04-567 今晚-PART003.ts", 3, 567],
	["灯塔本人/录制-261378947940-20261201-200304-567-2026-11-30 00-00-00 重播.flv", undefined, 567],
	["2 - 灯塔本人/blive_2_2026-12-01-200304.flv", undefined, 0],
	["灯塔本人_2026年12月01日20时03分04秒.mkv", undefined, 0],
])("reads time, segment and room of %s", (path, segment, ms) => {
	expect(recordingName(path)).toMatchObject({ segment, localMs: local + ms, partial: path.endsWith(".part") });
	expect(roomOf(path)).toEqual(["2"]);
});

test("gives conversions the same stem, and segments the same series", () => {
	const names = ["a/灯塔_2026-12-01_20-03-04_000.ts", "a/灯塔_2026-12-01_20-03-04_000.mp4"].map(recordingName);
	expect(names[0]).toMatchObject({ stem: "a/灯塔_2026-12-01_20-03-04_000", series: "a/灯塔_2026-12-01_20-03-04" });
	expect(names[1]).toMatchObject({ stem: "a/灯塔_2026-12-01_20-03-04_000", extension: "mp4" });
});

test.each([
	["灯塔_2026-12-01_20-03-04.xml", undefined],
	["灯塔_2026-12-01_20-03-04.ts.part.xml", undefined],
	[".灯塔_2026-12-01_20-03-04.ts", undefined],
	["灯塔.mp4", "no_time"],
	["灯塔_2026-02-30_20-03-04.mp4", "no_time"],
	["灯塔_2026-12-01_25-03-04.mp4", "no_time"],
	["灯塔_120261201200304.mp4", "no_time"],
])("recognises %s as no recording", (path, result) => {
	expect(recordingName(path)).toBe(result);
});

test("finds the room by its letters and digits", () => {
	const time = "2026-12-01_20-03-04.ts";
	expect(roomOf(`小_明_Live_${time}`)).toEqual(["3"]);
	expect(roomOf(`小明live_标题_${time}`)).toEqual(["3"]);
	expect(roomOf(`🎈🎈_${time}`)).toEqual(["4"]);
	expect(roomOf(`灯塔_本人来了_${time}`)).toEqual(["1"]);
	expect(roomOf(`灯塔本人来了_${time}`)).toEqual([]);
	expect(roomOf(`别人/灯塔/${time}`)).toEqual(["1"]);
	expect(roomOf(time)).toEqual([]);
	expect(plainName("！？")).not.toBe("");
});

test("names all rooms with the same name", () => {
	const name = recordingName("灯塔_2026-12-01_20-03-04.ts");
	const two = [...rooms, { liveId: "9", name: "灯塔!" }];
	expect(typeof name === "object" && roomsNamedIn(name, two).map(({ liveId }) => liveId)).toEqual(["1", "9"]);
});
