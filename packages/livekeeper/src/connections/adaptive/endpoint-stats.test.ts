import fc from "fast-check";
import { expect, test } from "vitest";
import { EndpointStats } from "./endpoint-stats.ts";

const start = Date.UTC(2026, 0, 1, 20);
const hour = 3_600_000;

test("a host of which nothing is known is as likely to work as not", () => {
	expect(new EndpointStats().successRate("a", start)).toBe(0.5);
});

test("a host that works is better than one that fails", () => {
	const stats = new EndpointStats();
	for (let i = 0; i < 10; i++) {
		stats.record("good", "ok", start);
		stats.record("bad", i === 0 ? "ok" : "timeout", start);
	}
	expect(stats.successRate("good", start)).toBeGreaterThan(0.9);
	expect(stats.successRate("bad", start)).toBeLessThan(0.2);
	expect(stats.hosts).toEqual(["good", "bad"]);
});

test("what happened fades, but a bad hour of the day is remembered for that hour", () => {
	const stats = new EndpointStats();
	for (let day = 0; day < 5; day++) {
		for (let i = 0; i < 20; i++) stats.record("a", "timeout", start + day * 24 * hour);
	}
	const nextDay = start + 5 * 24 * hour;
	expect(stats.successRate("a", nextDay - 6 * hour)).toBeCloseTo(0.5, 1);
	expect(stats.successRate("a", nextDay)).toBeLessThan(0.15);
});

test("a clock that is set back fades nothing", () => {
	const stats = new EndpointStats();
	for (let i = 0; i < 10; i++) stats.record("a", "ok", start);
	const rate = stats.successRate("a", start);
	stats.record("a", "ok", start - 24 * hour);
	expect(stats.successRate("a", start - 24 * hour)).toBeGreaterThan(rate);
});

test("the hosts not used for longest are forgotten beyond 64", () => {
	const stats = new EndpointStats();
	for (let i = 0; i < 70; i++) {
		stats.record("kept", "ok", start);
		stats.record(`host${i}`, "ok", start);
	}
	expect(stats.hosts).toHaveLength(64);
	expect(stats.successRate("kept", start)).toBeGreaterThan(0.95);
	expect(stats.hosts).not.toContain("host0");
});

test("a snapshot survives JSON, is not changed by what comes after, and gives the same rates", () => {
	const outcome = fc.constantFrom("ok", "timeout", "dns", "silence");
	const seen = fc.array(fc.record({ host: fc.constantFrom("a", "b"), outcome, ms: fc.nat(2 * hour) }), {
		minLength: 1,
	});
	fc.assert(
		fc.property(seen, (steps) => {
			const stats = new EndpointStats();
			let now = start;
			for (const step of steps) {
				now += step.ms;
				stats.record(step.host, step.outcome as "ok" | "timeout", now);
			}
			const json = JSON.stringify(stats.snapshot());
			const before = ["a", "b"].map((host) => stats.successRate(host, now));
			for (const rate of before) expect(rate > 0 && rate < 1).toBe(true);
			stats.record("a", "timeout", now);
			const restored = EndpointStats.restore(JSON.parse(json));
			expect(["a", "b"].map((host) => restored.successRate(host, now))).toEqual(before);
			expect(JSON.stringify(restored.snapshot())).toBe(json);
		}),
	);
});

test.each([null, {}, { version: 2, hosts: [] }, { version: 1, hosts: [{ host: "a" }] }])(
	"what is no snapshot (%j) is refused",
	(value) => {
		expect(() => EndpointStats.restore(value)).toThrow();
	},
);
