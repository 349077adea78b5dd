import type { Target } from "@livekeeper/client";
import { expect, test } from "vitest";
import { draftOf, inputOf, inputWith } from "./target-input.ts";

const target = {
	id: "tgt_1",
	name: "",
	preset: "json",
	settings: { url: "https://example.com/a" },
	states: ["live"],
	words: ["抽奖"],
	pattern: null,
	gift: { min_diamonds: 100, of: "streak" },
	people: [],
	roles: [],
	min_level: null,
	pace: { digest_minutes: 5, max_per_minute: null, quiet: null, hold_seconds: null },
	live_ids: ["1", "2"],
	types: ["gift", "viewers"],
	batch: { max_events: 5, max_wait_ms: 7 },
	enabled: false,
	after: "oldest",
} as unknown as Target;

test("a new target is for all rooms and all kinds, from now on, unless something else is chosen", () => {
	const draft = { ...draftOf(undefined), url: " https://example.com/ " };
	expect(inputOf(draft, undefined)).toEqual({
		settings: { url: "https://example.com/" },
		live_ids: "*",
		after: "now",
	});
	const chosen = { ...draft, allRooms: false, rooms: "1001\nhttps://live.douyin.com/1002", allTypes: false };
	expect(inputOf({ ...chosen, secret: "0123456789abcdef" }, undefined)).toEqual({
		settings: { url: "https://example.com/", secret: "0123456789abcdef" },
		live_ids: ["1001", "1002"],
		types: ["chat", "gift"],
		after: "now",
	});
});

test("what is missing is named", () => {
	const draft = { ...draftOf(undefined), allRooms: false };
	expect(inputOf(draft, undefined)).toBe("noRooms");
	expect(inputOf({ ...draft, rooms: "1 https://example.com/" }, undefined)).toBe("noRooms");
	expect(inputOf({ ...draft, rooms: "1", allTypes: false, types: [] }, undefined)).toBe("noTypes");
});

test("a target that is changed keeps what the form doesn't show", () => {
	const { settings, live_ids, types, batch, after, states, words, gift } = target;
	const same = { settings, live_ids, batch, after, states, words, gift, pace: { digest_minutes: 5 } };
	expect(inputOf(draftOf(target), target)).toMatchObject({ ...same, types, enabled: false });
	expect(inputWith(target, true)).toMatchObject({ ...same, types, enabled: true });
	const all = { ...target, live_ids: "*", types: null } as Target;
	expect(inputWith(all, false)).toMatchObject({ ...same, live_ids: "*", enabled: false });
	expect(JSON.stringify(inputWith(all, false))).not.toMatch(/null|types/);
});
