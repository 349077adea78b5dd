import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import { SiteBudget, type SiteWindow } from "./site-budget.ts";
import { callGroups, siteWindows } from "./site-rules.ts";

const window = fc.record({
	ms: fc.integer({ min: 10, max: 10_000 }),
	max: fc.integer({ min: 1, max: 12 }),
	banMs: fc.integer({ min: 1, max: 20_000 }),
	untilQuiet: fc.boolean(),
	sign: fc.constantFrom("captcha" as const, "444" as const),
});
const windows = fc.array(window, { minLength: 1, maxLength: 3 });
/** Gaps between requests, ms. */
const gaps = fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 20_000 })), {
	maxLength: 80,
});

/** Returns the times of requests from the gaps between them. */
function timesOf(gapsMs: readonly number[]): number[] {
	let now = 0;
	return gapsMs.map((gap) => {
		now += gap;
		return now;
	});
}

/** Whether the last of `times` exceeds the limit. */
const isOver = ({ ms, max }: SiteWindow, times: readonly number[]) =>
	times.filter((time) => time > (times.at(-1) ?? 0) - ms).length > max;

const runs = { numRuns: 300 * inject("rounds") };

describe("a budget", () => {
	it("bans exactly when a window exceeds its limit", () => {
		fc.assert(
			fc.property(windows, gaps, (rules, gapsMs) => {
				const budget = new SiteBudget(rules);
				const times: number[] = [];
				let until = 0;
				let renewMs = 0;
				for (const now of timesOf(gapsMs)) {
					times.push(now);
					if (now < until && renewMs > 0) until = Math.max(until, now + renewMs);
					for (const rule of rules.filter((one) => isOver(one, times))) {
						if (now + rule.banMs <= Math.max(until, now)) continue;
						until = now + rule.banMs;
						renewMs = rule.untilQuiet ? rule.banMs : 0;
					}
					expect(budget.ask(now)?.until).toBe(now < until ? until : undefined);
				}
				expect(budget.asked).toBe(gapsMs.length);
			}),
			runs,
		);
	});

	it("never bans an address that keeps to its limits", () => {
		fc.assert(
			fc.property(windows, gaps, (rules, gapsMs) => {
				const budget = new SiteBudget(rules);
				const kept: number[] = [];
				for (const now of timesOf(gapsMs)) {
					if (rules.some((rule) => isOver(rule, [...kept, now]))) continue;
					kept.push(now);
					expect(budget.ask(now)).toBeUndefined();
				}
				expect(budget.bans).toBe(0);
			}),
			runs,
		);
	});

	it("slides its window: older requests no longer count", () => {
		fc.assert(
			fc.property(window, (rule) => {
				const budget = new SiteBudget([rule]);
				for (let i = 0; i < rule.max; i++) expect(budget.ask(0)).toBeUndefined();
				expect(budget.used(rule, rule.ms - 1)).toBe(rule.max);
				expect(budget.used(rule, rule.ms)).toBe(0);
				for (let i = 0; i < rule.max; i++) expect(budget.ask(rule.ms)).toBeUndefined();
				expect(budget.ask(rule.ms)).toMatchObject({ until: rule.ms + rule.banMs, sign: rule.sign });
			}),
			runs,
		);
	});

	it("scales with all times", () => {
		fc.assert(
			fc.property(windows, gaps, fc.integer({ min: 2, max: 1_000 }), (rules, gapsMs, factor) => {
				const plain = new SiteBudget(rules);
				const scaled = new SiteBudget(
					rules.map((rule) => ({ ...rule, ms: rule.ms * factor, banMs: rule.banMs * factor })),
				);
				for (const now of timesOf(gapsMs)) {
					const until = plain.ask(now)?.until;
					expect(scaled.ask(now * factor)?.until).toBe(until === undefined ? undefined : until * factor);
				}
			}),
			runs,
		);
	});

	it("forgets requests when its ban is lifted", () => {
		const rule = { ms: 1_000, max: 2, banMs: 5_000, untilQuiet: false, sign: "captcha" } as const;
		const budget = new SiteBudget([rule]);
		expect([0, 1, 2].map((now) => budget.ask(now)?.until)).toEqual([undefined, undefined, 5_002]);
		budget.lift();
		expect([3, 4, 5].map((now) => budget.ask(now)?.until)).toEqual([undefined, undefined, 5_005]);
		expect(budget).toMatchObject({ asked: 6, bans: 2 });
	});
});

describe("the real site's limits", () => {
	const minute = 60_000;
	const perMinute = (group: (typeof callGroups)[number], rate: number, minutes: number) => {
		const budget = new SiteBudget(siteWindows.real[group]);
		for (let i = 0; i < rate * minutes; i++) if (budget.ask((i * minute) / rate)) return i / rate;
		return Number.POSITIVE_INFINITY;
	};

	it("ban rates reported as banned, after about the reported time", () => {
		// 50 a minute: under 2 minutes. 2 and 3 pages a minute: hours. 8 JSON calls a minute: within a day, or "days".
		expect(perMinute("page", 50, 10)).toBeLessThan(2);
		expect(perMinute("json", 50, 10)).toBeLessThan(2);
		expect(perMinute("page", 2, 48 * 60)).toBeGreaterThan(3 * 60);
		expect(perMinute("page", 2, 48 * 60)).toBeLessThan(24 * 60);
		expect(perMinute("page", 3, 48 * 60)).toBeLessThan(3 * 60);
		expect(perMinute("json", 8, 48 * 60)).toBeLessThan(24 * 60);
		expect(perMinute("batch", 16, 10)).toBeLessThan(2);
	});

	it("allow rates reported as fine", () => {
		expect(perMinute("page", 0.5, 3 * 24 * 60)).toBe(Number.POSITIVE_INFINITY);
		expect(perMinute("json", 4, 3 * 24 * 60)).toBe(Number.POSITIVE_INFINITY);
		expect(perMinute("batch", 3, 3 * 24 * 60)).toBe(Number.POSITIVE_INFINITY);
	});

	it("ban for 5 minutes to 2 days", () => {
		const lengths = callGroups.flatMap((group) => siteWindows.real[group].map(({ banMs }) => banMs / minute));
		expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([5, 2 * 24 * 60]);
	});
});
