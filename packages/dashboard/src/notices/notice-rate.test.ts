import fc from "fast-check";
import { expect, test } from "vitest";
import { mostAMinute, NoticeRate } from "./notice-rate.ts";

const minuteMs = 60_000;

/** Offers something at each of these times, and lets the rest be told when it is due. */
function shownOf(times: readonly number[]) {
	const rate = new NoticeRate();
	const shown: number[] = [];
	let told = 0;
	const tellUntil = (now: number) => {
		for (let dueAt = rate.dueAt; dueAt !== undefined && dueAt <= now; dueAt = rate.dueAt) {
			const rest = rate.takeRest(dueAt);
			if (rest === 0) expect.fail("what is due is told");
			shown.push(dueAt);
			told += rest;
		}
	};
	for (const at of times) {
		tellUntil(at);
		if (rate.offer(at)) {
			shown.push(at);
			told++;
		}
	}
	tellUntil(Number.POSITIVE_INFINITY);
	return { shown, told };
}

test("however many there are, no minute has more than a few, and each is shown or counted, once", () => {
	const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 });
	fc.assert(
		fc.property(gaps, (waits) => {
			let at = 1_000_000;
			const times = waits.map((wait) => (at += wait));
			const { shown, told } = shownOf(times);
			expect(told).toBe(times.length);
			for (const [i, when] of shown.entries()) {
				const first = shown[i - mostAMinute];
				if (first !== undefined) expect(when - first).toBeGreaterThanOrEqual(minuteMs);
			}
		}),
	);
});

test("a few at the same moment are shown, and the rest together a minute later", () => {
	expect(shownOf([0, 0, 0, 0, 0, 10, 20])).toEqual({ shown: [0, 0, 0, 0, minuteMs], told: 7 });
});

test("a clock that is set back holds nothing up", () => {
	const rate = new NoticeRate();
	for (let i = 0; i < mostAMinute; i++) rate.offer(10 * minuteMs);
	expect(rate.offer(10 * minuteMs)).toBe(false);
	expect(rate.takeRest(0)).toBe(1);
});
