import { expect, it } from "vitest";
import type { GiftEvent, UpstreamEvent } from "../events/live-event.ts";
import { StreakMemory } from "./streak-memory.ts";

function gift(streakId: string, count: number, receivedAt: number, final = false): UpstreamEvent {
	const common = { id: `${streakId}-${count}`, liveId: "1", roomId: "2", method: "WebcastGiftMessage", at: receivedAt };
	const about = { giftId: "7", giftName: "", giftImage: "", delta: 1, diamondCount: 1, diamonds: 1 };
	return { ...common, ...about, type: "gift", receivedAt, streakId, count, final } satisfies GiftEvent;
}

it("knows the highest count of each streak, also when a step was late", () => {
	const memory = new StreakMemory();
	memory.note([gift("a", 3, 10), gift("b", 1, 11)]);
	memory.note([gift("a", 5, 20, true), gift("a", 4, 21)]);
	expect(memory.known(30)).toEqual([
		{ streakId: "b", count: 1, final: false, at: 11 },
		{ streakId: "a", count: 5, final: true, at: 21 },
	]);
});

it("goes on from what was told before, and forgets what was still for ten minutes", () => {
	const memory = new StreakMemory();
	memory.restore([{ streakId: "a", count: 2, final: false, at: 0 }]);
	memory.note([gift("b", 1, 1)]);
	expect(memory.known(600_000)).toHaveLength(2);
	expect(memory.known(600_001)).toMatchObject([{ streakId: "b" }]);
});

it("remembers so many streaks and no more, the newest of them", () => {
	const memory = new StreakMemory();
	memory.note(Array.from({ length: 6_000 }, (_, n) => gift(String(n), 1, n)));
	expect(memory.known(6_000)).toHaveLength(5_000);
	expect(memory.known(6_000)[0]?.streakId).toBe("1000");
});
