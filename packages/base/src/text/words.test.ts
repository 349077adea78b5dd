import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");

/** Cells of the table under "Words". */
const rows = (read("CONTRIBUTING.md").split("\n## Words\n")[1] ?? "")
	.split("\n")
	.filter((line) => line.startsWith("| ") && !/^\| (Thing|--)/.test(line))
	.map((line) => line.split("|").map((cell) => cell.trim()));
const never = {
	en: rows.flatMap((cells) => cells[3]?.split(", ") ?? []).filter(Boolean),
	zh: rows.flatMap((cells) => cells[5]?.split("、") ?? []).filter(Boolean),
};

const han = /\p{Script=Han}/u;
/** Lines of sources with Chinese are texts for people; comments and identifiers are English. */
const sources = globSync(["packages/*/src/**/*.{ts,vue,html}", "extension/**/*.{json,html,js}"], { cwd: root })
	.filter((path) => !/\.(test|helpers)\.ts$/.test(path))
	// Text that people may paste, in their own words.
	.filter((path) => !/links[\\/]read-links\.ts$/.test(path));
const manual = globSync(["docs/*.zh-CN.md", "README.zh-CN.md"], { cwd: root });

function foundIn(path: string): string[] {
	return read(path)
		.split("\n")
		.filter((line) => han.test(line) && !/^\s*(\*|\/[*/])/.test(line))
		.flatMap((line) => wordsIn(line).map((word) => `${path}: ${word} in ${line.trim().slice(0, 120)}`));
}

const wordsIn = (line: string) => never.zh.filter((word) => line.includes(word));

test("uses one Chinese word for one thing", () => {
	expect(never.zh.length).toBeGreaterThan(10);
	expect(sources.length).toBeGreaterThan(100);
	expect(manual.length).toBeGreaterThan(20);
	expect([...sources, ...manual].flatMap(foundIn)).toEqual([]);
});

test("finds a Chinese word of the table within a sentence", () => {
	expect(wordsIn("没有这个直播号的直播间。")).toEqual(["直播号"]);
	expect(wordsIn("没有这个直播间号的直播间。")).toEqual([]);
});

const english = new RegExp(`\\b(${never.en.join("|")})s?\\b`, "gi");

/** Removes commands, flags, paths, fields and codes, which are named as they are written. */
function withoutCode(text: string): string {
	return text
		.replaceAll(/`[^`]*`|"[a-z]+"|\blivekeeper( [a-z]+)+|--[a-z-]+|\/[\w/{}.-]+|<\w+>/g, " ")
		.replaceAll(/\b\w+_\w+\b/g, " ");
}

const englishWordsIn = (text: string) => Array.from(withoutCode(text).matchAll(english), ([word]) => word);

/** Returns literals of a source that `isText` accepts, except types and names of properties. */
function literalsIn(path: string, isText: (node: ts.Node) => boolean): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		const isPart = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
		if (isPart && !ts.isLiteralTypeNode(node.parent) && isText(node)) found.push(node.text);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
	return found;
}

const catalogues = ["packages/*/src/text/en*.ts", "packages/dashboard/src/i18n/en.ts"];

test("uses one English word for one thing", () => {
	const files = globSync(catalogues, { cwd: root });
	const texts = [
		...files.flatMap((path) => literalsIn(path, () => true).map((text) => [path, text] as const)),
		...Object.values(
			JSON.parse(read("extension/_locales/en/messages.json")) as Record<string, { message: string }>,
		).map(({ message }) => ["extension", message] as const),
	];
	expect(files.length).toBeGreaterThan(3);
	expect(texts.length).toBeGreaterThan(2_000);
	const found = texts.flatMap(([path, text]) => englishWordsIn(text).map((word) => `${path}: ${word} in ${text}`));
	expect(found).toEqual([]);
});

/** Returns whether a node is a schema's `.describe("…")`, or a route's `summary` or `description`. */
function isDescription(node: ts.Node): boolean {
	const at = ts.isTemplateSpan(node.parent) || ts.isTemplateExpression(node.parent) ? whole(node.parent) : node;
	const { parent } = at;
	if (ts.isPropertyAssignment(parent)) return /^(summary|description)$/.test(parent.name.getText());
	return ts.isCallExpression(parent) && parent.arguments.includes(at as ts.Expression) && isDescribe(parent.expression);
}

const whole = (node: ts.Node): ts.Node => (ts.isTemplateExpression(node) ? node : whole(node.parent));

const isDescribe = (called: ts.Expression) =>
	(ts.isPropertyAccessExpression(called) && called.name.text === "describe") ||
	(ts.isIdentifier(called) && /^time$/.test(called.text));

test("uses the same words in the API's descriptions", () => {
	const files = globSync("packages/livekeeper/src/**/*.ts", { cwd: root }).filter(
		(path) => !/\.(test|helpers)\.ts$|[\\/]text[\\/]/.test(path),
	);
	const texts = files.flatMap((path) => literalsIn(path, isDescription).map((text) => [path, text] as const));
	expect(texts.length).toBeGreaterThan(500);
	const found = texts.flatMap(([path, text]) => englishWordsIn(text).map((word) => `${path}: ${word} in ${text}`));
	expect(found).toEqual([]);
});

test("finds English words within sentences, not within commands", () => {
	expect(englishWordsIn("There are no identities of the upstream.")).toEqual(["identities", "upstream"]);
	expect(englishWordsIn("Add one with: livekeeper identity set <name> --upstream-url; see `identity`.")).toEqual([]);
});
