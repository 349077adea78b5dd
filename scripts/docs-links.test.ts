import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const documents = [
	...readdirSync(root).filter((name) => name.endsWith(".md")),
	...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).flatMap((name) =>
		name.endsWith(".md") ? [`docs/${name}`] : [],
	),
	...readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
		.map((name) => `packages/${name.replaceAll("\\", "/")}`)
		.filter((name) => /^(?!.*\/(node_modules|dist)\/).*\/(README|REFERENCE|INVARIANTS)\.md$/.test(name)),
];

/** Returns the anchors of headings, as code hosts make them. */
function anchors(markdown: string): Set<string> {
	const headings = markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm);
	return new Set(
		[...headings].map(([, text = ""]) =>
			text
				.toLowerCase()
				.replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
				.trim()
				.replaceAll(/\s/g, "-"),
		),
	);
}

/** Returns links of a document that lead to no file of the project, or to no heading of it. */
function deadLinksOf(document: string): string[] {
	const markdown = readFileSync(join(root, document), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
	return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
		if (/^[a-z]+:/.test(target)) return [];
		const [path = "", heading] = target.split("#");
		const file = path === "" ? join(root, document) : resolve(dirname(join(root, document)), path);
		if (!existsSync(file)) return [`${document}: ${target}`];
		const known = heading === undefined || anchors(readFileSync(file, "utf8")).has(decodeURIComponent(heading));
		return known ? [] : [`${document}: ${target}`];
	});
}

test("every link leads to a file and a heading", () => {
	expect(documents.flatMap(deadLinksOf)).toEqual([]);
});

/** Whether a page of docs/ also exists in Chinese. */
const hasChinese = (page: string) => existsSync(join(root, "docs", page.replace(/\.md$/, ".zh-CN.md")));

test("Chinese pages lead to Chinese pages", () => {
	const wrong = documents
		.filter((document) => document.endsWith(".zh-CN.md"))
		.flatMap((document) => {
			const own = document.replace(/^docs\//, "").replace(".zh-CN", "");
			const targets = readFileSync(join(root, document), "utf8").matchAll(/\]\((?:docs\/)?([a-z-]+\.md)/g);
			const pages = [...targets].map(([, page = ""]) => page);
			// Its own English page is the other language.
			return pages.filter((page) => page !== own && hasChinese(page)).map((page) => `${document}: ${page}`);
		});
	expect(wrong).toEqual([]);
});
