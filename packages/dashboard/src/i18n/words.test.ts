import { readdirSync, readFileSync } from "node:fs";
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

/** Texts that are only shown for more than one. */
const several = ["shell.add.several", "help.diagnosis.files", "room.feed.liked.many", "settings.notices.tooMany"];

test("has a singular for every counted plural", () => {
	const counting = textsOf(en).filter(([, text]) =>
		/\{\w+\} (more )?(?!ms\b|vs\b|is\b|was\b)[a-z]+[a-z]s\b/.test(text),
	);
	expect(counting.length).toBeGreaterThan(20);
	const lacking = counting.filter(([key, text]) => !text.includes(" | ") && !several.includes(key));
	expect(lacking).toEqual([]);
});

/** Returns the arguments of each `t("key", …)` in a source file. */
function callsIn(source: string): [key: string, rest: string[]][] {
	return [...source.matchAll(/\bt\((["'`])([\w.]+)\1/g)].map(({ 0: start, 2: key = "", index }) => {
		const rest: string[] = [];
		let depth = 1;
		for (const char of source.slice(index + start.length)) {
			if (/[)}\]]/.test(char)) depth--;
			if (depth === 0) break;
			if (char === "," && depth === 1) rest.push("");
			else rest.push(`${rest.pop() ?? ""}${char}`);
			if (/[({[]/.test(char)) depth++;
		}
		return [key, rest];
	});
}

test("passes a count to every text with a plural", () => {
	const plural = new Set(textsOf(en).flatMap(([key, text]) => (text.includes(" | ") ? [key] : [])));
	const root = new URL("..", import.meta.url);
	const calls = readdirSync(root, { recursive: true, encoding: "utf8" })
		.filter((path) => /(?<!\.test)\.(vue|ts)$/.test(path))
		.flatMap((path) => callsIn(readFileSync(new URL(path.replaceAll("\\", "/"), root), "utf8")))
		.filter(([key]) => plural.has(key));
	expect(calls.length).toBeGreaterThan(20);
	// An object whose `n` or `count` is a number says it too.
	const counts = ([first = "", second]: string[]) =>
		second !== undefined || !first.trim().startsWith("{") ? first !== "" : /\b(n|count)\b(?!: n\()/.test(first);
	expect(calls.filter(([, rest]) => !counts(rest))).toEqual([]);
});

test("names every selectable event type in both languages", async () => {
	const { commonTypes } = await import("../settings/target-input.ts");
	for (const { room } of [zh, en]) expect(Object.keys(room.type)).toEqual(expect.arrayContaining([...commonTypes]));
});
