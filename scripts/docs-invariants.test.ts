import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
	.map((name) => `packages/${name.replaceAll("\\", "/")}`)
	.filter((name) => /^(?!.*\/(node_modules|dist)\/).*\/INVARIANTS\.md$/.test(name));
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

/** A test that a page names: `path` › "title", with the path relative to the page. */
const named = /`([^`]+\.ts)` › "(.+)"$/;

const known = new Map<string, Set<string>>();

/** Returns the titles in a test file as its source has them, with the placeholders of `test.each`. */
function titlesIn(file: string): Set<string> {
	const titles = known.get(file) ?? readTitles(file);
	known.set(file, titles);
	return titles;
}

function readTitles(file: string): Set<string> {
	const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
	const titles = new Set<string>();
	const visit = (node: ts.Node): void => {
		const [title] = ts.isCallExpression(node) && isTest(node.expression) ? node.arguments : [];
		if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
			titles.add(title.getText(source).slice(1, -1));
		}
		node.forEachChild(visit);
	};
	visit(source);
	return titles;
}

/** Whether a called expression is `test`, `it`, or made of one of them: `test.each([…])`, `it.skipIf(…)`. */
function isTest(called: ts.Expression): boolean {
	if (ts.isIdentifier(called)) return called.text === "test" || called.text === "it";
	if (ts.isTaggedTemplateExpression(called)) return isTest(called.tag);
	return (ts.isPropertyAccessExpression(called) || ts.isCallExpression(called)) && isTest(called.expression);
}

/** Returns the tests on a page that don't exist. */
function deadTestsOf(page: string): string[] {
	return textOf(page)
		.split("\n")
		.filter((line) => line.includes(" › "))
		.flatMap((line) => {
			const [, path = "", title = ""] = named.exec(line) ?? [];
			const file = join(root, dirname(page), path);
			if (title === "" || !/\.(test|helpers)\.ts$/.test(path)) return [`names no test: ${line.trim()}`];
			if (!existsSync(file)) return [`no such file: ${path}`];
			return titlesIn(file).has(title) ? [] : [`no such test: ${path} › ${title}`];
		});
}

test("exist for each package and each part of livekeeper", () => {
	const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/INVARIANTS.md`);
	const parts = ["cluster"];
	expect(pages.toSorted()).toEqual(
		[...packages, ...parts.map((part) => `packages/livekeeper/src/${part}/INVARIANTS.md`)].toSorted(),
	);
});

test.each(pages)("%s names only tests that exist", (page) => {
	expect(deadTestsOf(page)).toEqual([]);
});

test.each(pages)("%s numbers its promises and names a test for each", (page) => {
	const [, promises = ""] = /^## Promises\n([\s\S]*?)^## /m.exec(textOf(page)) ?? [];
	const items = promises.trim().split(/\n(?=\d+\. )/);
	expect(items.length).toBeGreaterThan(3);
	expect(items.map((item) => Number.parseInt(item, 10))).toEqual(items.map((_, i) => i + 1));
	expect(items.filter((item) => !item.includes(" › "))).toEqual([]);
});

test("finds titles of every form, and no other strings", () => {
	const file = join(root, "scripts/docs-invariants.test.ts");
	expect([...titlesIn(file)]).toEqual([
		"exist for each package and each part of livekeeper",
		"%s names only tests that exist",
		"%s numbers its promises and names a test for each",
		"finds titles of every form, and no other strings",
	]);
});
