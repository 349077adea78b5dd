import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatEvent, GiftEvent } from "../events/live-event.ts";
import {
	GiftCounter,
	type GiftStep,
	type KnownStreak,
	keyOfStreak,
	type StreakParts,
	streakIdOf,
} from "./gift-counter.ts";

interface Message extends StreakParts {
	repeatCount: number;
	groupCount: number;
	repeatEnd: boolean;
	now: number;
}

const step = (more: Partial<Message> = {}): GiftStep => {
	const message = {
		roomId: "100",
		messageId: "1",
		giver: "anna",
		receiver: "",
		giftId: "463",
		groupId: "7",
		combo: true,
	};
	const all = { ...message, repeatCount: 1, groupCount: 1, repeatEnd: false, now: 1_000, ...more };
	return {
		streakId: streakIdOf(all),
		count: Math.max(1, all.repeatCount) * Math.max(1, all.groupCount),
		final: all.repeatEnd || !all.combo,
		diamondCount: 10,
		now: all.now,
	};
};

/** A gift event as its message alone reports it. */
function gift(id: string, count: number, more: Partial<GiftEvent> = {}): GiftEvent {
	const common = { id, liveId: "1", roomId: "2", method: "WebcastGiftMessage", at: 1_000, receivedAt: 1_000 };
	const described = { giftId: "463", giftName: "", giftImage: "", giftType: 1, combo: true, groupCount: 1 };
	const about = { ...described, diamondCount: 10, diamonds: 10 * count };
	return { ...common, ...about, type: "gift", streakId: "2:anna::463:7", count, delta: count, final: false, ...more };
}

