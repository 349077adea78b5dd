import { expect, test } from "vitest";
import { alarmOf } from "./room-alarm.ts";

const room = { failing: true, state: "connected", unstored_since: null } as const;

test.each([
	[{ state: "blocked" }, "bad"],
	[{ state: "not_found" }, "bad"],
	[{ unstored_since: 1 }, "bad"],
	[{ state: "reconnecting" }, "warn"],
	[{}, "warn"],
	[{ failing: false, state: "blocked" }, undefined],
] as const)("a room with %j is %s", (change, alarm) => {
	expect(alarmOf({ ...room, ...change })).toBe(alarm);
});
