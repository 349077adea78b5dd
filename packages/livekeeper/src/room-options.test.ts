import { expect, test } from "vitest";
import { mergeOptions, type RoomOptions, sameOptions, sessionOptions } from "./room-options.ts";

test("a change keeps what it leaves out, and can take a pin off", () => {
	const options = { cookie: "a=b", pinned: true };
	expect(mergeOptions(options, { pinned: false, cookie: undefined })).toEqual({ cookie: "a=b", pinned: false });
	expect(mergeOptions(options, {})).toEqual(options);
});

test("options are the same whatever their order, and with or without what is undefined", () => {
	expect(sameOptions({ cookie: "a", pinned: true }, { pinned: true, proxy: undefined, cookie: "a" })).toBe(true);
	expect(sameOptions({ cookie: "" }, {})).toBe(false);
	expect(sameOptions({ pinned: true }, { pinned: false })).toBe(false);
});

const further = (options: RoomOptions) => sessionOptions(options).slice(1);

test("each further session is as the first but for what it gives, and there are no more than the room keeps", () => {
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
