import { pluralsOfOne, textsIn, wrongOf } from "@livekeeper/base/src/text/texts.helpers.ts";
import { listed } from "@livekeeper/base/text";
import { expect, test } from "vitest";
import * as catalogue from "./catalogue.ts";
import { pkScoreText } from "./event-words.ts";
import { deliveryText, moneyTexts } from "./index.ts";

const all = textsIn(catalogue, "targets");

test("has English in English and Chinese in Chinese", () => {
	expect(all.length).toBeGreaterThan(100);
	const refused = deliveryText({ code: "redirect_refused", message: "It was not followed." });
	const answered = deliveryText({ code: "http_status", message: "The receiver answered 500.", status: 500 });
	expect(
		wrongOf([
			["a redirect", refused],
			["a status", answered],
		]),
	).toEqual([]);
	expect(wrongOf(all)).toEqual([]);
});

test("uses the singular after the number 1", () => {
	expect(pluralsOfOne(all)).toEqual([]);
});

test("joins wishes with the comma of each language", () => {
	expect(moneyTexts.wishes(listed(["1/2", "3/4"])).zh).toContain("1/2、3/4");
});

test("uses the brackets of each language around a side's gifters", () => {
	const contributors = [
		{ id: "1", nickname: "a", score: "9" },
		{ id: "2", nickname: "b", score: "3" },
	];
	const event = { sides: [{ id: "7", name: "x", display: "22", contributors }] } as never;
	expect(pkScoreText(event)).toMatchObject({
		en: expect.stringContaining("x 22 (a 9, b 3)"),
		zh: expect.stringContaining("x 22（a 9、b 3）"),
	});
});
