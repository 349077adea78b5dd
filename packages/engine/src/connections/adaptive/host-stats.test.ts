import type { FailureReason } from "@livekeeper/douyin";
import { seeded } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HostStats } from "./host-stats.ts";

const start = Date.UTC(2026, 0, 1, 20);
const second = 1000;
const minute = 60 * second;

class Bench {
	readonly stats = new HostStats();
	now = start;

	works(...hosts: string[]): void {
		for (const host of hosts) this.stats.works(host);
	}

	fails(host: string, reason: FailureReason = "timeout", heldMs?: number): void {
		this.now += minute;
		this.stats.failed(host, reason, heldMs, this.now);
	}

	/** Returns how often each host is chosen over a number of connections without a reported result. */
	chosen(times: number, hosts = ["a", "b", "c"]): string {
		return Array.from({ length: times }, () => this.stats.choose(hosts)).join("");
	}

	rate(host: string): number {
		return this.stats.all().find((one) => one.host === host)?.successRate ?? 0.5;
	}
}

describe("host", () => {
	test("is taken in the upstream's order while nothing is known", () => {
		const bench = new Bench();
		bench.works("b");
		expect(bench.stats.choose(["a", "b"])).toBe("a");
		expect(bench.stats.choose(["b", "a"])).toBe("b");
	});

	test("is taken in the upstream's order while healthy", () => {
		const bench = new Bench();
		bench.works("c", "b", "a");
		expect([bench.stats.choose(["b", "c", "a"]), bench.stats.choose(["c", "a", "b"])]).toEqual(["b", "c"]);
	});

	test("is skipped after failures, probed by one connection, then reused", () => {
		const bench = new Bench();
		bench.works("a", "b", "b");
		bench.fails("a");
		const skips = 100;
		expect(bench.chosen(skips)).toBe("b".repeat(skips));
		expect(bench.chosen(3)).toBe("abb");
		bench.works("a");
		expect(bench.chosen(3)).toBe("aaa");
	});

	test("is skipped for longer the more its connections fail", () => {
		const lengths = [1, 2, 5, 50].map((failures) => {
			const bench = new Bench();
			bench.works("b", "a", "a", "a");
			for (let i = 0; i < failures; i++) bench.fails("a");
			return bench.chosen(300).indexOf("a");
		});
		expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
		expect(lengths[0]).toBeLessThan(70);
		expect(lengths.at(-1)).toBeGreaterThan(150);
		expect(lengths.at(-1)).toBeLessThanOrEqual(200);
	});

	test("waits unused while a known host does better", () => {
		const bench = new Bench();
		bench.works("a", "a");
		bench.fails("a");
		expect(bench.stats.choose(["a", "unknown"])).toBe("a");
		for (let i = 0; i < 3; i++) bench.fails("a");
		expect(bench.stats.choose(["a", "unknown"])).toBe("unknown");
	});

	test("is still tried as the best when all fail", () => {
		const bench = new Bench();
		bench.works("b");
		for (const host of ["a", "b", "c"]) bench.fails(host);
		expect(bench.stats.choose(["a", "b", "c"])).toBe("b");
	});

	test("counts as good again after ten working connections", () => {
		const bench = new Bench();
		for (let i = 0; i < 1000; i++) bench.fails("a");
		for (let i = 0; i < 10; i++) bench.works("a");
		expect(bench.rate("a")).toBeGreaterThan(0.6);
	});
});

describe("lost connection that worked", () => {
	test("counts against its host when short or mute", () => {
		const bench = new Bench();
		bench.works("a", "b", "c");
		bench.fails("a", "network", minute - 1);
		bench.fails("b", "network", minute);
		bench.fails("c", "silence", 60 * minute);
		expect(["a", "b", "c"].map((host) => bench.rate(host) > 0.5)).toEqual([false, true, false]);
	});

	test("counts once when others were cut at the same moment", () => {
		const bench = new Bench();
		bench.works(..."aaaaaaaa");
		const cut = (host: string) => bench.stats.failed(host, "network", 60 * minute, bench.now);
		cut("a");
		const before = bench.rate("a");
		bench.now += second;
		for (let i = 0; i < 50; i++) cut("a");
		expect(bench.rate("a")).toBeLessThan(before);
		expect(bench.rate("a")).toBeGreaterThan(0.7);
		expect(bench.chosen(1, ["a", "b"])).toBe("a");
		bench.works("b");
		expect(bench.chosen(1, ["a", "b"])).toBe("b");
	});
});

