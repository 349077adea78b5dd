import { pluralsOfOne, textsIn, wrongOf } from "@livekeeper/base/src/text/texts.helpers.ts";
import { DouyinError, failureReasons, InputError } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import * as catalogue from "./catalogue.ts";
import { failureText } from "./index.ts";
import { inputText } from "./inputs.ts";

const all = textsIn(catalogue, "engine");

test("has English in English and Chinese in Chinese", () => {
	expect(all.length).toBeGreaterThan(40);
	for (const name of [
		"roomTexts.offline",
		"decisionTexts.schedule(0)",
		"healthTexts.rhythm(0)",
		"permitTexts.elsewhere",
	]) {
		expect(all.map(([path]) => path)).toContain(`engine.${name}`);
	}
	const foreignCookie = new InputError("foreign_cookie", "The export holds no cookie of douyin.com.");
	expect(wrongOf([["a foreign cookie", inputText(foreignCookie)]])).toEqual([]);
	expect(wrongOf(all)).toEqual([]);
});

test("uses the singular after the number 1", () => {
	expect(pluralsOfOne(all)).toEqual([]);
});

test("translates failures whatever English the upstream sent", () => {
	for (const reason of failureReasons) {
		const message = "The thing failed.";
		const text = failureText({ reason, message, host: "push.example", status: 415, cause: { code: "EPIPE" } });
		expect(text.zh).toContain("push.example，HTTP 415，EPIPE");
		const input = inputText(new DouyinError(reason, message));
		expect(
			wrongOf([
				[reason, text],
				[`${reason}, as input`, input],
			]),
		).toEqual([]);
	}
});
