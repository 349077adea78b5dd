import type { Broadcast, Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { midnightsBetween, missedOf, nextOf, rowsOf, sumsOf } from "./today-sums.ts";

const broadcast = (roomId: string, startedAt: number, more: Partial<Broadcast> = {}): Broadcast =>
	({
		room_id: roomId,
		started_at: startedAt,
		ended_at: startedAt + 60_000,
		duration_ms: 60_000,
		diamonds: 100,
		likes: 7,
		messages: { chat: 5, like: 3 },
		gift_coverage: { missing_in_all: 0 },
		peak_viewers: 9,
		gap_ms: 0,
		lost_since: null,
		...more,
	}) as Broadcast;
const missing = (diamonds: number) => ({ missing_in_all: diamonds }) as Broadcast["gift_coverage"];
const today = {
	rooms: [
		{
			live_id: "a",
			usual_start: { at: 9_000, every_ms: 86_400_000 },
			broadcasts: [broadcast("a1", 1_000, { gap_ms: 4_000 }), broadcast("a2", 5_000, { ended_at: null })],
		},
		{
			live_id: "b",
			usual_start: { at: 7_000, every_ms: 86_400_000 },
			broadcasts: [broadcast("b1", 2_000, { gift_coverage: missing(50) })],
		},
		{ live_id: "c", usual_start: null, broadcasts: [] },
	],
};
const running = { state: "connected", room_id: "a2", diamonds: 140, viewers: 12, gift_coverage: missing(30) } as Room;
const kept = new Map([["a", running]]);

test("lists running broadcasts first, with the room's numbers, then newest", () => {
	const rows = rowsOf(today, kept, 10_000);
	expect(rows.map(({ broadcast: one }) => one.room_id)).toEqual(["a2", "b1", "a1"]);
	expect(rows[0]?.broadcast).toMatchObject({ diamonds: 140, peak_viewers: 12 });
});

test("adds up all broadcasts, and missing gifts separately", () => {
	expect(sumsOf(rowsOf(today, kept, 10_000))).toEqual({
		...{ diamonds: 340, missing: 80, chats: 15, likes: 21, onAirMs: 180_000, rooms: 2, gapMs: 4_000 },
	});
	expect(sumsOf([])).toMatchObject({ diamonds: 0, rooms: 0 });
});

test("lists incomplete broadcasts only, most missing gifts first", () => {
	expect(missedOf(rowsOf(today, kept, 10_000)).map(({ broadcast: one }) => one.room_id)).toEqual(["b1", "a2", "a1"]);
	expect(
		missedOf(rowsOf({ rooms: [{ live_id: "c", usual_start: null, broadcasts: [broadcast("x", 1)] }] }, kept, 10_000)),
	).toEqual([]);
});

test("lists rooms that usually go live next, except live ones", () => {
	expect(nextOf(today, () => false).map(({ liveId }) => liveId)).toEqual(["b", "a"]);
	expect(nextOf(today, (liveId) => liveId === "b").map(({ liveId }) => liveId)).toEqual(["a"]);
});

test("counts midnights, not periods of 24 hours", () => {
	const at = (day: number, hour: number) => new Date(2026, 2, day, hour).getTime();
	expect(midnightsBetween(at(30, 0), at(30, 23))).toBe(0);
	expect(midnightsBetween(at(29, 23), at(30, 0))).toBe(1);
	expect(midnightsBetween(at(27, 23), at(30, 1))).toBe(3);
});
