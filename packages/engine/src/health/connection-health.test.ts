import { expect, test } from "vitest";
import { defaultRoomSettings } from "../rooms/room-settings.ts";
import { findingText } from "../text/index.ts";
import { ConnectionHealth } from "./connection-health.ts";

const start = 1e12;

function connected() {
	const health = new ConnectionHealth(defaultRoomSettings);
	health.connected(start);
	return health;
}

test.each([
	[0, "fine"],
	[19_999, "fine"],
	[20_000, "quiet"],
	[59_999, "quiet"],
	[60_000, "silent"],
] as const)("judges %i ms without a message as %s", (ms, expected) => {
	const health = connected();
	expect(health.assess(start + ms)).toBe(expected);
	health.message(start + 1000);
	expect(health.assess(start + 1000 + ms)).toBe(expected);
});

test("does not count the previous connection's silence", () => {
	const health = connected();
	health.message(start);
	health.connected(start + 3_600_000);
	expect(health.assess(start + 3_600_000)).toBe("fine");
});

test("degrades for 60 s after trouble, ranks silence as worse", () => {
	const health = connected();
	expect(health.problem(start + 40_000)).toBe(true);
	expect(health.problem(start + 41_000)).toBe(false);
	expect(health.assess(start + 45_000)).toBe("degraded");
	expect(health.assess(start + 60_000)).toBe("silent");
	health.message(start + 61_000);
	expect(health.assess(start + 100_999)).toBe("degraded");
	expect(health.assess(start + 101_000)).toBe("quiet");
});

test("warns once per silence, until a message or reconnect", () => {
	const health = connected();
	expect([health.warnOnce(), health.warnOnce()]).toEqual([true, false]);
	health.sign(start + 1);
	expect(health.warnOnce()).toBe(false);
	health.message(start + 2);
	expect(health.warnOnce()).toBe(true);
	health.connected(start + 3);
	expect(health.warnOnce()).toBe(true);
});

test.each(["rhythm", "fixed"] as const)("calls an answered polled room quiet, not broken (%s)", (judge) => {
	let polled = true;
	const health = new ConnectionHealth({ ...defaultRoomSettings, health: judge }, () => polled);
	health.connected(start);
	const hour = start + 3_600_000;
	health.sign(hour - 3000);
	expect([health.assess(hour), health.doubt(hour)]).toEqual(["quiet", "bound"]);
	const words = health.evidence(hour, "anonymous").map((found) => findingText(found).en);
	expect(words).toContain("polling for new messages: there is no live connection");
	expect(words).toContain("longer than 60 s, but every poll says that there is nothing new: the connection is kept");
	expect(health.doubt(hour + 60_000)).toBe("broken");
	polled = false;
	expect([health.assess(hour), health.doubt(hour)]).toEqual(["silent", "broken"]);
	expect(health.evidence(hour, "anonymous").map(([name]) => name)).not.toContain("polled");
});

test("degrades while only known messages arrive, except bursts", () => {
	const known = (...ids: number[]) => ids.map((id) => ({ id: String(id) }));
	const health = connected();
	for (let s = 1; s <= 10; s++) health.message(start + s * 1_000);
	health.repeated(start + 11_000, known(1, 2, 3, 4, 5, 6));
	expect(health.knownOnlyMs(start + 35_000)).toBeUndefined();
	health.repeated(start + 40_000, known(7));
	expect([health.knownOnlyMs(start + 40_000), health.assess(start + 40_000)]).toEqual([29_000, "degraded"]);
	expect(health.evidence(start + 40_000, "anonymous").at(-1)).toEqual(["knownOnly", 29_000]);
	health.message(start + 41_000);
	expect(health.assess(start + 41_000)).toBe("fine");
	for (let s = 42; s < 70; s++) health.repeated(start + s * 1_000, known(1, 2, 3, 4));
	expect(health.knownOnlyMs(start + 70_000)).toBeUndefined();
	health.repeated(start + 70_000, known(5));
	expect(health.knownOnlyMs(start + 70_000)).toBe(28_000);
	health.connected(start + 71_000);
	expect(health.knownOnlyMs(start + 71_000)).toBeUndefined();
});
