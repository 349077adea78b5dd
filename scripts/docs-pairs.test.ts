import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const docs = fileURLToPath(new URL("../docs", import.meta.url));
const documents = readdirSync(docs, { recursive: true, encoding: "utf8" })
	.map((name) => name.replaceAll("\\", "/"))
	.filter((name) => name.endsWith(".md"));
const shapeOf = (name: string) => shape(readFileSync(join(docs, name), "utf8"));

test.each(["README.md", "README.zh-CN.md"])("%s, the source of the side bar, names every page", (first) => {
	const listed = Array.from(
		readFileSync(join(docs, first), "utf8").matchAll(/^- \[[^\]]+\]\(([^)]+)\)/gm),
		([, to]) => to,
	);
	const isChinese = first.endsWith(".zh-CN.md");
	const translated = (name: string) => name.replace(/\.md$/, ".zh-CN.md");
	const expected = documents
		.filter((name) => !name.endsWith(".zh-CN.md") && !name.startsWith("README"))
		.map((name) => (isChinese && documents.includes(translated(name)) ? translated(name) : name));
	expect(listed.toSorted()).toEqual(expected.toSorted());
});

/** Returns the parts of a page, in order: headings by level, blocks by language, tables by columns. */
function shape(markdown: string): string[] {
	const parts = markdown.matchAll(/^```(\w*)[\s\S]*?^```$|^(#+) .*$|^(\|[ :|-]+\|)$/gm);
	return Array.from(
		parts,
		([, block, heading, table]) => heading ?? (table ? `${table.split("|").length - 2} columns` : `\`\`\`${block}`),
	);
}

/** Whether a translation says more than the page itself. */
const isLonger = (name: string) => name === "cluster.zh-CN.md";

test.each(documents.filter((name) => name.endsWith(".zh-CN.md") && !isLonger(name)))(
	"%s has the parts of its English page",
	(name) => {
		expect(shapeOf(name)).toEqual(shapeOf(name.replace(".zh-CN.md", ".md")));
	},
);
