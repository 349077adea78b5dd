// The pages as VitePress takes them, made of docs/: a folder for each language, and links as they are in the manual.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";

/** What is said on a page that is not translated. */
const notice = "::: info\n这一页写给维护者，只有英文。\n:::";
/** Outside docs/: what people copy and adapt. It comes along; a link to anything else becomes its words. */
const copied = /^(Dockerfile|deploy\/[^/]+|examples\/[^/]+)$/;

/**
 * Writes them into a folder that is emptied first.
 * @param root of the workspace
 * @returns the pages of each language, as paths without an ending, with their titles
 */
export function writeSources(root, to) {
	const docs = join(root, "docs");
	const names = readdirSync(docs, { recursive: true, encoding: "utf8" })
		.map((name) => name.replaceAll(sep, "/"))
		.filter((name) => name.endsWith(".md"))
		.sort();
	const site = new Site(root, to, names);
	rmSync(to, { recursive: true, force: true });
	for (const name of names) site.write(name, name.endsWith(".zh-CN.md") ? "zh" : "en");
	// Chinese readers stay among Chinese pages, where there is but an English one too.
	for (const name of names.filter((one) => site.isUntranslated(one))) site.write(name, "zh");
	mkdirSync(join(to, "public"), { recursive: true });
	cpSync(join(root, "packages/dashboard/public/favicon.svg"), join(to, "public/logo.svg"));
	return site.titles;
}

class Site {
	titles = { en: new Map(), zh: new Map() };
	#root;
	#to;
	#names;

	constructor(root, to, names) {
		this.#root = root;
		this.#to = to;
		this.#names = new Set(names);
	}

	isUntranslated = (name) => !name.endsWith(".zh-CN.md") && !this.#names.has(name.replace(/\.md$/, ".zh-CN.md"));

	write(name, language) {
		const markdown = this.#read(name);
		const page = pageOf(name);
		this.titles[language].set(page, titleOf(markdown));
		const path = join(this.#to, language, `${page}.md`);
		mkdirSync(dirname(path), { recursive: true });
		const isForeign = language === "zh" && !name.endsWith(".zh-CN.md");
		const body = outsideCode(markdown, (text) =>
			text.replaceAll(link, (_, image, words, target) => this.#link({ name, language, image, words, target })),
		)
			// The language is chosen at the top of every page.
			.replace(/^\[(中文|English)\]\([^)]*\)\n\n/m, "");
		writeFileSync(path, isForeign ? body.replace(/^(# .*\n)/, `$1\n${notice}\n`) : body);
	}

	#link({ name, language, image, words, target }) {
		const as = (address) => `${image}[${words}](${address})`;
		if (/^([a-z]+:|#)/.test(target)) return as(target);
		const [path, anchor] = target.split("#");
		const file = relative(this.#root, resolve(this.#root, "docs", dirname(name), path)).replaceAll(sep, "/");
		if (image) return as(this.#image(file, name));
		const inDocs = file.startsWith("docs/") ? file.slice("docs/".length) : undefined;
		if (this.#names.has(inDocs)) {
			const to = inDocs.endsWith(".zh-CN.md") || (language === "zh" && this.isUntranslated(inDocs)) ? "zh" : "en";
			const title = /^[\w./-]+\.md$/.test(words) ? titleOf(this.#read(inDocs)) : words;
			return `[${title}](/${to}/${pageOf(inDocs).replace(/(^|\/)index$/, "$1")}${anchor ? `#${anchor}` : ""})`;
		}
		if (!copied.test(file) || !statSync(join(this.#root, file)).isFile()) return words;
		const copy = join(this.#to, "public/files", `${file}.txt`);
		mkdirSync(dirname(copy), { recursive: true });
		cpSync(join(this.#root, file), copy);
		return as(`/files/${file}.txt`);
	}

	#image(file, name) {
		const copy = join(this.#to, file.replace(/^docs\//, ""));
		if (!existsSync(copy)) {
			mkdirSync(dirname(copy), { recursive: true });
			cpSync(join(this.#root, file), copy);
		}
		return `${"../".repeat(name.split("/").length)}${file.replace(/^docs\//, "")}`;
	}

	#read = (name) => readFileSync(join(this.#root, "docs", name), "utf8");
}

const link = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;

/** A page's path in its language's folder: README.md is what opens first. */
function pageOf(name) {
	const page = name.replace(/(\.zh-CN)?\.md$/, "");
	return posix.basename(page) === "README" ? posix.join(posix.dirname(page), "index") : page;
}

function titleOf(markdown) {
	return /^# (.+)$/m.exec(markdown)?.[1] ?? "";
}

/** Changes what is outside fenced blocks alone. */
function outsideCode(markdown, change) {
	return markdown
		.split(/(^```[\s\S]*?^```$)/m)
		.map((part, at) => (at % 2 === 0 ? change(part) : part))
		.join("");
}

/**
 * The side bar: the sections of the first page, whose lists name every page.
 * @returns VitePress's groups
 */
export function sidebarOf(root, language) {
	const readme = readFileSync(join(root, "docs", language === "zh" ? "README.zh-CN.md" : "README.md"), "utf8");
	const [, ...sections] = readme.split(/^## /m);
	return sections.map((section) => {
		const [text = ""] = section.split("\n", 1);
		const items = [...section.matchAll(/^- \[([^\]]+)\]\(([^)]+\.md)\)/gm)].map(([, words, name]) => ({
			text: words,
			link: `/${language}/${pageOf(name)}`,
		}));
		return { text, items };
	});
}
