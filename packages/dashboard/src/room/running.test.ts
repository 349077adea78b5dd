import type { Broadcast, Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { followedBy, withEnds } from "./running.ts";

const broadcast = (roomId: string, endedAt: number | null) =>
	({ room_id: roomId, started_at: 1_000, duration_ms: 500, ended_at: endedAt }) as Broadcast;
const room = (state: Room["state"], roomId: string | null) => ({ state, room_id: roomId }) as Room;

test("a broadcast goes on while a room that is kept follows it", () => {
	const all = [broadcast("r2", null), broadcast("r1", 1_400)];
	expect(withEnds(all, followedBy(room("reconnecting", "r2")))).toEqual(all);
});

test.each([
	["of a room that was stopped", room("stopped", "r2")],
	["of a room that is not kept any more", undefined],
	["before the one that is followed", room("connected", "r3")],
	["of a room that has none yet", room("resolving", null)],
])("one without an end, %s, is over since it was last heard", (_, of) => {
	const ended = withEnds([broadcast("r2", null)], followedBy(of));
	expect(ended.map(({ ended_at: at }) => at)).toEqual([1_500]);
});
