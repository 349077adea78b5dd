import { expect, test } from "vitest";
import { findingText } from "../text/index.ts";
import { RoundTrips } from "./round-trips.ts";

const minute = 60_000;
const start = 1e12;

const heartbeatMs = 10_000;

/** Returns round trips with `times` answers. */
function answered(times: number, ms = 40): RoundTrips {
	const trips = new RoundTrips(heartbeatMs);
	trips.connected();
	for (let i = 0; i < times; i++) trips.answered(ms, "ping");
	return trips;
}

test("calls a connection deaf when answers stop, after the bound", () => {
	const trips = answered(1);
	expect(trips.deafFor(start + minute - 1, start, minute)).toBeUndefined();
	expect(trips.deafFor(start + minute, start, minute)).toBe(minute);
	expect(trips.evidence(start + minute, start, minute).map((found) => findingText(found).en)).toEqual([
		"connected, but neither heartbeat nor ping was answered for 60 s",
	]);
});

test("expects no answers if pings were never answered", () => {
	const trips = answered(0);
	trips.answered(40, "heartbeat");
	expect(trips.deafFor(start + 60 * minute, start, minute)).toBeUndefined();
});

test("shares what one connection has found", () => {
	const pings = { seen: false };
	const [one, other] = [new RoundTrips(heartbeatMs, pings), new RoundTrips(heartbeatMs, pings)];
	one.answered(40, "ping");
	expect(other.deafFor(start + minute, start, minute)).toBe(minute);
});

test("needs three failures when pings are rare", () => {
	const trips = new RoundTrips(5 * minute);
	trips.answered(40, "ping");
	expect(trips.deafFor(start + 14 * minute, start, minute)).toBeUndefined();
	expect(trips.deafFor(start + 15 * minute, start, minute)).toBe(15 * minute);
});

test("expects answers on a new connection and continues totals", () => {
	const trips = answered(4);
	trips.connected();
	expect(trips.deafFor(start + minute, start, minute)).toBe(minute);
	expect(trips.latency).toEqual({ totalMs: 160, answers: 4 });
	trips.answered(25, "heartbeat");
	expect(trips.latency).toEqual({ heartbeatMs: 25, totalMs: 185, answers: 5 });
});

test("reports slow answers", () => {
	expect(
		answered(2, 2300)
			.evidence(start + 10_000, start, minute)
			.map((found) => findingText(found).en),
	).toEqual(["Douyin takes 2300 ms to answer"]);
	expect(
		answered(2, 999)
			.evidence(start + 10_000, start, minute)
			.map((found) => findingText(found).en),
	).toEqual([]);
});