test("blames no host for identity, proxy or broadcast", () => {
	const bench = new Bench();
	bench.works("a");
	const before = bench.rate("a");
	for (const reason of ["blocked", "signature_rejected", "rate_limited", "broadcast_ended", "proxy"] as const) {
		bench.fails("a", reason);
	}
	expect(bench.rate("a")).toBe(before);
});

test("knows a host works while most of its connections do", () => {
	const bench = new Bench();
	expect(bench.stats.anyWorks).toBe(false);
	bench.works("a");
	expect(bench.stats.anyWorks).toBe(false);
	bench.works("a");
	expect(bench.stats.anyWorks).toBe(true);
	bench.fails("a");
	expect(bench.stats.anyWorks).toBe(false);
});

test("shows a mostly failing host as left alone", () => {
	const bench = new Bench();
	bench.works("a", "a", "b", "b");
	bench.fails("a");
	for (let i = 0; i < 5; i++) bench.fails("b");
	expect(bench.stats.all().map(({ host, open }) => [host, open])).toEqual([
		["a", false],
		["b", true],
	]);
});

test("forgets the least recently used hosts beyond 64", () => {
	const { stats } = new Bench();
	for (let i = 0; i < 70; i++) {
		stats.works("kept");
		stats.works(`host${i}`);
	}
	const hosts = stats.all().map(({ host }) => host);
	expect(hosts).toHaveLength(64);
	expect(hosts).toContain("kept");
	expect(hosts).not.toContain("host0");
});

test("restores the same choices from a JSON snapshot", () => {
	const step = fc.record({ host: fc.constantFrom("a", "b", "c"), does: fc.constantFrom("works", "fails", "choose") });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const bench = new Bench();
			for (const { host, does } of steps) {
				if (does === "choose") bench.chosen(30);
				else bench[does](host);
			}
			const json = JSON.stringify(bench.stats.snapshot());
			const again = HostStats.restore(JSON.parse(json));
			expect(again.all()).toEqual(bench.stats.all());
			for (const { successRate } of again.all()) expect(successRate > 0 && successRate < 1).toBe(true);
			const next = Array.from({ length: 250 }, () => again.choose(["a", "b", "c"])).join("");
			expect(bench.chosen(250)).toBe(next);
			bench.fails("a");
			expect(JSON.stringify(HostStats.restore(JSON.parse(json)).snapshot())).toBe(json);
		}),
	);
});

test("always chooses a host and retries each", () => {
	const random = seeded(1);
	const { stats } = new Bench();
	const hosts = ["a", "b", "c"];
	const last = new Map(hosts.map((host) => [host, 0]));
	for (let i = 0; i < 5000; i++) {
		const first = Math.floor(random() * 3);
		const chosen = stats.choose([...hosts.slice(first), ...hosts.slice(0, first)]) ?? "none";
		expect(hosts).toContain(chosen);
		expect(i - (last.get(chosen) ?? 0)).toBeLessThan(400);
		last.set(chosen, i);
		if (random() < (chosen === "a" ? 0 : 0.95)) stats.works(chosen);
		else stats.failed(chosen, "timeout", undefined, start + i * second);
	}
	for (const at of last.values()) expect(at).toBeGreaterThan(4600);
});

test.each([null, {}, { version: 3, hosts: [] }, { version: 2, hosts: [{ host: "a" }] }])(
	"rejects an invalid snapshot (%j)",
	(value) => {
		expect(() => HostStats.restore(value)).toThrow();
	},
);
