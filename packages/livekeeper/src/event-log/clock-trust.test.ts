import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClockTrust } from "./clock-trust.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const start = 1_800_000_000_000;
const maxAge = 7 * day;

/** A clock that runs for `ms`, looked at every second as upkeep does (every minute here: it is the same to it). */
function run(trust: ClockTrust, from: number, ms: number): number {
	for (let now = from; now <= from + ms; now += minute) expect(trust.look(now, maxAge)).toBeUndefined();
	return from + ms;
}

test("a clock that goes on from where it was is believed: in a new log, in an older one, and after a short while off", () => {
	for (const newest of [undefined, start - hour]) {
		const trust = new ClockTrust(undefined, newest, day);
		run(trust, start, hour);
		expect(trust.doubt(start + hour)).toBeUndefined();
	}
});

test.each([
	["30 days ahead", 30 * day],
	["30 days back", -30 * day],
	["2 days ahead", 2 * day],
])("one that is %s at the start is believed once it has run evenly for a day", (_, jump) => {
	const trust = new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, day);
	const at = start + jump;
	expect(trust.look(at, maxAge)).toBe(jump);
	expect(trust.doubt(at)).toEqual({ jumpedMs: jump, since: at, until: at + day });
	const end = run(trust, at, day - minute);
	expect(trust.doubt(end)).toBeDefined();
	expect(trust.doubt(run(trust, end, minute))).toBeUndefined();
});

test("one that is set while it runs is a jump as well, and going back again is another", () => {
	const trust = new ClockTrust(undefined, undefined, day);
	const now = run(trust, start, hour);
	expect(trust.look(now + 30 * day, maxAge)).toBe(30 * day);
	expect(trust.look(now + minute, maxAge)).toBe(minute - 30 * day);
	expect(trust.doubt(now + minute)).toMatchObject({ since: now + minute });
});

test("a doubt outlives a restart, and so does the time that it has run evenly", () => {
	const first = new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, day);
	first.look(start + 30 * day, maxAge);
	const note = first.due();
	if (!note) throw new Error("A jump is to be stored at once.");
	const end = start + 30 * day + 12 * hour;
	const second = new ClockTrust({ ...note, seen: end }, end, day);
	expect(second.look(end + minute, maxAge)).toBeUndefined();
	expect(second.doubt(end + minute)).toMatchObject({ until: start + 31 * day });
	expect(second.doubt(run(second, end + minute, 12 * hour))).toBeUndefined();
});

test("with no time to wait it is always believed", () => {
	const trust = new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, 0);
	expect(trust.look(start + 30 * day, maxAge)).toBe(30 * day);
	expect(trust.doubt(start + 30 * day)).toBeUndefined();
});

test("what a jump is depends on the retention: what it could delete wrongly is a seventh of it, and a day at most", () => {
	const jumps = (age: number, step: number) =>
		new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, day).look(start + step, age) !== undefined;
	expect([jumps(7 * day, day), jumps(7 * day, day + 1)]).toEqual([false, true]);
	expect([jumps(3650 * day, day), jumps(3650 * day, day + 1)]).toEqual([false, true]);
	expect([jumps(hour, 10 * minute), jumps(hour, 10 * minute + 1)]).toEqual([false, true]);
});

test("its time is stored now and then, and at once after a jump until that has worked", () => {
	const trust = new ClockTrust(undefined, undefined, day);
	trust.look(start, maxAge);
	const first = trust.due();
	expect(first).toMatchObject({ seen: start });
	if (first) trust.saved(first);
	run(trust, start, 4 * minute);
	expect(trust.due()).toBeUndefined();
	run(trust, start + 5 * minute, 0);
	expect(trust.due()).toMatchObject({ seen: start + 5 * minute });
	trust.saved({ seen: start + 5 * minute, evenSince: 0, jumpedMs: 0 });
	trust.look(start + 9 * day, maxAge);
	expect(trust.due()).toMatchObject({ evenSince: start + 9 * day });
});

describe("whatever the clock and restarts do", () => {
	const steps = fc.array(
		fc.record({
			restart: fc.boolean(),
			stepMs: fc.oneof(fc.integer({ min: 0, max: 5 * minute }), fc.integer({ min: -40 * day, max: 40 * day })),
		}),
	);

	test("it is believed only if no step of the last day was a jump", () => {
		fc.assert(
			fc.property(steps, (given) => {
				let now = start;
				let seen = start;
				let lastJump = Number.NEGATIVE_INFINITY;
				let trust = new ClockTrust(undefined, start, day);
				let note = { seen: start, evenSince: 0, jumpedMs: 0 };
				for (const { restart, stepMs } of given) {
					if (restart) {
						trust = new ClockTrust(note, now, day);
						// Over a restart it is known from the time that was stored last.
						seen = note.seen;
					}
					now += stepMs;
					trust.look(now, maxAge);
					const due = trust.due();
					if (due) {
						note = due;
						trust.saved(due);
					}
					if (Math.abs(now - seen) > day) lastJump = now;
					seen = now;
					if (now - lastJump < day) expect(trust.doubt(now)).toBeDefined();
				}
			}),
		);
	});
});