describe("GiftCounter", () => {
	it("sets each gift's delta to its streak's new part", () => {
		const gifts = new GiftCounter();
		const { type: _, ...common } = gift("3", 1);
		const chat = { ...common, type: "chat", content: "" } as ChatEvent;
		const events = [gift("1", 2), chat, gift("2", 5)];
		gifts.count(events);
		const later = [gift("4", 4), gift("5", 6, { final: true }), gift("6", 3, { streakId: "2:bert::463:8" })];
		gifts.count(later);
		expect([...events, ...later]).toMatchObject([
			{ count: 2, delta: 2, diamonds: 20, final: false },
			{ type: "chat" },
			{ count: 5, delta: 3, diamonds: 30 },
			{ count: 5, delta: 0, diamonds: 0 },
			{ count: 6, delta: 1, diamonds: 10, final: true },
			{ count: 3, delta: 3, diamonds: 30, final: false },
		]);
		expect(events[1]).toEqual({ ...common, type: "chat", content: "" });
	});

	it("keeps the first message's id for an ungrouped streak", () => {
		const gifts = new GiftCounter();
		const events = ["1", "2"].map((id) => gift(id, Number(id), { streakId: `2:anna::463:0:${id}` }));
		gifts.count(events);
		expect(events).toMatchObject([{ delta: 1 }, { delta: 1, count: 2, streakId: "2:anna::463:0:1" }]);
	});

	it("counts every step's increment, whatever numbers it skips", () => {
		const gifts = new GiftCounter();
		const tallies = [1, 2, 5, 9].map((repeatCount) => gifts.observe(step({ repeatCount })));
		expect(tallies.map((tally) => [tally.count, tally.delta, tally.diamonds])).toEqual([
			[1, 1, 10],
			[2, 1, 10],
			[5, 3, 30],
			[9, 4, 40],
		]);
		expect(new Set(tallies.map((tally) => tally.streakId)).size).toBe(1);
		expect(tallies.every((tally) => !tally.final)).toBe(true);
	});

	it("counts a repeated or late step as nothing new", () => {
		const gifts = new GiftCounter();
		gifts.observe(step({ repeatCount: 5 }));
		expect(gifts.observe(step({ repeatCount: 5 }))).toMatchObject({ count: 5, delta: 0, diamonds: 0 });
		expect(gifts.observe(step({ repeatCount: 3 }))).toMatchObject({ count: 5, delta: 0, diamonds: 0 });
	});

	it("ends a streak at its last step despite repeats", () => {
		const gifts = new GiftCounter();
		gifts.observe(step({ repeatCount: 4 }));
		expect(gifts.observe(step({ repeatCount: 4, repeatEnd: true }))).toMatchObject({ count: 4, delta: 0, final: true });
		expect(gifts.observe(step({ repeatCount: 3 }))).toMatchObject({ count: 4, delta: 0, final: true });
	});

	it("multiplies by the size of a pack", () => {
		const gifts = new GiftCounter();
		expect(gifts.observe(step({ repeatCount: 2, groupCount: 10 }))).toMatchObject({
			count: 20,
			delta: 20,
			diamonds: 200,
		});
		expect(gifts.observe(step({ repeatCount: 3, groupCount: 10 }))).toMatchObject({
			count: 30,
			delta: 10,
			diamonds: 100,
		});
	});

	it("counts a gift outside streaks once per message", () => {
		const gifts = new GiftCounter();
		const single = (messageId: string) => step({ combo: false, repeatCount: 0, groupCount: 0, messageId });
		expect(gifts.observe(single("1"))).toMatchObject({ count: 1, delta: 1, final: true });
		expect(gifts.observe(single("1"))).toMatchObject({ count: 1, delta: 0, final: true });
		expect(gifts.observe(single("2"))).toMatchObject({ count: 1, delta: 1, final: true });
	});

	it.each([
		["room", { roomId: "101" }],
		["giver", { giver: "bert" }],
		["receiver", { receiver: "guest" }],
		["gift", { giftId: "464" }],
		["group", { groupId: "8" }],
	])("separates streaks by %s", (_, other) => {
		const gifts = new GiftCounter();
		const first = gifts.observe(step({ repeatCount: 3 }));
		const second = gifts.observe(step({ repeatCount: 2, ...other }));
		expect(second).toMatchObject({ count: 2, delta: 2 });
		expect(second.streakId).not.toBe(first.streakId);
	});

	it("remembers a finished streak for ten minutes", () => {
		const gifts = new GiftCounter();
		gifts.observe(step({ repeatCount: 3, repeatEnd: true }));
		for (const now of [601_000, 1_201_000]) {
			expect(gifts.observe(step({ repeatCount: 2, now })), `${now}`).toMatchObject({ delta: 0, final: true });
		}
		expect(gifts.observe(step({ repeatCount: 2, now: 1_801_001 }))).toMatchObject({ delta: 2, final: false });
		expect(gifts.size).toBe(1);
	});

	it("remembers an ungrouped streak for ten minutes after each step", () => {
		const gifts = new GiftCounter();
		const tallies = [1, 601, 1_201].map((s, index) =>
			gifts.observe(step({ groupId: "0", messageId: `${s}`, repeatCount: index + 1, now: s * 1_000 })),
		);
		expect(tallies.map(({ delta }) => delta)).toEqual([1, 1, 1]);
	});

	it("separates ungrouped streaks that overlap the ten-second memory", () => {
		const gifts = new GiftCounter();
		const ungrouped = (messageId: number, repeatCount: number, now: number) =>
			step({ groupId: "0", messageId: String(messageId), repeatCount, repeatEnd: repeatCount === 60, now });
		let total = 0;
		for (let n = 1; n <= 60; n++) total += gifts.observe(ungrouped(n, n, n * 100)).delta;
		for (let n = 1; n <= 60; n++) total += gifts.observe(ungrouped(100 + n, n, 8_000 + n * 500)).delta;
		expect(total).toBe(120);
	});

	it("separates a late step from the next ungrouped streak", () => {
		const gifts = new GiftCounter();
		const first = gifts.observe(step({ groupId: "0", repeatCount: 3, repeatEnd: true }));
		expect(gifts.observe(step({ groupId: "0", repeatCount: 2, now: 5_000, messageId: "2" }))).toMatchObject({
			delta: 0,
		});
		const next = gifts.observe(step({ groupId: "0", repeatCount: 2, now: 16_000, messageId: "3" }));
		expect(next).toMatchObject({ count: 2, delta: 2, final: false });
		expect(next.streakId).not.toBe(first.streakId);
	});

	it.each([
		[10_000, 0],
		[10_001, 2],
	])("forgets finished ungrouped streaks after ten seconds: %i ms, %i", (afterMs, delta) => {
		const gifts = new GiftCounter();
		const now = 1_700_000_000_000;
		gifts.observe(step({ groupId: "0", repeatCount: 3, repeatEnd: true, now }));
		const next = step({ groupId: "0", repeatCount: 2, messageId: "2", now: now + afterMs });
		expect(gifts.observe(next)).toMatchObject({ delta });
	});

	it("names a streak by its parts, hashed beyond 400 characters", () => {
		const idOf = (giver: string) => new GiftCounter().observe(step({ giver })).streakId;
		expect(idOf("anna")).toBe("100:anna::463:7");
		expect(idOf("a:n:na")).toBe("100:a%3An%3Ana::463:7");
		const rest = "100:::463:7".length;
		expect(idOf("x".repeat(400 - rest))).toHaveLength(400);
		expect(idOf("x".repeat(401 - rest))).toMatch(/^sha256:[0-9a-f]{64}$/);
	});

	it("keeps only the hash of an overlong key", () => {
		const gifts = new GiftCounter();
		const first = gifts.observe(step({ giver: `${"x".repeat(10_000)}1`, repeatCount: 2 }));
		const other = gifts.observe(step({ giver: `${"x".repeat(10_000)}2`, repeatCount: 2 }));
		expect(first.streakId.length).toBeLessThan(100);
		expect(other).toMatchObject({ delta: 2 });
		expect(gifts.observe(step({ giver: `${"x".repeat(10_000)}1`, repeatCount: 3 }))).toMatchObject({ delta: 1 });
	});

	it("forgets the least recently active streak beyond the maximum", () => {
		const gifts = new GiftCounter({ maxStreaks: 2 });
		gifts.observe(step({ groupId: "1", repeatCount: 2 }));
		gifts.observe(step({ groupId: "2", repeatCount: 2 }));
		gifts.observe(step({ groupId: "1", repeatCount: 3 }));
		gifts.observe(step({ groupId: "3", repeatCount: 2 }));
		expect(gifts.size).toBe(2);
		expect(gifts.observe(step({ groupId: "1", repeatCount: 3 }))).toMatchObject({ delta: 0 });
		expect(gifts.observe(step({ groupId: "2", repeatCount: 2 }))).toMatchObject({ delta: 2 });
	});

	it("continues restored streaks", () => {
		const gifts = new GiftCounter();
		const { streakId } = new GiftCounter().observe(step());
		gifts.restore([
			{ streakId, count: 7, final: true, at: 900 },
			{ streakId, count: 4, final: false, at: 800 },
		]);
		expect(gifts.observe(step({ repeatCount: 6 }))).toMatchObject({ streakId, count: 7, delta: 0, final: true });
		expect(gifts.observe(step({ repeatCount: 9 }))).toMatchObject({ streakId, count: 9, delta: 2 });
		expect(gifts.size).toBe(1);
	});

	it("restores an ungrouped streak separately from the previous one", () => {
		const before = new GiftCounter();
		const first = before.observe(step({ groupId: "0", messageId: "1", repeatCount: 9, repeatEnd: true }));
		const second = before.observe(step({ groupId: "0", messageId: "2", repeatCount: 2, now: 20_000 }));
		const gifts = new GiftCounter();
		gifts.restore([
			{ ...second, at: 20_000 },
			{ ...first, at: 1_000 },
		]);
		const next = gifts.observe(step({ groupId: "0", messageId: "3", repeatCount: 5, now: 21_000 }));
		expect(next).toMatchObject({ streakId: second.streakId, count: 5, delta: 3, final: false });
	});

	it("restores the highest count and the end in any order", () => {
		const gifts = new GiftCounter();
		const { streakId } = new GiftCounter().observe(step());
		gifts.restore([
			{ streakId, count: 7, final: true, at: 800 },
			{ streakId, count: 4, final: false, at: 900 },
		]);
		expect(gifts.observe(step({ repeatCount: 6 }))).toMatchObject({ count: 7, delta: 0, final: true });
	});

	it("does not mistake colons in a giver for separators", () => {
		const giver = "a:b:c:0:5";
		const { streakId } = new GiftCounter().observe(step({ giver, repeatCount: 3 }));
		const gifts = new GiftCounter();
		gifts.restore([{ streakId, count: 3, final: false, at: 1_000 }]);
		expect(gifts.observe(step({ giver, repeatCount: 4 }))).toMatchObject({ delta: 1 });
	});

	it("finds an ungrouped streak's key before a message number", () => {
		expect(keyOfStreak("100:anna::463:0:5")).toBe("100:anna::463:0");
		for (const id of ["100:anna::463:0:5x", "100:anna::463:0:", "100:anna::463:7:5"]) expect(keyOfStreak(id)).toBe(id);
	});

	it("does not mistake a group for an ungrouped streak's message", () => {
		const { streakId } = new GiftCounter().observe(step({ giftId: "0", groupId: "7", repeatCount: 3 }));
		const gifts = new GiftCounter();
		gifts.restore([{ streakId, count: 3, final: false, at: 1_000 }]);
		expect(gifts.observe(step({ giftId: "0", groupId: "7", repeatCount: 4 }))).toMatchObject({ delta: 1 });
	});

	it("limits restored streaks in age and number", () => {
		const gifts = new GiftCounter({ maxStreaks: 2 });
		gifts.restore([1, 2, 3].map((at) => ({ streakId: `a:${at}`, count: 1, final: false, at })));
		expect(gifts.size).toBe(2);
		gifts.observe(step({ now: 700_000 }));
		expect(gifts.size).toBe(1);
	});

	it("totals correctly over restarts at any moment", () => {
		const streaks = fc.array(
			fc.record({
				giver: fc.constantFrom("anna", "x".repeat(500)),
				groupId: fc.constantFrom("0", "1", "2"),
				combo: fc.boolean(),
				last: fc.integer({ min: 1, max: 20 }),
			}),
			{ maxLength: 6 },
		);
		fc.assert(
			fc.property(streaks, fc.func(fc.boolean()), (all, isKilled) => {
				let gifts = new GiftCounter();
				let now = 0;
				let messageId = 0;
				let total = 0;
				const known: KnownStreak[] = [];
				const truth = all.reduce((sum, { combo, last }) => sum + (combo ? last : 1), 0);
				for (const [index, { giver, groupId, combo, last }] of all.entries()) {
					// A grouped streak has a group of its own; an ungrouped one begins when the previous one is forgotten.
					const group = groupId === "0" ? "0" : `${index}${groupId}`;
					now += 20_000;
					for (let repeatCount = combo ? 1 : last; repeatCount <= last; repeatCount++) {
						now += 10;
						messageId++;
						if (isKilled(messageId)) {
							gifts = new GiftCounter();
							gifts.restore(known);
						}
						const one = { giver, groupId: group, combo, repeatCount: combo ? repeatCount : 1, now };
						const repeatEnd = repeatCount === last;
						const tally = gifts.observe(step({ ...one, repeatEnd, messageId: String(messageId) }));
						known.push({ ...tally, at: now });
						total += tally.delta;
					}
				}
				expect(total).toBe(truth);
			}),
		);
	});

	it("totals correctly for shuffled, repeated, skipped and finished steps", () => {
		const streak = fc.record({
			giver: fc.constantFrom("anna", "bert"),
			receiver: fc.constantFrom("", "guest"),
			giftId: fc.constantFrom("463", "464"),
			groupId: fc.integer({ min: 1, max: 4 }).map(String),
			groupCount: fc.integer({ min: 1, max: 10 }),
			counts: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
			ends: fc.boolean(),
		});
		const streaks = fc.uniqueArray(streak, {
			maxLength: 5,
			selector: (one) => [one.giver, one.receiver, one.giftId, one.groupId].join(),
		});
		const shuffled = streaks.chain((all) => {
			const steps = all.flatMap(({ counts, ends, ...more }) => {
				const highest = Math.max(...counts);
				return counts.map((repeatCount) => step({ ...more, repeatCount, repeatEnd: ends && repeatCount === highest }));
			});
			return fc.tuple(
				fc.constant(all),
				fc.shuffledSubarray(steps, { minLength: steps.length }),
				fc.shuffledSubarray(steps),
			);
		});
		fc.assert(
			fc.property(shuffled, ([all, steps, repeats]) => {
				const gifts = new GiftCounter();
				const tallies = [...steps, ...repeats].map((one) => gifts.observe(one));
				const truth = all.reduce((sum, one) => sum + Math.max(...one.counts) * one.groupCount, 0);
				expect(tallies.reduce((sum, tally) => sum + tally.delta, 0)).toBe(truth);
				expect(tallies.reduce((sum, tally) => sum + tally.diamonds, 0)).toBe(truth * 10);
				expect(tallies.every((tally) => tally.delta >= 0)).toBe(true);
				expect(new Set(tallies.map((tally) => tally.streakId)).size).toBe(all.length);
			}),
			{ numRuns: 500 },
		);
	});
});
