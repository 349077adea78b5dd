import { expect, test } from "vitest";
import { alarmOf } from "./room-alarm.ts";

test.each([
	["blocked", "bad"],
	["not_found", "bad"],
	["unstored", "bad"],
	["reconnecting", "warn"],
	["login", "warn"],
	["gifts", "gifts"],
	[null, undefined],
] as const)("a room in trouble %j is %s", (trouble, alarm) => {
	expect(alarmOf({ trouble })).toBe(alarm);
});
