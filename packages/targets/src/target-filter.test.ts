import { typesOf } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern, PatternError, type TargetFilter, targetCheckOf } from "./target-filter.ts";

const base = { seq: 1, id: "1", live_id: "a", room_id: "r", method: "m", at: 0, received_at: 0 };
const who = { id: "7", sec_uid: "MS4", nickname: "小明", gender: "unknown", avatar: "", level: 20, masked: false };
const said = (content: string, user: object = who) =>
	({ ...base, type: "chat", content, user }) as unknown as WireEvent;
const given = (count: number, delta: number, each: number, group = 1) =>
	({ ...base, type: "gift", count, delta, diamond_count: each, group_count: group, user: who }) as unknown as WireEvent;
const isSelected = (filter: TargetFilter, event: WireEvent) => targetCheckOf(filter)?.(event) ?? true;

test.each<[string, TargetFilter, WireEvent, boolean]>([
	["matches a word in any case", { words: ["VIP"] }, said("来个vip"), true],
	["rejects a text without the word", { words: ["抽奖"] }, said("你好"), false],
	["matches a pattern", { pattern: "上?[0-9]+号链接" }, said("上3号链接"), true],
	["matches a word or a pattern", { words: ["你好"], pattern: "^x" }, said("你好"), true],
	["applies words to no gift", { words: ["抽奖"] }, given(1, 1, 1), true],
	["applies the gift minimum to no chat", { gift: { minDiamonds: 100, of: "gift" } }, said("你好"), true],
	["matches a gift of the minimum value", { gift: { minDiamonds: 100, of: "gift" } }, given(1, 1, 100), true],
	["counts a pack as one gift", { gift: { minDiamonds: 100, of: "gift" } }, given(10, 10, 10, 10), true],
	["does not add up small gifts", { gift: { minDiamonds: 100, of: "gift" } }, given(50, 1, 10), false],
	["matches a nickname", { people: ["小明"] }, said("你好"), true],
	["matches a sec_uid", { people: ["MS4"] }, said("你好"), true],
	["matches a 抖音号", { people: ["anna.77"] }, said("你好", { ...who, display_id: "anna.77" }), true],
	["rejects another person", { people: ["小红"] }, said("你好"), false],
	["matches a moderator", { roles: ["moderator"] }, said("你好", { ...who, admin: true }), true],
	["rejects a person without the role", { roles: ["moderator"] }, said("你好"), false],
	[
		"matches a fan club member",
		{ roles: ["moderator", "fan_club"] },
		said("你好", { ...who, fans_club: { name: "", level: 3 } }),
		true,
	],
	["matches the minimum level", { minLevel: 20 }, said("你好"), true],
	["rejects a lower level", { minLevel: 21 }, said("你好"), false],
	["rejects another event type", { types: ["gift"], words: ["你好"] }, said("你好"), false],
])("%s", (_what, filter, event, is) => {
	expect(isSelected(filter, event)).toBe(is);
});

test("reads no event if it filters by kind only", () => {
	expect(targetCheckOf({ types: ["chat"] })).toBeUndefined();
	expect(typesOf({ types: ["chat"], states: ["live", "blocked"] })).toEqual([
		...["chat", "broadcast_started", "broadcast_ended", "connection"],
	]);
	expect(typesOf({ states: ["live"] })).toBeUndefined();
});

test("sends a streak once if worth enough, despite repeats", () => {
	const streak = fc.array(fc.record({ step: fc.integer({ min: 1, max: 9 }), repeated: fc.boolean() }), {
		minLength: 1,
	});
	fc.assert(
		fc.property(
			streak,
			fc.integer({ min: 1, max: 50 }),
			fc.integer({ min: 1, max: 500 }),
			(steps, each, minDiamonds) => {
				const selects = targetCheckOf({ gift: { minDiamonds, of: "streak" } }) ?? expect.fail();
				let count = 0;
				const diamonds: number[] = [];
				for (const { step, repeated } of steps) {
					count += step;
					if (selects(given(count, step, each))) diamonds.push(count * each);
					if (repeated && selects(given(count, 0, each))) diamonds.push(-1);
				}
				expect(diamonds).toHaveLength(count * each >= minDiamonds ? 1 : 0);
				for (const worth of diamonds) expect(worth).toBeGreaterThanOrEqual(minDiamonds);
			},
		),
	);
});

test("only narrows with conditions, and decides consistently", () => {
	const filter = fc.record(
		{
			words: fc.array(fc.constantFrom("a", "b"), { minLength: 1 }),
			people: fc.array(fc.constantFrom("7", "小红"), { minLength: 1 }),
			minLevel: fc.integer({ min: 1, max: 40 }),
			gift: fc.record({
				minDiamonds: fc.integer({ min: 1, max: 9 }),
				of: fc.constantFrom("gift" as const, "streak" as const),
			}),
			types: fc.array(fc.constantFrom("chat" as const, "gift" as const), { minLength: 1 }),
		},
		{ requiredKeys: [] },
	);
	const event = fc.oneof(
		fc.string({ unit: fc.constantFrom("a", "b", "c") }).map((text) => said(text)),
		fc
			.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))
			.map(([count, delta]) => given(count, delta, 1)),
	);
	fc.assert(
		fc.property(filter, event, (whole, one) => {
			const parts = Object.entries(whole).map(([name, value]) => ({ [name]: value }) as TargetFilter);
			const each = parts.every((part) =>
				part.types ? part.types.includes(one.type as "chat") : isSelected(part, one),
			);
			if (targetCheckOf(whole)) expect(isSelected(whole, one)).toBe(each);
			expect(isSelected(whole, one)).toBe(isSelected(whole, one));
		}),
	);
});

test("matches patterns in linear time, without backtracking", () => {
	const matches = compilePattern("^(a+)+$");
	// With backtracking: 2^5000 steps.
	expect(matches(`${"a".repeat(5_000)}b`)).toBe(false);
	expect(() => compilePattern("(a)\\1")).toThrow();
});

test.each(["a{1000}", "(\\pL?){900}b", "((x{0,9}){9}){9}"])("refuses the large counts of %s", (pattern) => {
	expect(() => compilePattern(pattern)).toThrow(PatternError);
});

test("accepts any count-free pattern that the API accepts", () => {
	const parts = fc.constantFrom("a", "船", ".", "\\pL", "[^x]", "a|", "(a)", "b*", "c+?", "\\d");
	fc.assert(
		// 500 characters at most.
		fc.property(fc.array(parts, { minLength: 1, maxLength: 125 }), (chosen) => {
			expect(() => compilePattern(chosen.join(""))).not.toThrow();
		}),
	);
});
