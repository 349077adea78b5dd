import { expect, test } from "vitest";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

/** Every text with its place. */
function textsOf(messages: object, place = ""): [string, string][] {
	return Object.entries(messages).flatMap(([key, value]: [string, unknown]): [string, string][] => {
		const here = place === "" ? key : `${place}.${key}`;
		if (typeof value === "string") return [[here, value]];
		return typeof value === "object" && value !== null ? textsOf(value, here) : [];
	});
}

/** What says nothing to who looks at the page: files, commands, options as they are written, names of events. */
const foreign = /docs\/|\.md\b|livekeeper (identity|serve)|strategy|gifts_withheld|service_down/;

test("no English text of the page names a file, a command or a code; the Chinese are looked through with the service's", () => {
	const texts = textsOf(en);
	expect(texts.length).toBeGreaterThan(300);
	const found = texts.filter(([, text]) => foreign.test(text) && !/adaptive strategy/.test(text));
	expect(found).toEqual([]);
});

test("each kind of event that a target can be asked for has a name in both languages", async () => {
	const { commonTypes } = await import("../settings/target-input.ts");
	for (const { room } of [zh, en]) expect(Object.keys(room.type)).toEqual(expect.arrayContaining([...commonTypes]));
});
