import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GiftMatch } from "./gift-match.ts";

const gift = fc.record({
	at: fc.integer({ min: 0, max: 15_000 }),
	count: fc.integer({ min: 1, max: 5 }),
	diamonds: fc.constantFrom(1, 9, 99),
});

describe("match of two sources", () => {
	test("matches everything if both report it in any order", () => {
		const both = fc.array(fc.record({ gift, order: fc.nat(), late: fc.nat(5000) }));
		fc.assert(
			fc.property(both, (gifts) => {
				const match = new GiftMatch();
				const reported = gifts
					.flatMap(({ gift: one, order, late }) => [
						{ source: "official" as const, order, one },
						{ source: "web" as const, order: late, one: { ...one, at: one.at + (late % 5000) } },
					])
					.sort((a, b) => a.order - b.order);
				for (const { source, one } of reported) match.add(source, one);
				const sum = gifts.reduce((total, { gift: one }) => total + one.count * one.diamonds, 0);
				expect(match.figures).toEqual({ official: sum, web: sum, matched: sum });
			}),
		);
	});

	test("never exceeds what either source reported", () => {
		const reported = fc.array(fc.record({ source: fc.constantFrom("official" as const, "web" as const), gift }));
		fc.assert(
			fc.property(reported, (gifts) => {
				const match = new GiftMatch();
				for (const { source, gift: one } of gifts) match.add(source, { ...one, at: one.at * 10 });
				const { official, web, matched } = match.figures;
				expect(matched).toBeLessThanOrEqual(Math.min(official, web));
			}),
		);
	});

	test("joins neither other prices nor other times", () => {
		const match = new GiftMatch();
		match.add("official", { at: 0, count: 1, diamonds: 10 });
		match.add("web", { at: 0, count: 1, diamonds: 9 });
		match.add("web", { at: 20_001, count: 1, diamonds: 10 });
		expect(match.figures.matched).toBe(0);
		match.add("web", { at: 20_000, count: 3, diamonds: 10 });
		expect(match.figures).toEqual({ official: 10, web: 49, matched: 10 });
	});
});
