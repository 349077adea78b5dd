import { expect, test } from "vitest";
import { parseTotal } from "./total-seen.ts";

test.each([
	["1234", 1_234, 1],
	["12,345", 12_345, 1],
	["1.2万", 12_000, 1_000],
	["1.25万", 12_500, 100],
	["3w", 30_000, 10_000],
	["5.5k", 5_500, 100],
	["1.1亿", 110_000_000, 10_000_000],
	["10万+", 100_000, 10_000],
	["0", 0, 1],
])("reads %s", (text, value, step) => {
	expect(parseTotal(text)).toEqual({ value, step });
});

test.each(["", "***", "1***", "第3名", "1.2.3万", "-5", "1e9", "万", "99999999999999999999"])(
	"reads no number from %j",
	(text) => {
		expect(parseTotal(text)).toBeUndefined();
	},
);
