import { expect, test } from "vitest";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

/** Returns every text with its key path. */
function textsOf(messages: object, place = ""): [string, string][] {
	return Object.entries(messages).flatMap(([key, value]: [string, unknown]): [string, string][] => {
		const here = place === "" ? key : `${place}.${key}`;
		if (typeof value === "string") return [[here, value]];
		return typeof value === "object" && value !== null ? textsOf(value, here) : [];
	});
}

/** Terms that mean nothing to a user of the page: files, commands, raw option names, event names. */
const foreign = /docs\/|\.md\b|livekeeper (identity|serve)|strategy|gifts_withheld|service_down/;

test("keeps files, commands and codes out of the English texts", () => {
	const texts = textsOf(en);
	expect(texts.length).toBeGreaterThan(300);
	const found = texts.filter(([, text]) => foreign.test(text) && !/adaptive strategy/.test(text));
	expect(found).toEqual([]);
});

test("names every selectable event type in both languages", async () => {
	const { commonTypes } = await import("../settings/target-input.ts");
	for (const { room } of [zh, en]) expect(Object.keys(room.type)).toEqual(expect.arrayContaining([...commonTypes]));
});
