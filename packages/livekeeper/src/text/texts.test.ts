import { pluralsOfOne, textsIn, wrongOf } from "@livekeeper/base/src/text/texts.helpers.ts";
import { expect, test } from "vitest";
import * as catalogue from "./catalogue.ts";
import { besideTexts } from "./index.ts";

const all = textsIn(catalogue, "livekeeper");

test("has English in English and Chinese in Chinese", () => {
	expect(all.length).toBeGreaterThan(400);
	expect(wrongOf(all)).toEqual([]);
});

test("uses the singular after the number 1", () => {
	expect(pluralsOfOne(all)).toEqual([]);
});

test.each([
	[8, "ahead of", "晚 8 小时"],
	[-5, "behind", "早 5 小时"],
])("agrees in both languages about a name %i h off", (hours, en, zh) => {
	const text = besideTexts.otherZone("a.mp4", hours);
	expect(text.en).toContain(en);
	expect(text.zh).toContain(zh);
});
