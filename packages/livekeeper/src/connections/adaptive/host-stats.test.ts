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

	/** How often each is chosen in a number of connections, none of which reports how it went. */
	chosen(times: number, hosts = ["a", "b", "c"]): string {
		return Array.from({ length: times }, () => this.stats.choose(hosts)).join("");
	}

	rate(host: string): number {
		return this.stats.all().find((one) => one.host === host)?.successRate ?? 0.5;
	}
}

describe("a host", () => {
	test("of which nothing is known is taken where the upstream wants it first", () => {
		const bench = new Bench();
		bench.works("b");
		expect(bench.stats.choose(["a", "b"])).toBe("a");
		expect(bench.stats.choose(["b", "a"])).toBe("b");
	});

	test("that is in order is taken in the upstream's order", () => {
		const bench = new Bench();
		bench.works("c", "b", "a");
		expect([bench.stats.choose(["b", "c", "a"]), bench.stats.choose(["c", "a", "b"])]).toEqual(["b", "c"]);
	});

	test("that fails is passed over, then tried by one connection, and used by all again once that works", () => {
		const bench = new Bench();
		bench.works("a", "b", "b");
		bench.fails("a");
		const skips = 100;
		expect(bench.chosen(skips)).toBe("b".repeat(skips));
		expect(bench.chosen(3)).toBe("abb");
		bench.works("a");
		expect(bench.chosen(3)).toBe("aaa");
	});

	test("is passed over the longer the more of its connections fail", () => {
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

	test("that nobody has used is left alone while one that is known does better, and taken when none does", () => {
		const bench = new Bench();
		bench.works("a", "a");
		bench.fails("a");
		expect(bench.stats.choose(["a", "unknown"])).toBe("a");
		for (let i = 0; i < 3; i++) bench.fails("a");
		expect(bench.stats.choose(["a", "unknown"])).toBe("unknown");
	});

	test("that fails like all others is still tried: the best of them", () => {
		const bench = new Bench();
		bench.works("b");
		for (const host of ["a", "b", "c"]) bench.fails(host);
		expect(bench.stats.choose(["a", "b", "c"])).toBe("b");
	});

	test("that was bad for long is known to be good after ten connections that worked", () => {
		const bench = new Bench();
		for (let i = 0; i < 1000; i++) bench.fails("a");
		for (let i = 0; i < 10; i++) bench.works("a");
		expect(bench.rate("a")).toBeGreaterThan(0.6);
	});
});

describe("a connection that worked and was lost", () => {
	test("tells against its host when it did not hold for a minute, or fell mute", () => {
		const bench = new Bench();
		bench.works("a", "b", "c");
		bench.fails("a", "network", minute - 1);
		bench.fails("b", "network", minute);
		bench.fails("c", "silence", 60 * minute);
		expect(["a", "b", "c"].map((host) => bench.rate(host) > 0.5)).toEqual([false, true, false]);
	});

	test("tells against it when others were cut in the same moment, once for all of them", () => {
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

test("no host is blamed for what is the identity's, the proxy's or the broadcast's", () => {
	const bench = new Bench();
	bench.works("a");
	const before = bench.rate("a");
	for (const reason of ["blocked", "signature_rejected", "rate_limited", "broadcast_ended", "proxy"] as const) {
		bench.fails("a", reason);
	}
	expect(bench.rate("a")).toBe(before);
});

test("a host is known to work while most of its connections do and the last did not fail", () => {
	const bench = new Bench();
	expect(bench.stats.anyWorks).toBe(false);
	bench.works("a");
	expect(bench.stats.anyWorks).toBe(false);
	bench.works("a");
	expect(bench.stats.anyWorks).toBe(true);
	bench.fails("a");
	expect(bench.stats.anyWorks).toBe(false);
});

test("one that fails more often than not is shown as left alone, one failure is not", () => {
	const bench = new Bench();
	bench.works("a", "a", "b", "b");
	bench.fails("a");
	for (let i = 0; i < 5; i++) bench.fails("b");
	expect(bench.stats.all().map(({ host, open }) => [host, open])).toEqual([
		["a", false],
		["b", true],
	]);
});

test("the hosts not used for longest are forgotten beyond 64", () => {
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

test("a snapshot survives JSON, is not changed by what comes after, and chooses the same", () => {
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

test("whatever happens, one of the hosts is chosen, and each is tried again", () => {
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
	"what is no snapshot (%j) is refused",
	(value) => {
		expect(() => HostStats.restore(value)).toThrow();
	},
);
