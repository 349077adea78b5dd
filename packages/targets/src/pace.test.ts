import fc from "fast-check";
import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

const minuteMs = 60_000;
const at = (text: string) => Date.parse(text);

test("keeps every minute and second within the limit", () => {
	const step = fc.record({
		afterMs: fc.integer({ min: 0, max: 20_000 }),
		restart: fc.boolean(),
		/** The receiver counts a message at some time between the two. */
		onItsWayMs: fc.integer({ min: 0, max: 3_000 }),
		answeredMs: fc.integer({ min: 0, max: 3_000 }),
		answer: fc.constantFrom("noted", "lost"),
	});
	fc.assert(
		fc.property(
			fc.array(step, { maxLength: 120 }),
			fc.integer({ min: 1, max: 20 }),
			fc.integer({ min: 1, max: 3 }),
			(script, perMinute, perSecond) => {
				const make = () => new Pace({ maxPerMinute: perMinute }, { perSecond, perMinute: 20 });
				let pace = make();
				let now = 1_000_000;
				let stored: readonly number[] = [];
				const arrived: number[] = [];
				for (const { afterMs, restart, onItsWayMs, answeredMs, answer } of script) {
					now += afterMs;
					if (restart) {
						pace = make();
						pace.knows(stored);
					}
					// Messages without an answer are checked again.
					for (let waitMs = pace.waitMs(now); waitMs > 0; waitMs = pace.waitMs(now)) now += waitMs;
					const left = now;
					stored = pace.leaves(left);
					arrived.push(left + onItsWayMs);
					now += onItsWayMs + answeredMs;
					if (answer === "noted") stored = pace.answered(left, now);
				}
				for (const from of arrived) {
					const within = (ms: number) => arrived.filter((time) => time >= from && time < from + ms).length;
					expect(within(minuteMs)).toBeLessThanOrEqual(perMinute);
					expect(within(1_000)).toBeLessThanOrEqual(perSecond);
				}
			},
		),
	);
});

test("counts a message from its answer, plus 5 %", () => {
	const pace = new Pace({ maxPerMinute: 2 });
	pace.leaves(0);
	pace.answered(0, 700);
	pace.leaves(10_000);
	pace.answered(10_000, 10_100);
	expect(pace.waitMs(20_000)).toBe(43_700);
	expect(pace.waitMs(63_700)).toBe(0);
	expect(new Pace({}).waitMs(0)).toBe(0);
});

test("counts unanswered messages as arriving now for 30 s", () => {
	const pace = new Pace({ maxPerMinute: 1 });
	pace.leaves(0);
	expect(pace.waitMs(100)).toBe(63_000);
	expect(pace.waitMs(93_000)).toBe(0);
	pace.answered(0, 200);
	expect(pace.waitMs(1_200)).toBe(62_000);
});

test("gives every busy node turns, whatever their clocks", () => {
	const skews = [0, 20, 90];
	const nodes = skews.map((skew) => ({
		skew,
		pace: new Pace({ maxPerMinute: 20 }, {}, `${skew}`),
		triesAt: 0,
		sent: 0,
	}));
	let stored: readonly number[] = [];
	for (let ms = 0; ms < 60 * minuteMs; ms = Math.min(...nodes.map(({ triesAt }) => triesAt))) {
		for (const node of nodes.filter(({ triesAt }) => triesAt <= ms)) {
			const now = ms + node.skew;
			node.pace.knows(stored);
			const waitMs = node.pace.waitMs(now);
			if (waitMs === 0) {
				node.pace.leaves(now);
				stored = node.pace.answered(now, now);
				node.sent++;
			}
			node.triesAt = ms + Math.max(1, waitMs);
		}
	}
	const sent = nodes.map((node) => node.sent);
	const all = sent.reduce((sum, n) => sum + n);
	expect(all).toBeGreaterThan(0.9 * 60 * 20);
	expect(Math.min(...sent)).toBeGreaterThan(all / nodes.length / 2);
});

test("holds a digest's event to its interval's end", () => {
	const pace = new Pace({ digestMinutes: 10 });
	const due = at("2026-01-01T10:10:00Z");
	expect(pace.heldUntil(at("2026-01-01T10:00:00Z"), at("2026-01-01T10:03:00Z"))).toBe(due);
	expect(pace.heldUntil(at("2026-01-01T10:09:59Z"), due)).toBeUndefined();
	expect(pace.heldUntil(due, due)).toBe(due + 10 * minuteMs);
	expect(pace.heldUntil(at("2026-01-01T12:00:00Z"), due)).toBeUndefined();
	expect(new Pace({}).heldUntil(0, 0)).toBeUndefined();
});

test.each([
	["before", "2026-01-01T14:00:00Z", undefined],
	["at the beginning", "2026-01-01T15:30:00Z", "2026-01-02T00:00:00Z"],
	["after midnight", "2026-01-01T20:00:20Z", "2026-01-02T00:00:00Z"],
	["at the end", "2026-01-02T00:00:00Z", undefined],
])("applies quiet hours across midnight in their zone: %s", (_when, now, end) => {
	const pace = new Pace({ quiet: { from: "23:30", to: "08:00", zone: "Asia/Shanghai" } });
	expect(pace.waitMs(at(now))).toBe(end === undefined ? 0 : at(end) - at(now));
});

test("ends quiet hours by wall clock across a change", () => {
	const pace = new Pace({ quiet: { from: "23:00", to: "07:00", zone: "Europe/Berlin" } });
	// 2026-03-29, 02:00 to 03:00 does not exist: 07:00 is 05:00 UTC, and not 06:00.
	const [now, end] = [at("2026-03-28T23:00:00Z"), at("2026-03-29T05:00:00Z")];
	expect(now + pace.waitMs(now)).toBeGreaterThanOrEqual(end);
	expect(pace.waitMs(end)).toBe(0);
});
