import { describe, expect, test } from "vitest";
import type { Outcome } from "./broadcast-judge.helpers.ts";
import { type Behaviour, Broadcast } from "./broadcast-model.helpers.ts";

/** Messages per second. */
const rates = [0.05, 0.3, 1, 3, 10, 40];

type Ways = Omit<Behaviour, "seed" | "rate">;
type Result = Outcome & { seed: number; rate: number };

const sum = (results: readonly Result[], of: keyof Outcome) => results.reduce((total, result) => total + result[of], 0);

/** Expects that no result violates a condition; a failure shows the seeds. */
function expectNone(results: readonly Result[], wrong: (result: Result) => boolean): void {
	expect(results.filter(wrong)).toEqual([]);
}

const upstreams: [string, Ways][] = [
	["resumes from cursors", { honours: 1, pages: 1 }],
	["resumes from cursors, without pages", { honours: 1, pages: 0 }],
	["never resumes from cursors", { honours: 0, pages: 1 }],
	["never resumes from cursors, with lagging pages", { honours: 0, pages: 1, lagging: 0.5 }],
	["never resumes from cursors, without pages", { honours: 0, pages: 0 }],
	["mixes all behaviours", { honours: 0.5, pages: 0.7, lagging: 0.3 }],
];

/**
 * Defines tests with broadcasts generated from seeds.
 * @param share of the seeds and of the time of each, from 0 to 1
 */
