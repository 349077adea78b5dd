import type { Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { isShown, kindOf, nodesOf, ordered, roomKinds } from "./room-order.ts";

const room = (node: string | null) => ({ node }) as Room;

test("lists each node once by name, none outside a cluster", () => {
	expect(nodesOf([room("b"), room("a"), room(null), room("b")])).toEqual(["a", "b"]);
	expect(nodesOf([room(null), room(null)])).toEqual([]);
});

test("lists the worst room first, pinned ones among equals", () => {
	const named = (live_id: string, urgency: number, pinned = false) => ({ live_id, urgency, pinned }) as Room;
	const rooms = [named("fine", 9), named("pinned", 9, true), named("blocked", 1), named("silent", 2)];
	const ids = ordered(rooms, "worst", "en").map(({ live_id }) => live_id);
	expect(ids).toEqual(["blocked", "silent", "pinned", "fine"]);
});

test("counts each room as one kind, and filters by it", () => {
	const rooms: [Pick<Room, "trouble" | "state">, string][] = [
		[{ trouble: "blocked", state: "blocked" }, "failing"],
		[{ trouble: "gifts", state: "connected" }, "gifts"],
		[{ trouble: null, state: "connected" }, "fine"],
		[{ trouble: null, state: "queued" }, "other"],
		[{ trouble: null, state: "waiting" }, "waiting"],
	];
	for (const [room, kind] of rooms) {
		expect(kindOf(room)).toBe(kind);
		expect(roomKinds.filter((one) => isShown(room, one))).toEqual([kind]);
		expect(isShown(room, "trouble")).toBe(room.trouble !== null);
		expect(isShown(room, "") && isShown(room, "no such kind")).toBe(true);
	}
});
