import type { GiftStep, UpstreamEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { MergedGifts } from "./merged-gifts.ts";

/** The gift message with this id, as a leg decodes it. */
function decode(gifts: MergedGifts, messageId: string, repeatCount: number): Extract<UpstreamEvent, { type: "gift" }> {
	const step: GiftStep = {
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
	};
	const tally = gifts.observe(step);
	return { type: "gift", id: messageId, diamondCount: 10, ...tally } as Extract<UpstreamEvent, { type: "gift" }>;
}

describe("gifts of several legs", () => {
	test("are counted once, whichever copy is put out", () => {
		const gifts = new MergedGifts();
		const first = decode(gifts, "1", 2);
		const copy = decode(gifts, "1", 2);
		gifts.tell([copy]);
		expect(copy).toMatchObject({ count: 2, delta: 2, diamonds: 20 });
		expect(first.streakId).toBe(copy.streakId);
		const next = decode(gifts, "2", 3);
		gifts.tell([next]);
		expect(next).toMatchObject({ count: 3, delta: 1, diamonds: 10 });
	});

	test("that were decoded and never put out are in what the next step adds", () => {
		const gifts = new MergedGifts();
		decode(gifts, "1", 4);
		const next = decode(gifts, "2", 5);
		gifts.tell([next]);
		expect(next).toMatchObject({ count: 5, delta: 5, diamonds: 50 });
	});

	test("go on from what was told before the session", () => {
		const before = decode(new MergedGifts(), "1", 3);
		const gifts = new MergedGifts([{ streakId: before.streakId, count: 3, final: false, at: 900 }]);
		const next = decode(gifts, "2", 5);
		gifts.tell([next]);
		expect(next).toMatchObject({ count: 5, delta: 2 });
	});
});
