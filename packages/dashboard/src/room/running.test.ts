import type { Broadcast, Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { asOfNow } from "./running.ts";
import { tonightOf } from "./tonight.ts";

const broadcast = (roomId: string, endedAt: number | null) =>
	({ room_id: roomId, started_at: 1_000, duration_ms: 500, ended_at: endedAt }) as Broadcast;
const room = (state: Room["state"], roomId: string | null) => ({ state, room_id: roomId }) as Room;

test("keeps a broadcast running while its room follows it", () => {
	const all = [broadcast("r2", null), broadcast("r1", 1_400)];
	expect(asOfNow(all, room("reconnecting", "r2"), 2_000).map(({ ended_at: at }) => at)).toEqual([null, 1_400]);
});

test.each([
	["stopped room", room("stopped", "r2")],
	["removed room", undefined],
	["followed by a newer broadcast", room("connected", "r3")],
	["room without a broadcast yet", room("resolving", null)],
])("ends an open broadcast at its last event: %s", (_, of) => {
	const ended = asOfNow([broadcast("r2", null)], of, 2_000);
	expect(ended.map(({ ended_at: at }) => at)).toEqual([1_500]);
});

test.each([
	["connected", 241_000, 240_000],
	["blocked", 241_000, 240_000],
	["connected", 1_200, 500],
	["waiting", 241_000, 500],
] as const)("counts a %s room's broadcast up to now", (state, now, duration) => {
	const [running, over] = asOfNow([broadcast("r2", null), broadcast("r1", 1_400)], room(state, "r2"), now);
	expect([running?.duration_ms, over?.duration_ms]).toEqual([duration, 500]);
});

test("uses the room's newer numbers for the running broadcast only", () => {
	const coverage = { verdict: "some", missing_in_all: 30 } as Broadcast["gift_coverage"];
	const newer = { ...coverage, missing_in_all: 45, summary: "" } as Room["gift_coverage"];
	const totals = { diamonds: 100, gift_coverage: coverage, peak_viewers: 50, likes: 9, users: 4 };
	const running = { ...broadcast("r2", null), ...totals };
	const over = { ...broadcast("r1", 1_400), ...totals };
	const now = {
		...room("connected", "r2"),
		...{ diamonds: 120, gift_coverage: newer, viewers: 60, messages_last_minute: 33 },
	} as Room;
	const [one, other] = asOfNow([running, over], now, 2_000);
	expect(one).toMatchObject({ diamonds: 120, gift_coverage: newer, peak_viewers: 60 });
	expect(other).toEqual(over);
	expect(tonightOf(one, now)).toEqual({
		...{ diamonds: 120, missing: 45, viewers: 60, peak: 60, rate: 33, likes: 9, people: 4 },
	});
	// The room's numbers never reduce those of the summary.
	expect(asOfNow([running], { ...now, diamonds: 90, viewers: 40 }, 2_000)[0]).toMatchObject({
		diamonds: 100,
		peak_viewers: 50,
	});
});
