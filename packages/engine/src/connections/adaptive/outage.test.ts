import { describe, expect, test } from "vitest";
import { Outage, sharedOutage } from "./outage.ts";

const start = 1e12;
/** Fails `count` of `rooms` rooms, `apartMs` from each other. */
function failing(count: number, rooms: number, apartMs = 10): { outage: Outage; now: number } {
	const outage = new Outage(sharedOutage);
	let now = start;
	for (let i = 0; i < count; i++) {
		outage.failed(String(i), rooms, now);
		now += apartMs;
	}
	return { outage, now };
}

/** Returns the waits between the probes of one room, ms. */
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

describe("outage", () => {
	test.each([
		["half of 20 rooms fail within seconds", 10, 20, 10, true],
		["fewer than half fail", 9, 20, 10, false],
		["rooms fail over minutes", 20, 20, 5000, false],
		["all of 3 rooms fail", 3, 3, 10, true],
		["4 of 8 rooms fail, too few to judge", 4, 8, 10, false],
	])("starts when %s: %i of %i, every %i ms: %s", (_, count, rooms, apartMs, expected) => {
		expect(failing(count, rooms, apartMs).outage.active).toBe(expected);
	});

	test("is not caused by one room that fails repeatedly", () => {
		const outage = new Outage(sharedOutage);
		for (let i = 0; i < 100; i++) outage.failed("r", 20, start + i);
		expect(outage.active).toBe(false);
	});

	test("lets one room probe less and less often", () => {
		const { outage } = failing(50, 100);
		const now = start + 490;
		expect(outage.heldUntil("49", now)).toBe(now + 250);
		expect(outage.heldUntil("3", now)).toBeGreaterThan(now + 250);
		const delays = probesOf(outage, "49", 100, now, 260);
		expect([0, 20, 70, 160, 250].map((probe) => delays[probe])).toEqual([250, 500, 1000, 2000, 5000]);
		expect(outage.prober).toBe("49");
	});

	test("probes no more often than a few rooms' own schedules", () => {
		const { outage } = failing(3, 3);
		const delays = probesOf(outage, "2", 3, start + 20, 21).map((ms) => Math.round(3 * ms));
		const schedule = [1, 2, 4, 8, 16, 32, 60].flatMap((seconds) => [seconds, seconds, seconds]);
		expect(delays).toEqual(schedule.map((seconds) => 1000 * seconds));
	});

	test("lets another room probe only after 90 s without news", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.begins("9", due);
		expect(outage.heldUntil("9", due)).toBe(due);
		expect(outage.heldUntil("3", due)).toBe(due + 90_000);
		outage.begins("3", due + 90_000);
		expect(outage.prober).toBe("3");
	});

	test("passes an unused probe on to another room", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		expect(outage.heldUntil("3", now)).toBe(due + 1_000);
		outage.begins("9", due);
		outage.gaveUp("9");
		expect(outage.heldUntil("3", due)).toBe(due + 1_000);
		outage.begins("3", due + 1_000);
		expect(outage.prober).toBe("3");
	});

	test("ends when a room succeeds", () => {
		const { outage, now } = failing(10, 20);
		outage.works("9", now);
		expect(outage.active).toBe(false);
		expect(outage.heldUntil("1", now)).toBe(now);
	});

	test("continues after an open socket; the next request probes", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.begins("9", due);
		outage.opened("9", due);
		expect([outage.active, outage.prober]).toEqual([true, undefined]);
		expect(["1", "9"].map((room) => outage.heldUntil(room, due))).toEqual([due + 250, due + 250]);
	});

	test("returns at once when recovering rooms fail", () => {
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

	test("continues with another room when the probing one is gone", () => {
		const { outage, now } = failing(10, 20);
		const due = outage.heldUntil("9", now);
		outage.left("9");
		expect(outage.heldUntil("1", now)).toBe(due);
	});

	test("ends when its last room is gone", () => {
		const { outage } = failing(3, 3);
		for (const room of ["0", "1", "2"]) outage.left(room);
		expect(outage.idle).toBe(true);
	});

	test("needs more than two rooms", () => {
		for (const rooms of [1, 2]) expect(failing(rooms, rooms).outage.active).toBe(false);
	});
});
