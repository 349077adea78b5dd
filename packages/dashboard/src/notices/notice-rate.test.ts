import fc from "fast-check";
import { expect, test } from "vitest";
import { maxPerMinute, NoticeRate } from "./notice-rate.ts";

const minuteMs = 60_000;

/** Offers a notice at each of these times, and takes the suppressed count when it is due. */
function shownOf(times: readonly number[]) {
	const rate = new NoticeRate();
	const shown: number[] = [];
	let reported = 0;
	const tellUntil = (now: number) => {
		for (let dueAt = rate.dueAt; dueAt !== undefined && dueAt <= now; dueAt = rate.dueAt) {
			const rest = rate.takeRest(dueAt);
			if (rest === 0) expect.fail("what is due is reported");
			shown.push(dueAt);
			reported += rest;
		}
	};
	for (const at of times) {
		tellUntil(at);
		if (rate.offer(at)) {
			shown.push(at);
			reported++;
		}
	}
	tellUntil(Number.POSITIVE_INFINITY);
	return { shown, reported };
}

test("shows or counts each notice once, few per minute", () => {
	const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 });
	fc.assert(
		fc.property(gaps, (waits) => {
			let at = 1_000_000;
			const times = waits.map((wait) => (at += wait));
			const { shown, reported } = shownOf(times);
			expect(reported).toBe(times.length);
			for (const [i, when] of shown.entries()) {
				const first = shown[i - maxPerMinute];
				if (first !== undefined) expect(when - first).toBeGreaterThanOrEqual(minuteMs);
			}
		}),
	);
});

test("shows a few at once, the count after a minute", () => {
	expect(shownOf([0, 0, 0, 0, 0, 10, 20])).toEqual({ shown: [0, 0, 0, 0, minuteMs], reported: 7 });
});

test("does not stall after the clock is set back", () => {
	const rate = new NoticeRate();
	for (let i = 0; i < maxPerMinute; i++) rate.offer(10 * minuteMs);
	expect(rate.offer(10 * minuteMs)).toBe(false);
	expect(rate.takeRest(0)).toBe(1);
});
