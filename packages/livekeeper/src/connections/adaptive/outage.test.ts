import { describe, expect, test } from "vitest";
import { Outage, sharedOutage } from "./outage.ts";

const start = 1e12;
/** `failing` of `rooms` rooms fail, `apartMs` from each other. */
function failing(count: number, rooms: number, apartMs = 10): { outage: Outage; now: number } {
	const outage = new Outage(sharedOutage);
	let now = start;
	for (let i = 0; i < count; i++) {
		outage.failed(String(i), rooms, now);
		now += apartMs;
	}
	return { outage, now };
}

/** The waits between the probes of one room, ms. */
function probesOf(outage: Outage, room: string, rooms: number, from: number, count: number): number[] {
	let now = from;
	return Array.from({ length: count }, () => {
		const waitMs = outage.heldUntil(room, now) - now;
		now += waitMs;
		outage.begins(room, now);
		outage.failed(room, rooms, now);
		return waitMs;
	});
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

	test("lets one room try, ever more seldom, and holds back the others", () => {
		const { outage } = failing(50, 100);
		const now = start + 490;
		expect(outage.heldUntil("49", now)).toBe(now + 250);
		expect(outage.heldUntil("3", now)).toBeGreaterThan(now + 250);
		const delays = probesOf(outage, "49", 100, now, 260);
		expect([0, 20, 70, 160, 250].map((probe) => delays[probe])).toEqual([250, 500, 1000, 2000, 5000]);
		expect(outage.canary).toBe("49");
	});

	test("lets it try no more often than few rooms would by themselves", () => {
		const { outage } = failing(3, 3);
		const delays = probesOf(outage, "2", 3, start + 20, 21).map((ms) => Math.round(3 * ms));
		const schedule = [1, 2, 4, 8, 16, 32, 60].flatMap((seconds) => [seconds, seconds, seconds]);
		expect(delays).toEqual(schedule.map((seconds) => 1000 * seconds));
	});

	test("lets no other try while one does, unless that says nothing for 90 s", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.begins("9", due);
		expect(outage.heldUntil("9", due)).toBe(due);
		expect(outage.heldUntil("3", due)).toBe(due + 90_000);
		outage.begins("3", due + 90_000);
		expect(outage.canary).toBe("3");
	});

	test("leaves the probe to another where who is to make it does not ask, or failed of something else", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		expect(outage.heldUntil("3", now)).toBe(due + 1_000);
		outage.begins("9", due);
		outage.gaveUp("9");
		expect(outage.heldUntil("3", due)).toBe(due + 1_000);
		outage.begins("3", due + 1_000);
		expect(outage.canary).toBe("3");
	});

	test("is over when somebody gets through", () => {
		const { outage, now } = failing(10, 20);
		outage.works("9", now);
		expect(outage.active).toBe(false);
		expect(outage.heldUntil("1", now)).toBe(now);
	});

	test("is not over when a socket opens: the next probe goes to the first room that asks", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.begins("9", due);
		outage.opened("9", due);
		expect([outage.active, outage.canary]).toEqual([true, undefined]);
		expect(["1", "9"].map((room) => outage.heldUntil(room, due))).toEqual([due + 250, due + 250]);
	});

	test("comes back at once when the rooms that return fail, not when some of many do", () => {
		const { outage, now } = failing(10, 20);
		outage.works("9", now);
		for (let i = 0; i < 8; i++) {
			outage.failed(`x${i}`, 100, now + i);
			expect(outage.active).toBe(false);
			outage.works(`y${i}`, now + i);
		}
		for (let i = 0; i < 5; i++) outage.failed(`z${i}`, 100, now + 20 + i);
		expect(outage.active).toBe(true);
	});

	test("goes on with another room, at the same time, when the one that tries is gone", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.left("9");
		expect(outage.heldUntil("1", now)).toBe(due);
	});

	test("is over when its last room is gone", () => {
		const { outage } = failing(3, 3);
		for (const room of ["0", "1", "2"]) outage.left(room);
		expect(outage.idle).toBe(true);
	});

	test("is no such thing with one or two rooms: there is nothing to find out for others", () => {
		for (const rooms of [1, 2]) expect(failing(rooms, rooms).outage.active).toBe(false);
	});
});
