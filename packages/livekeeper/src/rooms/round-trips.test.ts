import { expect, test } from "vitest";
import { RoundTrips } from "./round-trips.ts";

const minute = 60_000;
const start = 1e12;

/** Answered each 10 s, `times` times. */
function answered(times: number, ms = 40): RoundTrips {
	const trips = new RoundTrips();
	trips.connected();
	for (let i = 0; i < times; i++) trips.answered(start + i * 10_000, ms, "ping");
	return trips;
}

test("answers that no longer come make a connection deaf, not before the bound", () => {
	const trips = answered(4);
	const last = start + 30_000;
	expect(trips.deafFor(last + minute - 1, minute)).toBeUndefined();
	expect(trips.deafFor(last + minute, minute)).toBe(minute);
	expect(trips.evidence(last + minute, minute)).toEqual([
		"connected, but neither heartbeat nor ping was answered for 60 s",
	]);
});

test.each([
	["never", answered(0)],
	["once, so that no rhythm is known", answered(1)],
])("a connection that was answered %s is not deaf", (_, trips) => {
	expect(trips.deafFor(start + 60 * minute, minute)).toBeUndefined();
});

test("where answers are rare, three have to fail", () => {
	const trips = new RoundTrips();
	for (let i = 0; i < 3; i++) trips.answered(start + i * 5 * minute, 40, "heartbeat");
	const last = start + 10 * minute;
	expect(trips.deafFor(last + 14 * minute, minute)).toBeUndefined();
	expect(trips.deafFor(last + 15 * minute, minute)).toBe(15 * minute);
});

test("a heartbeat and a ping that are answered together are two answers, not a rhythm", () => {
	const trips = new RoundTrips();
	for (let i = 0; i < 3; i++) {
		trips.answered(start + i * 5 * minute, 40, "heartbeat");
		trips.answered(start + i * 5 * minute, 40, "ping");
	}
	expect(trips.deafFor(start + 12 * minute, minute)).toBeUndefined();
	expect(trips.deafFor(start + 25 * minute, minute)).toBe(15 * minute);
});

test("a new connection begins anew, and the sums go on", () => {
	const trips = answered(4);
	trips.connected();
	expect(trips.deafFor(start + 60 * minute, minute)).toBeUndefined();
	expect(trips.latency).toEqual({ totalMs: 160, answers: 4 });
	trips.answered(start, 25, "heartbeat");
	expect(trips.latency).toEqual({ heartbeatMs: 25, totalMs: 185, answers: 5 });
});

test("slow answers are told of", () => {
	expect(answered(2, 2300).evidence(start + 10_000, minute)).toEqual(["the upstream takes 2300 ms to answer"]);
	expect(answered(2, 999).evidence(start + 10_000, minute)).toEqual([]);
});
