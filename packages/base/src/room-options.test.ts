import { expect, test } from "vitest";
import { mergeOptions, type RoomOptions, sameOptions, sessionOptions } from "./room-options.ts";

test("keeps omitted options in a change, can unpin", () => {
	const options = { cookie: "a=b", pinned: true };
	expect(mergeOptions(options, { pinned: false, cookie: undefined })).toEqual({ cookie: "a=b", pinned: false });
	expect(mergeOptions(options, {})).toEqual(options);
});

test("compares options regardless of order and undefined values", () => {
	expect(sameOptions({ cookie: "a", pinned: true }, { pinned: true, proxy: undefined, cookie: "a" })).toBe(true);
	expect(sameOptions({ cookie: "" }, {})).toBe(false);
	expect(sameOptions({ pinned: true }, { pinned: false })).toBe(false);
});

const further = (options: RoomOptions) => sessionOptions(options).slice(1);

test("derives further sessions from the first, within redundancy", () => {
	const options: RoomOptions = { identity: "main", raw: true, redundancy: 3, sessions: [{ identity: "other" }] };
	expect(further(options)).toEqual([
		{ identity: "other", raw: true, redundancy: 3 },
		{ identity: "main", raw: true, redundancy: 3 },
	]);
	expect(further({ ...options, redundancy: 2 })).toHaveLength(1);
	expect(further({ ...options, redundancy: 1 })).toEqual([]);
	// A cookie of its own replaces the first one's identity.
	expect(further({ ...options, redundancy: 2, sessions: [{ cookie: "a=b" }] })).toMatchObject([
		{ identity: undefined, cookie: "a=b" },
	]);
});
