import type { Room } from "@livekeeper/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isShown, kindOf, nodesOf, ordered, roomKinds, roomOrders } from "./room-order.ts";

const room = (node: string | null) => ({ node }) as Room;

test("lists each node once by name, none outside a cluster", () => {
	expect(nodesOf([room("b"), room("a"), room(null), room("b")])).toEqual(["a", "b"]);
	expect(nodesOf([room(null), room(null)])).toEqual([]);
});

test("lists the worst room first, pinned ones among equals", () => {
	const named = (live_id: string, urgency: number, pinned = false) => ({ live_id, urgency, pinned }) as Room;
	const rooms = [named("fine", 9), named("pinned", 9, true), named("blocked", 1), named("silent", 2)];
	const ids = ordered(rooms, "worst", "en");
	expect(ids).toEqual(["blocked", "silent", "pinned", "fine"]);
});

test("compares neighbours alone when 1,000 rooms keep their order", () => {
	let reads = 0;
	const message = (messages: number) =>
		Array.from({ length: 1_000 }, (_, i) => ({
			live_id: `${i}`,
			pinned: false,
			messages,
			get urgency() {
				reads++;
				return (i * 37) % 12;
			},
		})) as unknown as Room[];
	const former = ordered(message(1), "worst", "en");
	reads = 0;
	expect(ordered(message(2), "worst", "en", former)).toBe(former);
	expect(reads).toBeLessThanOrEqual(2 * 1_000);
});

test("sorts by any earlier order as by none", () => {
	const some = fc.array(fc.record({ urgency: fc.nat(3), messages: fc.nat(3), pinned: fc.boolean() }), {
		maxLength: 90,
	});
	const property = fc.property(some, fc.func(fc.nat(90)), fc.constantFrom(...roomOrders), (list, place, order) => {
		const rooms = list.map((one, i) => ({ ...one, live_id: `${i}`, anchor: null }) as unknown as Room);
		const former = [...rooms.map(({ live_id }) => live_id), "gone"].sort((a, b) => place(a) - place(b));
		expect(ordered(rooms, order, "zh", former)).toEqual(ordered(rooms, order, "zh"));
	});
	fc.assert(property);
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