export function broadcastCases(share: number): void {
	const count = (seeds: number) => Math.ceil(seeds * share);

	/** Expects a minimum share of emitted messages. Too few broadcasts say nothing about it. */
	function expectMost(results: readonly Result[], min: number): void {
		if (share === 1) expect(sum(results, "emitted")).toBeGreaterThan(min * sum(results, "said"));
	}

	/** Runs three broadcasts at each rate, ten minutes each at low rates. */
	function broadcasts(ways: Ways): Result[] {
		return Array.from({ length: Math.max(rates.length, count(18)) }, (_, seed) => {
			const rate = rates[seed % rates.length] ?? 1;
			const durationMs = (ways.durationMs ?? (rate > 1 ? 200_000 : 600_000)) * share;
			return { seed, rate, ...new Broadcast({ ...ways, durationMs, seed, rate }).run() };
		});
	}

	describe.each(upstreams)("an upstream that %s", (_, ways) => {
		test("one connection neither repeats, silently loses, nor reorders messages", () => {
			const results = broadcasts(ways);
			expectNone(results, ({ doubled, unreported, swapped }) => doubled + unreported + swapped > 0);
			expectMost(results, 0.8);
			// There was something to report.
			expect(sum(results, "reported") > 0).toBe(ways.honours < 1);
		});

		test("restarts from stored state neither repeat, lose, nor reorder messages", () => {
			const results = broadcasts({ ...ways, restartMs: 40_000 });
			expectNone(results, ({ doubled, unreported, swapped }) => doubled + unreported + swapped > 0);
			expectMost(results, 0.8);
		});

		test("two equal connections neither repeat, lose silently, nor reorder messages", () => {
			for (const restartMs of [0, 40_000]) {
				const results = broadcasts({ ...ways, views: [1, 1], restartMs });
				expectNone(results, ({ doubled, unreported, swapped, stuck }) => doubled + unreported + swapped + stuck > 0);
				expectMost(results, 0.9);
			}
		});

		test("mute connections neither block nor reorder messages", () => {
			for (const views of [
				[1, 1],
				[1, 1, 1],
			]) {
				const results = broadcasts({ ...ways, views, mutes: 0.5, durationMs: 150_000 });
				expectNone(
					results,
					({ doubled, unreported, stuck, disordered }) => doubled + unreported + stuck + disordered > 0,
				);
				expectMost(results, 0.5);
			}
		});

		test("frames out of order neither lose nor block messages", () => {
			for (const views of [[1], [1, 1]]) {
				const results = broadcasts({ ...ways, views, overtaken: 0.2, mutes: 0.2, durationMs: 100_000 });
				expectNone(results, ({ doubled, unreported, stuck }) => doubled + unreported + stuck > 0);
				expect(sum(results, "disordered")).toBeGreaterThan(0);
			}
		});

		test("polled rooms neither repeat, lose silently, nor reorder messages", () => {
			for (const polls of [[0], [0, 1]]) {
				const views = polls.map(() => 1);
				const results = broadcasts({ ...ways, views, polls, mutes: 0.2, restartMs: 60_000, durationMs: 100_000 });
				expectNone(
					results,
					({ doubled, unreported, stuck, disordered }) => doubled + unreported + stuck + disordered > 0,
				);
				expectMost(results, 0.25);
			}
		});

		test("a socket beside polls neither loses nor blocks messages", () => {
			const results = broadcasts({ ...ways, views: [1, 1], polls: [1], mutes: 0.2, durationMs: 100_000 });
			expectNone(results, ({ doubled, unreported, stuck }) => doubled + unreported + stuck > 0);
			expectMost(results, 0.5);
		});
	});

	describe("an upstream that honours cursors", () => {
		const ways = { honours: 1, pages: 1 };

		test.each([
			["lagging pages", { lagging: 0.5 }],
			["no pages", { pages: 0 }],
			["restarts", { restartMs: 40_000 }],
		])("has no gaps after the first state with %s", (_, more) => {
			const results = broadcasts({ ...ways, ...more });
			expectNone(results, ({ reported, unreported, disordered }) => reported + unreported + disordered > 0);
			expectNone(results, ({ beforeLastGap }) => beforeLastGap > 15);
		});

		test.each([
			["pages", 1],
			["no pages", 0],
		])("is never blamed for gaps despite early restarts: %s", (_, pages) => {
			const results = Array.from({ length: count(200) }, (_, seed) => {
				const rate = [1, 3, 10][seed % 3] ?? 1;
				const short = { restartMs: 1_500, durationMs: 30_000 };
				return { seed, rate, ...new Broadcast({ ...ways, ...short, pages, fails: 0, seed, rate }).run() };
			});
			expectNone(results, ({ doubled, unreported, accusing }) => doubled + unreported + accusing > 0);
			expectNone(results, ({ beforeLastGap }) => beforeLastGap > 40);
		});

		test("two equal connections form one ordered sequence", () => {
			const results = broadcasts({ ...ways, views: [1, 1] });
			expectNone(
				results,
				({ reported, unreported, disordered, swapped }) => reported + unreported + disordered + swapped > 0,
			);
			expectNone(results, ({ beforeLastGap }) => beforeLastGap > 15);
		});

		test("polled rooms have few gaps at moderate rates", () => {
			const results = broadcasts({ ...ways, polls: [0], restartMs: 60_000 });
			expectNone(results, ({ reported, unreported, disordered }) => reported + unreported + disordered > 0);
			const slow = results.filter(({ rate }) => rate <= 10);
			expect(sum(slow, "gaps")).toBeLessThanOrEqual(10);
			expect(sum(slow, "emitted")).toBeGreaterThan(6_000 * share * share);
		});

		test("two different connections deliver the union of their messages once", () => {
			const results = broadcasts({ ...ways, views: [0.7, 0.7] });
			expectNone(results, ({ doubled, beforeLastGap }) => doubled > 0 || beforeLastGap > 15);
			expectMost(results, 0.98);
		});
	});

	test("incomplete pages neither repeat nor reorder messages", () => {
		const results = broadcasts({ honours: 0, pages: 1, unpaged: 0.3 });
		expectNone(results, ({ doubled, swapped }) => doubled + swapped > 0);
	});

	test("connections keep their order across gaps despite lagging pages", () => {
		for (const views of [[1], [1, 1], [1, 1, 1]]) {
			const results = broadcasts({ honours: 0.5, pages: 0.7, lagging: 0.3, views });
			expectNone(results, ({ disordered }) => disordered > 0);
		}
	});

	test("earlier messages never follow the first one despite restarts", () => {
		const ways = { honours: 0.5, pages: 0.5, fails: 0.4, quietMs: 3_000, restartMs: 4_000, durationMs: 20_000 };
		for (const views of [[1], [1, 1]]) {
			const results = Array.from({ length: count(200) }, (_, seed) => {
				const rate = rates[seed % rates.length] ?? 1;
				return { seed, rate, ...new Broadcast({ ...ways, seed, rate, views }).run() };
			});
			expectNone(results, ({ doubled, unreported, disordered }) => doubled + unreported + disordered > 0);
		}
	});

	test.each(upstreams)("a broadcast resumed after its end keeps order: %s", (_, of) => {
		const ways = { ...of, fails: 0.5, quietMs: 1_000, interruptMs: 5_000, durationMs: 30_000 };
		for (const { views, polls } of [
			{ views: [1], polls: [] },
			{ views: [1], polls: [0] },
			{ views: [1, 1], polls: [1] },
		]) {
			const results = Array.from({ length: count(100) }, (_, seed) => {
				const rate = rates[seed % rates.length] ?? 1;
				return { seed, rate, ...new Broadcast({ ...ways, seed, rate, views, polls }).run() };
			});
			expectNone(results, ({ doubled, unreported }) => doubled + unreported > 0);
			if (views.length === 1) expectNone(results, ({ disordered }) => disordered > 0);
		}
	});

	test("overtaken frames are never lost silently after a restart", () => {
		const ways = { honours: 1, pages: 1, lagging: 0.5, fails: 0.8, overtaken: 0.2, quietMs: 3_000, restartMs: 30_000 };
		// With seed 223 a partly forgotten page was repeated at the end.
		const seeds = [...Array(count(300)).keys(), 223];
		const results = seeds.map((seed) => {
			const rate = [0.2, 1, 5, 20][seed % 4] ?? 1;
			return { seed, rate, ...new Broadcast({ ...ways, durationMs: 40_000, seed, rate }).run() };
		});
		expectNone(results, ({ doubled, unreported }) => doubled + unreported > 0);
	});

	/** With these seeds a message with a time in whole seconds was once put before an earlier one. */
	test.each([
		{ seeds: [321, 477, 2518, 3689], ways: { honours: 0, pages: 1, lagging: 0.5, interruptMs: 6_000, views: [1] } },
		{
			seeds: [299, 594, 3810],
			ways: { honours: 0.5, pages: 0.7, lagging: 0.3, restartMs: 9_000, interruptMs: 9_000, views: [1, 1] },
		},
	])("unjoined pieces keep their order despite inexact times: $ways", ({ seeds, ways }) => {
		const quietMs = ways.views.length === 1 ? 1_000 : 0;
		const results = seeds.map((seed) => {
			const rate = [0.2, 1, 5, 20][seed % 4] ?? 1;
			return { seed, rate, ...new Broadcast({ fails: 0.4, quietMs, durationMs: 40_000, ...ways, seed, rate }).run() };
		});
		expectNone(results, ({ disordered, doubled, unreported }) => disordered + doubled + unreported > 0);
	});

	test("false gaps are rare", () => {
		const results = broadcasts({ honours: 0.5, pages: 0.7, lagging: 0.3 });
		expect(sum(results, "falseGaps")).toBeLessThan((share === 1 ? 0.3 : 0.6) * sum(results, "gaps"));
	});
}
