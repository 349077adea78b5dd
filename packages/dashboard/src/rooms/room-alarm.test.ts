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
] as const)("rates a room in trouble %j as %s", (trouble, alarm) => {
	expect(alarmOf({ trouble })).toBe(alarm);
});
