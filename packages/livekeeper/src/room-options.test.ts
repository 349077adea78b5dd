import { expect, test } from "vitest";
import { mergeOptions, sameOptions } from "./room-options.ts";

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
