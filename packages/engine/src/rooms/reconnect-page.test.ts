import { readFileSync } from "node:fs";
import { codeNames } from "@livekeeper/base/text";
import { type FailureReason, failureClasses, failureReasons } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { failureHelp } from "../text/index.ts";

const pages = [
	{
		file: "reconnect.md",
		language: "en",
		heading: "## Failure classes",
		state: /[Tt]he state is `(\w+)`/,
		shared: /Counts for the outage mode/,
		blamesHost: /[Cc]ounts.*against the host/,
	},
	{
		file: "reconnect.zh-CN.md",
		language: "zh",
		heading: "## 失败的类别",
		state: /状态为 `(\w+)`/,
		shared: /计入大面积断线/,
		blamesHost: /计入主机/,
	},
] as const;

/** Returns the page's failure sections by the code that each begins with. */
function sectionsOf({ file, heading }: (typeof pages)[number]): Map<string, string> {
	const page = readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), "utf8");
	const sections = page.slice(page.indexOf(heading)).split("\n### ").slice(1);
	return new Map(
		sections.map((section) => {
			const [name = "", ...text] = section.split("\n");
			return [name, text.join("\n")] as const;
		}),
	);
}

describe.each(pages)("$file", (page) => {
	const sections = sectionsOf(page);

	test("has exactly one section per failure class, in table order", () => {
		expect([...sections.keys()]).toEqual(failureReasons);
	});

	describe.each(Object.entries(failureClasses))("section of %s", (name, kind) => {
		const section = sections.get(name) ?? "";

		test("says what the status says", () => {
			expect(section).toContain(failureHelp[name as FailureReason][page.language]);
		});

		test("gives the state, outage mode and host of the table", () => {
			expect(page.state.exec(section)?.[1] ?? "reconnecting").toBe(kind.state);
			expect(page.shared.test(section)).toBe(kind.shared);
			expect(page.blamesHost.test(section)).toBe(kind.blamesHost);
		});
	});
});

test("names each class in Chinese as the status does", () => {
	const names = [...sectionsOf(pages[1])].map(([code, section]) => [code, /\*\*(.+)。\*\*/.exec(section)?.[1]]);
	const classes = Object.keys(failureHelp) as FailureReason[];
	expect(names).toEqual(classes.map((code) => [code, codeNames.reason[code].zh]));
});

/** Returns the first cells of the page's table of concepts. */
function conceptsOf(file: string): { name: string; adaptive: boolean }[] {
	const page = readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), "utf8");
	const [, table = ""] = /\n\| (?:concept|概念) .*\n.*\n((?:\|.*\n)+)/.exec(page) ?? [];
	return [...table.matchAll(/^\| (.+?) +\| (.*)$/gm)].map(([, name = "", text = ""]) => ({
		name,
		adaptive: text.startsWith("`adaptive`"),
	}));
}

test("lists the glossary's terms as concepts, in order", () => {
	const source = readFileSync(new URL("room-state.ts", import.meta.url), "utf8");
	const terms = [...source.matchAll(/^ \* - (.+?): /gm)].map(([, term]) => term);
	const concepts = conceptsOf("reconnect.md");
	expect(terms.length).toBeGreaterThan(0);
	expect(concepts.filter(({ adaptive }) => !adaptive).map(({ name }) => name)).toEqual(terms);
	expect(conceptsOf("reconnect.zh-CN.md").map(({ adaptive }) => adaptive)).toEqual(
		concepts.map(({ adaptive }) => adaptive),
	);
});
