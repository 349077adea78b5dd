import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Lists the repository's files of these patterns, without generated ones. */
function filesOf(...patterns: string[]): string[] {
	const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns], {
		cwd: root,
		encoding: "utf8",
	});
	return listed.split("\n").filter((path) => path !== "" && !/\/gen\/|scripts\/words\.test\.ts$/.test(path));
}

const textOf = (path: string) => readFileSync(`${root}${path}`, "utf8");

/** Words that the field does not use for what is meant, with those that it does. */
const words: [old: RegExp, better: string][] = [
	[/\b(un)?told\b|\btells\b/i, "notify, report, answer"],
	[/\b(goes|go|going|went) on\b(?! (to|the|a|sale)\b)/i, "continue, resume"],
	[/\bsomebody\b/i, "a client, a person"],
	[/\banew\b/i, "again"],
	[/\blively\b/i, "active"],
	[/\bbarren\b/i, "empty"],
	[/\bmend(s|ed|ing)?\b/i, "repair"],
	[/\berrands?\b/i, "request"],
	[/\bbur(y|ies|ied)\b/i, "dead-letter"],
];

/** Names that stand for a limit or a memory in words of this project alone. */
const names: [old: RegExp, better: string][] = [
	[/^(most|longest)(?!Patient|Failed|Recent|Likely)[A-Z]/, "max…"],
	[/^least[A-Z]/, "min…"],
	[/^(goesOn|goOn)/, "continues, resume"],
	[/^(told|telling|tellingOf)$|^told[A-Z]|[a-z]Told$/, "reported, notified"],
	[/^(stretch|stretches)$/, "range"],
	[/barren|[Ll]ively|[Ee]rrand/, "empty…, active, request"],
	[/^(again|rejoin)Ms$/, "retryMs"],
];

interface Finding {
	place: string;
	found: string;
	better: string;
}

interface Comment {
	text: string;
	line: number;
	/** Whether it belongs to the line above it. */
	continues: boolean;
}

function findIn(file: string, { text, line }: Pick<Comment, "text" | "line">): Finding[] {
	// Quoted words are a product's or a protocol's.
	const own = text.replaceAll(/`[^`]*`|"[^"]*"|“[^”]*”/g, "");
	return words.flatMap(([old, better]) => {
		const [found] = old.exec(own) ?? [];
		return found === undefined ? [] : [{ place: `${file}:${line}`, found, better }];
	});
}

function badName(name: string): Pick<Finding, "found" | "better">[] {
	return names.flatMap(([old, better]) => (old.test(name.replace(/^#/, "")) ? [{ found: name, better }] : []));
}

/** Reads a source file's comments, declared names and titles of tests, each with its line. */
function partsOf(file: string) {
	const text = textOf(file);
	const script = file.endsWith(".vue") ? (/<script[^>]*>([\s\S]*?)<\/script>/.exec(text)?.[1] ?? "") : text;
	const source = ts.createSourceFile(file, script, ts.ScriptTarget.Latest, true);
	const lineOf = (at: number) => source.getLineAndCharacterOfPosition(at).line + 1;
	const comments = new Map<number, Comment>();
	const identifiers: [string, number][] = [];
	const titles: [string, number][] = [];
	const visit = (node: ts.Node) => {
		for (const { pos, end } of ts.getLeadingCommentRanges(script, node.getFullStart()) ?? []) {
			const body = script.slice(pos, end).replaceAll(/^\/\*+|\*+\/$|^\s*\*|^\/\//gm, "");
			const before = comments.get(lineOf(pos) - 1);
			comments.set(lineOf(pos), {
				text: body.trim(),
				line: lineOf(pos),
				continues: before !== undefined && script.startsWith("//", pos),
			});
		}
		if (isDeclared(node)) identifiers.push([node.text, lineOf(node.getStart())]);
		const title = titleOf(node);
		if (title) titles.push([title.text, lineOf(title.getStart())]);
		ts.forEachChild(node, visit);
	};
	visit(source);
	return { comments: [...comments.values()], identifiers, titles };
}

function isDeclared(node: ts.Node): node is ts.Identifier | ts.PrivateIdentifier {
	if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return false;
	const { parent } = node;
	return "name" in parent && parent.name === node && !ts.isPropertyAccessExpression(parent);
}

/** Returns the title of a test, if this is one with a literal title. */
function titleOf(node: ts.Node): ts.StringLiteralLike | undefined {
	if (!ts.isCallExpression(node)) return undefined;
	const [title] = node.arguments;
	const callee = node.expression.getText();
	if (!/^(test|it)(\.\w+(\([^)]*\))?)*$/s.test(callee) || !title) return undefined;
	return ts.isStringLiteralLike(title) ? title : undefined;
}

const patterns = [
	"packages/*.ts",
	"packages/*.vue",
	"e2e/*.ts",
	"bench/*.ts",
	"scripts/*.ts",
	"scripts/*.mjs",
	"*.config.*",
];
const sources = filesOf(...patterns).map((file) => ({ file, ...partsOf(file) }));

test("says in the field's words what code does", () => {
	const findings = sources.flatMap(({ file, comments, identifiers, titles }) => [
		...comments.flatMap((comment) => findIn(file, comment)),
		...titles.flatMap(([text, line]) => findIn(file, { text, line })),
		...identifiers.flatMap(([name, line]) => badName(name).map((found) => ({ place: `${file}:${line}`, ...found }))),
	]);
	expect(findings).toEqual([]);
});

test("begins comments with their subject", () => {
	const findings = sources.flatMap(({ file, comments }) =>
		comments
			.filter(({ text, continues }) => !continues && /^(What|Of|Who|Whose|That)\b(?! (is|are|was) \w+\?)/.test(text))
			.map(({ text, line }) => `${file}:${line}: ${text.slice(0, 80)}`),
	);
	expect(findings).toEqual([]);
});

test("titles tests with a verb phrase of ten words", () => {
	const findings = sources
		.filter(({ file }) => file.endsWith(".test.ts"))
		.flatMap(({ file, titles }) =>
			titles
				.filter(([text]) => text.split(/\s+/).length > 10 || /^(that|where|of|so|it|should)\b/i.test(text))
				.map(([text, line]) => `${file}:${line}: ${text}`),
		);
	expect(findings).toEqual([]);
});

test("says in the field's words what users read", () => {
	const pages = filesOf("*.md", "docs/*.md", "packages/*.md", "examples/*.md").filter(
		(path) => !path.includes("zh-CN"),
	);
	const findings = pages.flatMap((file) =>
		textOf(file)
			.split("\n")
			.flatMap((text, i) => findIn(file, { text, line: i + 1 })),
	);
	expect(findings).toEqual([]);
});
