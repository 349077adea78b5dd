import { expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

test("sends untrusted receivers one request at a time", () => {
	const breaker = new Breaker(3);
	expect([breaker.allows(0, 0, 4), breaker.allows(0, 1, 4)]).toEqual([true, false]);
	breaker.succeeded();
	expect([breaker.allows(0, 3, 4), breaker.allows(0, 4, 4)]).toEqual([true, false]);
	breaker.failed(0, 0);
	expect([breaker.allows(0, 0, 4), breaker.allows(0, 1, 4)]).toEqual([true, false]);
});

test("opens after failures in a row, closes on success", () => {
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

test("restarts the count after a success", () => {
	const breaker = new Breaker(2);
	for (let n = 0; n < 5; n++) {
		expect(breaker.failed(0, 0)).toBe(false);
		breaker.succeeded();
	}
});

test("probes at once on request, but only while open", () => {
	const breaker = new Breaker(1);
	breaker.probeNow(5);
	expect(breaker.openUntil).toBeUndefined();
	breaker.failed(5, 0);
	breaker.probeNow(6);
	expect(breaker.allows(6, 0, 4)).toBe(true);
});
