import { expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

test("a receiver gets one request at a time until one succeeds, and again after a failure", () => {
	const breaker = new Breaker(3);
	expect([breaker.allows(0, 0, 4), breaker.allows(0, 1, 4)]).toEqual([true, false]);
	breaker.succeeded();
	expect([breaker.allows(0, 3, 4), breaker.allows(0, 4, 4)]).toEqual([true, false]);
	breaker.failed(0, 0);
	expect([breaker.allows(0, 0, 4), breaker.allows(0, 1, 4)]).toEqual([true, false]);
});

test("failures in a row open it, one probe at a time may follow, and a success closes it", () => {
	const breaker = new Breaker(3);
	expect([breaker.failed(0, 0), breaker.failed(0, 0), breaker.failed(0, 0)]).toEqual([false, false, true]);
	expect(breaker.openUntil).toBe(150_000);
	expect([breaker.allows(149_999, 0, 4), breaker.allows(150_000, 0, 4), breaker.allows(150_000, 1, 4)]).toEqual([
		false,
		true,
		false,
	]);
	expect(breaker.failed(150_000, 1)).toBe(false);
	expect(breaker.openUntil).toBe(450_000);
	breaker.succeeded();
	expect(breaker).toMatchObject({ failures: 0, openUntil: undefined, trusted: true });
});

test("a success in between restarts the count", () => {
	const breaker = new Breaker(2);
	for (let n = 0; n < 5; n++) {
		expect(breaker.failed(0, 0)).toBe(false);
		breaker.succeeded();
	}
});

test("a probe may be asked for at once while it is open, and changes nothing while it is closed", () => {
	const breaker = new Breaker(1);
	breaker.probeNow(5);
	expect(breaker.openUntil).toBeUndefined();
	breaker.failed(5, 0);
	breaker.probeNow(6);
	expect(breaker.allows(6, 0, 4)).toBe(true);
});

test("a clock that is set back does not make a pause longer than any can be", () => {
	const breaker = new Breaker(1);
	const now = 1_800_000_000_000;
	breaker.failed(now, 0.5);
	expect(breaker.allows(now, 0, 4)).toBe(false);
	expect(breaker.allows(now - 30 * 86_400_000, 0, 4)).toBe(true);
});
