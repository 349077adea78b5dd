import type { Target } from "@livekeeper/client";
import { expect, test } from "vitest";
import { draftOf, inputOf, inputWith } from "./target-input.ts";

const target = {
	id: "tgt_1",
	url: "https://example.com/a",
	live_ids: ["1", "2"],
	types: ["gift", "viewers"],
	batch: { max_events: 5, max_wait_ms: 7 },
	enabled: false,
	after: "oldest",
} as unknown as Target;

test("a new target is for all rooms and all kinds, from now on, unless something else is chosen", () => {
	const draft = { ...draftOf(undefined), url: " https://example.com/ " };
	expect(inputOf(draft, undefined)).toEqual({ url: "https://example.com/", live_ids: "*", after: "now" });
	const chosen = { ...draft, allRooms: false, rooms: "1001\nhttps://live.douyin.com/1002", allTypes: false };
	expect(inputOf({ ...chosen, secret: "0123456789abcdef" }, undefined)).toEqual({
		url: "https://example.com/",
		live_ids: ["1001", "1002"],
		types: ["chat", "gift"],
		secret: "0123456789abcdef",
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
	const { url, live_ids, types, batch, after } = target;
	expect(inputOf(draftOf(target), target)).toEqual({ url, live_ids, types, batch, after, enabled: false });
	expect(inputWith(target, true)).toEqual({ url, live_ids, types, batch, after, enabled: true });
	const all = { ...target, live_ids: "*", types: null } as Target;
	expect(inputWith(all, false)).toEqual({ url, live_ids: "*", batch, after, enabled: false });
});
