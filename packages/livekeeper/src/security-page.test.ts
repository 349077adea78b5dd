import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = readFileSync(`${root}docs/security.md`, "utf8");
const link = /\[([^\]]+)\]\(\.\.\/([^)]+\.test\.ts)\)/g;

const lines = page.split("\n").filter((line) => line.startsWith("|") && !/^\| (what|-+) +\|/.test(line));
const tests = [...page.matchAll(link)].map(([, title = "", file = ""]) => ({ title, file }));

test("every line of the page of security names the test that holds it", () => {
	expect(lines.length).toBeGreaterThan(25);
	for (const line of lines) expect(line).toMatch(new RegExp(link.source));
});

test.each(tests)("$file has the test that the page of security names: $title", ({ title, file }) => {
	expect(existsSync(root + file)).toBe(true);
	expect(readFileSync(root + file, "utf8").split(/["`]/)).toContain(title);
});

test("the Chinese page has as many lines in each part", () => {
	const partsOf = (markdown: string) =>
		markdown.split(/^## /m).map((part) => part.split("\n").filter((line) => /^[|-]/.test(line)).length);
	expect(partsOf(readFileSync(`${root}docs/security.zh-CN.md`, "utf8"))).toEqual(partsOf(page));
});
