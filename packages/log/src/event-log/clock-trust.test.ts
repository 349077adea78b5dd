import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClockTrust } from "./clock-trust.ts";

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
const start = 1_800_000_000_000;
const maxAge = 7 * day;

/** Runs the clock for `ms`, looked at every minute. Upkeep looks every second, which makes no difference. */
function run(trust: ClockTrust, from: number, ms: number): number {
	for (let now = from; now <= from + ms; now += minute) expect(trust.look(now, maxAge)).toBeUndefined();
	return from + ms;
}

test("trusts a clock that continues, in new and old logs", () => {
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
])("trusts a clock %s only after an even day", (_, jump) => {
	const trust = new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, day);
	const at = start + jump;
	expect(trust.look(at, maxAge)).toBe(jump);
	expect(trust.doubt(at)).toEqual({ jumpedMs: jump, since: at, until: at + day });
	const end = run(trust, at, day - minute);
	expect(trust.doubt(end)).toBeDefined();
	expect(trust.doubt(run(trust, end, minute))).toBeUndefined();
});

test("detects a jump during a run, and the jump back", () => {
	const trust = new ClockTrust(undefined, undefined, day);
	const now = run(trust, start, hour);
	expect(trust.look(now + 30 * day, maxAge)).toBe(30 * day);
	expect(trust.look(now + minute, maxAge)).toBe(minute - 30 * day);
	expect(trust.doubt(now + minute)).toMatchObject({ since: now + minute });
});

test("keeps a doubt and its progress across a restart", () => {
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

test("always trusts the clock if it need not wait", () => {
	const trust = new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, 0);
	expect(trust.look(start + 30 * day, maxAge)).toBe(30 * day);
	expect(trust.doubt(start + 30 * day)).toBeUndefined();
});

test("scales the jump limit with retention, up to a day", () => {
	const jumps = (age: number, step: number) =>
		new ClockTrust({ seen: start, evenSince: 0, jumpedMs: 0 }, undefined, day).look(start + step, age) !== undefined;
	expect([jumps(7 * day, day), jumps(7 * day, day + 1)]).toEqual([false, true]);
	expect([jumps(3650 * day, day), jumps(3650 * day, day + 1)]).toEqual([false, true]);
	expect([jumps(hour, 10 * minute), jumps(hour, 10 * minute + 1)]).toEqual([false, true]);
});

test("stores its time periodically, and after a jump until saved", () => {
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

describe("random clock steps and restarts", () => {
	const steps = fc.array(
		fc.record({
			restart: fc.boolean(),
			stepMs: fc.oneof(fc.integer({ min: 0, max: 5 * minute }), fc.integer({ min: -40 * day, max: 40 * day })),
		}),
	);

	test("trusts the clock only after a day without jumps", () => {
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
						// After a restart only the last stored time is known.
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
