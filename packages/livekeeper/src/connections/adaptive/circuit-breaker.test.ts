import fc from "fast-check";
import { expect, test } from "vitest";
import { CircuitBreaker } from "./circuit-breaker.ts";

const start = 1e12;
const settings = { failures: 3, openMs: 1000, longestOpenMs: 4000, trialMs: 500 };

function opened(): CircuitBreaker {
	const breaker = new CircuitBreaker(settings);
	for (let i = 0; i < 3; i++) breaker.failed(start);
	return breaker;
}

test("opens at the third failure in a row, not at three with a success between", () => {
	const breaker = new CircuitBreaker(settings);
	breaker.failed(start);
	breaker.failed(start);
	breaker.succeeded();
	breaker.failed(start);
	breaker.failed(start);
	expect(breaker.state(start)).toBe("closed");
	expect(breaker.tryAcquire(start)).toBe(true);
	breaker.failed(start);
	expect(breaker.state(start)).toBe("open");
	expect(breaker.tryAcquire(start)).toBe(false);
	expect(breaker.waitMs(start + 400)).toBe(600);
});

test("lets one try after its time, and closes when that one gets through", () => {
	const breaker = opened();
	expect(breaker.tryAcquire(start + 999)).toBe(false);
	expect(breaker.tryAcquire(start + 1000)).toBe(true);
	expect(breaker.tryAcquire(start + 1001)).toBe(false);
	expect(breaker.waitMs(start + 1001)).toBe(499);
	breaker.succeeded();
	expect([breaker.state(start + 1002), breaker.tryAcquire(start + 1002)]).toEqual(["closed", true]);
});

test("opens for twice as long after each failed trial, up to a limit", () => {
	const breaker = opened();
	let now = start;
	for (const forMs of [1000, 2000, 4000, 4000]) {
		expect(breaker.waitMs(now)).toBe(forMs);
		now += forMs;
		expect(breaker.tryAcquire(now)).toBe(true);
		breaker.failed(now);
	}
});

test("takes a trial of which nothing is heard for a failed one", () => {
	const breaker = opened();
	expect(breaker.tryAcquire(start + 1000)).toBe(true);
	expect(breaker.state(start + 1500)).toBe("open");
	expect(breaker.waitMs(start + 1500)).toBe(2000);
});

test("is closed by anybody who gets through, even while it is open", () => {
	const breaker = opened();
	breaker.failed(start + 500);
	expect(breaker.waitMs(start + 500)).toBe(500);
	breaker.succeeded();
	expect(breaker.state(start + 500)).toBe("closed");
});

test("whatever happens, also to the clock, it can be tried again within its longest time, by one at a time", () => {
	const step = fc.record({
		do: fc.constantFrom("fail", "succeed", "try"),
		ms: fc.oneof(fc.nat(3000), fc.integer({ min: -1e7, max: 1e7 })),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const breaker = new CircuitBreaker(settings);
			let now = start;
			for (const { do: what, ms } of steps) {
				now += ms;
				if (what === "fail") breaker.failed(now);
				else if (what === "succeed") breaker.succeeded();
				else {
					const half = breaker.state(now) === "half_open";
					const got = breaker.tryAcquire(now);
					if (half && got) expect(breaker.tryAcquire(now)).toBe(false);
				}
				expect(breaker.waitMs(now)).toBeGreaterThanOrEqual(0);
				expect(breaker.waitMs(now)).toBeLessThanOrEqual(settings.longestOpenMs);
			}
			let waits = 0;
			while (breaker.waitMs(now) > 0 && waits++ < 3) now += breaker.waitMs(now);
			expect(breaker.tryAcquire(now)).toBe(true);
		}),
	);
});
