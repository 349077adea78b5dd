import { describe, expect, test } from "vitest";
import { type GiftStep, GiftStreaks } from "./gift-streaks.ts";
import { MessageTallies } from "./message-tallies.ts";

const step = (messageId: string, repeatCount: number): GiftStep => ({
	roomId: "r1",
	messageId,
	giver: "g",
	receiver: "",
	giftId: "7",
	groupId: "5",
	combo: true,
	repeatCount,
	groupCount: 1,
	repeatEnd: false,
	diamondCount: 10,
	now: 1_000,
});

describe("MessageTallies", () => {
	test("gives each copy of a message what the first one counted", () => {
		const gifts = new MessageTallies(new GiftStreaks());
		const first = gifts.observe(step("1", 2));
		expect(first).toMatchObject({ count: 2, delta: 2, diamonds: 20 });
		expect(gifts.observe(step("2", 3))).toMatchObject({ count: 3, delta: 1 });
		expect(gifts.observe(step("1", 2))).toEqual(first);
		expect(gifts.observe(step("2", 3))).toMatchObject({ count: 3, delta: 1 });
	});

	test("forgets the oldest messages, and then a repeat adds nothing", () => {
		const gifts = new MessageTallies(new GiftStreaks());
		for (let i = 1; i <= 2_001; i++) gifts.observe(step(String(i), i));
		expect(gifts.observe(step("2", 2))).toMatchObject({ delta: 1 });
		expect(gifts.observe(step("1", 1))).toMatchObject({ delta: 0 });
	});

	test("takes a message without an id for a new one", () => {
		const gifts = new MessageTallies(new GiftStreaks());
		expect(gifts.observe(step("0", 1))).toMatchObject({ delta: 1 });
		expect(gifts.observe(step("0", 3))).toMatchObject({ delta: 2 });
	});
});
