import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { RoomGifts } from "./room-gifts.ts";

it("a room's sessions share one tracker, one after the other and at the same time", () => {
	const gifts = new RoomGifts(new ManualClock());
	const first = gifts.acquire("1");
	expect(gifts.acquire("1")).toBe(first);
	gifts.release("1");
	gifts.release("1");
	expect(gifts.acquire("1")).toBe(first);
	expect(gifts.acquire("2")).not.toBe(first);
});

it("a tracker is forgotten ten minutes after its last session, and never during one", async () => {
	const clock = new ManualClock();
	const gifts = new RoomGifts(clock);
	const used = gifts.acquire("used");
	gifts.acquire("idle");
	gifts.release("idle");
	await clock.advance(600_000);
	gifts.acquire("other");
	expect(gifts.size).toBe(3);
	await clock.advance(1);
	gifts.acquire("other");
	expect(gifts.size).toBe(2);
	expect(gifts.acquire("used")).toBe(used);
});

it("a release too many does no harm", () => {
	const gifts = new RoomGifts(new ManualClock());
	gifts.release("1");
	expect(gifts.size).toBe(0);
});
