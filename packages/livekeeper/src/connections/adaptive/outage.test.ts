import { describe, expect, test } from "vitest";
import { Outage, sharedOutage } from "./outage.ts";

const start = 1e12;
const asTheyAre = (rooms: string[]) => rooms;

/** `failing` of `rooms` rooms fail, `apartMs` from each other. */
function failing(count: number, rooms: number, apartMs = 10): { outage: Outage; now: number } {
	const outage = new Outage(sharedOutage);
	let now = start;
	for (let i = 0; i < count; i++) {
		outage.failed(String(i), rooms, now);
		outage.roleOf(String(i), now);
		now += apartMs;
	}
	return { outage, now };
}

describe("an outage", () => {
	test.each([
		["half of 20 rooms fail within seconds", 10, 20, 10, true],
		["fewer than half of them do", 9, 20, 10, false],
		["they fail over minutes", 20, 20, 5000, false],
		["all of 3 rooms fail", 3, 3, 10, true],
		["4 of 8 fail, which is little to judge by", 4, 8, 10, false],
	])("is found when %s: %i of %i, one in %i ms: %s", (_, count, rooms, apartMs, expected) => {
		expect(failing(count, rooms, apartMs).outage.active).toBe(expected);
	});

	test("is not made by one room that fails again and again", () => {
		const outage = new Outage(sharedOutage);
		for (let i = 0; i < 100; i++) outage.failed("r", 20, start + i);
		expect(outage.active).toBe(false);
	});

	test("lets one room try, ever more seldom, and parks the others", () => {
		const { outage } = failing(50, 100);
		const now = start + 490;
		expect(outage.roleOf("49", now)).toEqual({ role: "canary", delayMs: 250, probe: 1 });
		expect(outage.roleOf("3", now)).toEqual({ role: "parked", canary: "49" });
		const delays: number[] = [];
		for (let at = now, probe = 1; probe <= 260; probe++) {
			const role = outage.roleOf("49", at);
			delays.push(role.role === "canary" ? role.delayMs : 0);
			at += delays.at(-1) ?? 0;
			outage.failed("49", 100, at);
		}
		expect([0, 20, 70, 160, 250].map((probe) => delays[probe])).toEqual([250, 500, 1000, 2000, 5000]);
		expect(outage.canary).toBe("49");
	});

	test("lets it try no more often than few rooms would by themselves", () => {
		const { outage } = failing(3, 3);
		const delays: number[] = [];
		for (let at = start + 20; delays.length < 21; ) {
			const role = outage.roleOf("2", at);
			delays.push(role.role === "canary" ? Math.round(3 * role.delayMs) : 0);
			at += delays.at(-1) ?? 0;
			outage.failed("2", 3, at);
		}
		const schedule = [1, 2, 4, 8, 16, 32, 60].flatMap((seconds) => [seconds, seconds, seconds]);
		expect(delays).toEqual(schedule.map((seconds) => 1000 * seconds));
	});

	test("is over when somebody gets through: the others come one after the other, in the order given", () => {
		const { outage, now } = failing(10, 20);
		for (const room of ["1", "2", "3"]) outage.roleOf(room, now);
		const releases = outage.succeeded("9", now, (rooms) => rooms.sort().reverse());
		expect(releases.slice(0, 3)).toEqual([
			{ room: "3", delayMs: 50 },
			{ room: "2", delayMs: 100 },
			{ room: "1", delayMs: 150 },
		]);
		expect(outage.active).toBe(false);
		expect(outage.roleOf("1", now)).toEqual({ role: "free" });
	});

	test("comes back at once when the rooms that return fail, not when some of many do", () => {
		const { outage, now } = failing(10, 20);
		outage.succeeded("9", now, asTheyAre);
		for (let i = 0; i < 8; i++) {
			outage.failed(`x${i}`, 100, now + i);
			expect(outage.active).toBe(false);
			outage.succeeded(`y${i}`, now + i, asTheyAre);
		}
		for (let i = 0; i < 5; i++) outage.failed(`z${i}`, 100, now + 20 + i);
		expect(outage.active).toBe(true);
	});

	test("goes on with another room when the one that tries is removed, or says nothing", () => {
		const { outage, now } = failing(10, 20);
		outage.roleOf("1", now);
		expect(outage.removed("9", now)).toEqual([{ room: "1", delayMs: expect.any(Number) }]);
		expect(outage.canary).toBe("1");
		outage.roleOf("2", now + 80_000);
		expect(outage.canary).toBe("1");
		// What that was to find out is due.
		expect(outage.roleOf("2", now + 100_000)).toEqual({ role: "canary", delayMs: 0, probe: 1 });
		expect(outage.canary).toBe("2");
	});

	test("is over when its last room is removed", () => {
		const { outage, now } = failing(3, 3);
		for (const room of ["0", "1", "2"]) outage.removed(room, now);
		expect(outage.idle).toBe(true);
	});

	test("is no such thing with one or two rooms: there is nothing to find out for others", () => {
		for (const rooms of [1, 2]) expect(failing(rooms, rooms).outage.active).toBe(false);
	});
});
