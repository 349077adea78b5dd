import type { Broadcast, Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { judgedTo, tonightOf } from "./tonight.ts";

const coverage = { verdict: "some", missing_in_all: 30 } as Broadcast["gift_coverage"];
const broadcast = {
	room_id: "7",
	ended_at: null,
	diamonds: 100,
	gift_coverage: coverage,
	peak_viewers: 50,
	likes: 9,
	users: 4,
} as Broadcast;
const room = {
	room_id: "7",
	diamonds: 120,
	gift_coverage: { ...coverage, missing_in_all: 45 },
	viewers: 60,
	messages_last_minute: 33,
} as Room;

test("adds the room's live numbers to the running broadcast", () => {
	expect(tonightOf(broadcast, room)).toEqual({
		diamonds: 100,
		missing: 30,
		viewers: 60,
		peak: 50,
		rate: 33,
		likes: 9,
		people: 4,
	});
});

test("leaves out live numbers for ended and other broadcasts", () => {
	const own = { diamonds: 100, missing: 30, viewers: null, peak: 50, rate: null };
	expect(tonightOf({ ...broadcast, ended_at: 5 }, room)).toMatchObject(own);
	expect(tonightOf({ ...broadcast, room_id: "6" }, room)).toMatchObject(own);
	expect(tonightOf(broadcast, undefined)).toMatchObject(own);
	expect(tonightOf(undefined, room)).toBeUndefined();
});

test("returns the time covered by the site's totals, if any", () => {
	const known = { ...coverage, share: 0.9, source: "room_total", to: 7_000 } as Broadcast["gift_coverage"];
	expect(judgedTo(known)).toBe(7_000);
	expect(judgedTo({ ...known, share: null })).toBeUndefined();
	expect(judgedTo({ ...known, to: null })).toBeUndefined();
	expect(judgedTo({ ...known, source: "official" })).toBeUndefined();
});
