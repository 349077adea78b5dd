import { describe, expect, test } from "vitest";
import { errorTable } from "../errors.ts";
import * as catalogue from "./index.ts";
import { listed, sentence, type Text } from "./index.ts";
import { issueText } from "./issues.ts";
import { pluralOfOne, pluralsOfOne, textsIn, wrongOf } from "./texts.helpers.ts";

const { verbatim: _same, ...translated } = catalogue;
const all = textsIn(translated, "base");

test("looks through the whole catalogue", () => {
	expect(all.length).toBeGreaterThan(150);
	for (const name of ["base.requestTexts.roomNotActive(0)", "base.codeNames.reason.network"]) {
		expect(all.map(([path]) => path)).toContain(name);
	}
});

test("has English in English and Chinese in Chinese", () => {
	expect(wrongOf(all)).toEqual([]);
	expect(wrongOf(Object.entries(errorTable).map(([code, { hint }]) => [code, hint]))).toEqual([]);
});

test("finds each fault of a text", () => {
	const faults: [string, Text][] = [
		["a", { en: "中文", zh: "中文" }],
		["b", { en: "words of this", zh: "中文 and some words" }],
		["c", { en: "some words", zh: "words" }],
	];
	expect(wrongOf(faults)).toEqual([
		"a: its English has Chinese: 中文 | 中文",
		"b: its Chinese has an English sentence: words of this | 中文 and some words",
		"c: it is not translated: some words | words",
	]);
});

test("uses the singular after the number 1", () => {
	expect(pluralsOfOne(all)).toEqual([]);
	for (const text of ["1 rooms", "in 1 more rooms", "(1 diamonds)", "1 messages/min"])
		expect(text).toMatch(pluralOfOne);
	for (const text of ["1 room", "101 rooms", "v0.1 rooms", "1 ms", "1 is"]) expect(text).not.toMatch(pluralOfOne);
});

test("makes a clause a sentence", () => {
	expect(sentence({ en: "room 1 tries", zh: "房间" })).toEqual({ en: "Room 1 tries.", zh: "房间。" });
});

describe("finding of a schema", () => {
	test("uses the words of the schema's own check", () => {
		const own = { code: "invalid_format", message: "expected 1 or 0", details: {} };
		expect(issueText(own).zh).toBe("应为 1 或 0");
		const text = { en: "there is no gfit", zh: "没有 gfit" };
		expect(issueText({ code: "custom", message: text.en, details: { params: { text } } })).toBe(text);
	});

	test("translates zod's messages into Chinese", () => {
		const type = {
			code: "invalid_type",
			message: "Invalid input: expected string, received number",
			details: { expected: "string" },
		};
		expect(issueText(type)).toEqual({ en: type.message, zh: "应为 string，实际为 number" });
		const keys = { code: "unrecognized_keys", message: 'Unrecognized key: "x"', details: { keys: ["x"] } };
		expect(issueText(keys).zh).toContain("未知的键");
	});
});

test("joins a list with the comma of each language", () => {
	expect(listed(["a", { en: "b", zh: "乙" }])).toEqual({ en: "a, b", zh: "a、乙" });
});
