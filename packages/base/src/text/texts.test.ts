import { DouyinError, failureReasons, InputError } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { errorTable } from "../errors.ts";
import { pkScoreText } from "./event-words.ts";
import * as catalogue from "./index.ts";
import {
	besideTexts,
	deliveryText,
	failureText,
	listed,
	moneyTexts,
	noSuchKind,
	sentence,
	type Text,
} from "./index.ts";
import { inputText } from "./inputs.ts";
import { issueText } from "./issues.ts";

/** Words of a sentence: three in a row. Names, codes, options and commands occur alone, in pairs, or in quotes. */
const englishSentence = /\b[A-Za-z][a-z']+(?: [a-z][a-z']+){2,}/;
const han = /\p{Script=Han}|[，。；：（）“”、]/u;

function withoutQuotes(text: string): string {
	return text.replace(/`[^`]*`|"[^"]*"|https?:\S+|\/[\w/{}-]+|livekeeper [a-z]+[^\n，。]*/g, "");
}

/** Returns the faults of a text in two languages. */
function faultsOf({ en, zh }: Text): string[] {
	const faults: string[] = [];
	if (han.test(en)) faults.push("its English has Chinese");
	if (englishSentence.test(withoutQuotes(zh))) faults.push("its Chinese has an English sentence");
	// A name in both languages needs no translation.
	if (/[a-z]{3,} [a-z]{2,}/.test(en) && !han.test(zh)) faults.push("it is not translated");
	return faults.map((fault) => `${fault}: ${en} | ${zh}`);
}

const wrongOf = (texts: readonly (readonly [string, Text])[]) =>
	texts.flatMap(([path, text]) => faultsOf(text).map((fault) => `${path}: ${fault}`));

/** Stands in for any value that a text is made with: a number, a name or a list. */
const anything = Object.assign(new Number(7), { join: () => "7", map: () => ["7"] });

function textsIn(value: unknown, path: string): [string, Text][] {
	if (typeof value === "function") {
		return [anything, 0, 1, undefined].flatMap((given, i): [string, Text][] => {
			try {
				const made: unknown = value(...Array.from({ length: 6 }, () => given));
				return isText(made) && !made.en.includes("undefined") ? [[`${path}(${i})`, made]] : [];
			} catch {
				// Some texts can't be made without real values.
				return [];
			}
		});
	}
	if (typeof value !== "object" || value === null) return [];
	if (isText(value)) return [[path, value]];
	return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path}.${name}`));
}

function isText(value: unknown): value is Text {
	const { en, zh } = (value ?? {}) as Partial<Text>;
	return typeof en === "string" && typeof zh === "string";
}

const { verbatim: _same, ...translated } = catalogue;
const all = Object.entries(translated).flatMap(([name, value]) => textsIn(value, name));

test("looks through the whole catalogue", () => {
	expect(all.length).toBeGreaterThan(250);
	for (const name of [
		"roomTexts.offline",
		"decisionTexts.schedule(0)",
		"healthTexts.rhythm(0)",
		"permitTexts.elsewhere",
	]) {
		expect(all.map(([path]) => path)).toContain(name);
	}
});

test("has English in English and Chinese in Chinese", () => {
	expect(wrongOf(all)).toEqual([]);
	expect(wrongOf(Object.entries(errorTable).map(([code, { hint }]) => [code, hint]))).toEqual([]);
	const foreignCookie = new InputError("foreign_cookie", "The export holds no cookie of douyin.com.");
	const others: [string, Text][] = [
		["a foreign cookie", inputText(foreignCookie)],
		["a redirect", deliveryText({ code: "redirect_refused", message: "It was not followed." })],
		["a status", deliveryText({ code: "http_status", message: "The receiver answered 500.", status: 500 })],
	];
	expect(wrongOf(others)).toEqual([]);
});

const verbs = "is|was|has|does|exists|expires|gives|holds|matches|pushes|resolves|starts|takes|turns|works";
/** A plural after the number 1. */
const pluralOfOne = new RegExp(`(?<![\\w.:/-])1 (?:more |older |failed )?(?!(?:ms|${verbs})\\b)[a-z]{2,}s\\b`);

test("uses the singular after the number 1", () => {
	expect(all.filter(([, { en }]) => pluralOfOne.test(en)).map(([path, { en }]) => `${path}: ${en}`)).toEqual([]);
	for (const text of ["1 rooms", "in 1 more rooms", "(1 diamonds)", "1 messages/min"])
		expect(text).toMatch(pluralOfOne);
	for (const text of ["1 room", "101 rooms", "v0.1 rooms", "1 ms", "1 is"]) expect(text).not.toMatch(pluralOfOne);
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

test("makes a clause a sentence", () => {
	expect(sentence({ en: "room 1 tries", zh: "房间" })).toEqual({ en: "Room 1 tries.", zh: "房间。" });
});

describe("finding of a schema", () => {
	test("uses the words of the schema's own check", () => {
		const own = { code: "invalid_format", message: "expected 1 or 0", details: {} };
		expect(issueText(own).zh).toBe("应为 1 或 0");
		const text = noSuchKind("gfit", "chat, gift");
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

test.each([
	[8, "ahead of", "晚 8 小时"],
	[-5, "behind", "早 5 小时"],
])("agrees in both languages about a name %i h off", (hours, en, zh) => {
	const text = besideTexts.otherZone("a.mp4", hours);
	expect(text.en).toContain(en);
	expect(text.zh).toContain(zh);
});
