import { pluralsOfOne, textsIn, wrongOf } from "@livekeeper/base/src/text/texts.helpers.ts";
import { expect, test } from "vitest";
import * as catalogue from "./index.ts";

const { logLines: _lines, ...texts } = catalogue;
const all = textsIn(texts, "log");

test("has English in English and Chinese in Chinese", () => {
	expect(all.length).toBeGreaterThan(80);
	expect(wrongOf(all)).toEqual([]);
});

test("uses the singular after the number 1", () => {
	expect(pluralsOfOne(all)).toEqual([]);
});
