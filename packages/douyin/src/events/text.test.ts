import { expect, it } from "vitest";
import { decodeCommonWithText, encodeCommonWithText, type TextInit } from "../wire/index.ts";
import { renderText } from "./text.ts";

const render = (displayText: TextInit) =>
	renderText(decodeCommonWithText(encodeCommonWithText({ displayText })).displayText);

it("fills a pattern's places with its pieces", () => {
	const pieces = [
		{ userValue: { user: { nickname: "虚构安娜" } } },
		{ giftValue: { nameRef: { defaultPattern: "小心心" } } },
		{ stringValue: "3" },
	];
	expect(render({ defaultPattern: "{0:user} 送出 {1:gift} x{2:string}", pieces })).toBe("虚构安娜 送出 小心心 x3");
});

it("empties places without a piece, and keeps other braces", () => {
	expect(render({ defaultPattern: "a{3}b{x}{", pieces: [] })).toBe("ab{x}{");
});

it("joins the pieces if there is no pattern", () => {
	expect(render({ pieces: [{ stringValue: "甲" }, {}, { stringValue: "乙" }] })).toBe("甲乙");
});

it("does not read user names as patterns", () => {
	expect(render({ defaultPattern: "{0}", pieces: [{ stringValue: "{0}$&" }] })).toBe("{0}$&");
});

it("is empty for a missing text", () => {
	expect(renderText(undefined)).toBe("");
});

it("bounds a pattern that repeats its pieces", () => {
	const defaultPattern = "{0}".repeat(100_000);
	const text = render({ defaultPattern, pieces: [{ stringValue: "x".repeat(1000) }] });
	expect(text).toBe("x".repeat(10_000));
});
