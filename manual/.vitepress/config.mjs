import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCssVariablesTheme } from "shiki/core";
import { anchorOf } from "../anchor-of.mjs";
import { sidebarOf, writeSources } from "../sources.mjs";
import { words } from "../words.mjs";
import { texts } from "./texts.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here("../..");
const base = "/help/";
writeSources(root, here("../site"));

const locale = (language, lang, label) => ({
	label,
	lang,
	description: texts[language].description,
	link: `/${language}/`,
	themeConfig: { sidebar: sidebarOf(root, language), ...texts[language].theme },
});

/** The scripts that VitePress inlines into each page, as files: the service's policy lets no inline script run. */
const inlineScripts = /<script id="check-(?:dark-mode|mac-os)">([\s\S]*?)<\/script>/g;
/** The manual uses the colour scheme chosen on the service's page, until another is chosen here. */
const asThePage = `const look = localStorage.getItem("livekeeper.theme");
if (/^(light|dark)$/.test(look) && !localStorage.getItem("vitepress-theme-appearance")) localStorage.setItem("vitepress-theme-appearance", look);
`;

export default {
	base,
	srcDir: "site",
	outDir: "dist",
	title: "livekeeper",
	cleanUrls: true,
	metaChunk: true,
	// A page of links would fetch them all, and each counts as a request of whoever reads.
	router: { prefetchLinks: false },
	// To switch off transitions it would write a style element.
	appearance: { disableTransition: false },
	// By default it is a style attribute.
	contentProps: { class: "content-of-page" },
	locales: { zh: locale("zh", "zh-CN", "中文"), en: locale("en", "en", "English") },
	head: [["link", { rel: "icon", href: "/favicon.svg" }]],
	themeConfig: {
		logo: "/logo.svg",
		search: {
			provider: "local",
			options: {
				locales: { zh: { translations: texts.zh.search }, en: { translations: texts.en.search } },
				miniSearch: { _splitIntoSections: searchSections },
			},
		},
	},
	markdown: {
		html: false,
		theme: createCssVariablesTheme(),
		anchor: { slugify: anchorOf },
		codeTransformers: [{ name: "classes", span: toClass, pre: (node) => void delete node.properties.style }],
		config: (markdown) => {
			markdown.core.ruler.push("classes", ({ tokens }) => tokens.forEach(alignByClass));
			const text = markdown.renderer.rules.text;
			// Outside code, Vue would evaluate what is in double braces.
			markdown.renderer.rules.text = (...args) => text(...args).replaceAll("{{", "&#123;&#123;");
		},
	},
	transformHtml(code, _id, { siteConfig }) {
		const scripts = Array.from(code.matchAll(inlineScripts), ([, script]) => script);
		const content = [asThePage, ...scripts].join("\n");
		const name = `assets/first.${createHash("sha256").update(content).digest("hex").slice(0, 8)}.js`;
		mkdirSync(join(siteConfig.outDir, "assets"), { recursive: true });
		writeFileSync(join(siteConfig.outDir, name), content);
		let isFirst = true;
		// What a script of its own sets again.
		return code.replaceAll(' style="--vp-vh:0px;"', "").replaceAll(inlineScripts, () => {
			const tag = isFirst ? `<script src="${base}${name}"></script>` : "";
			isFirst = false;
			return tag;
		});
	},
	buildEnd: ({ outDir }) => rmSync(join(outDir, "hashmap.json")),
	vite: {
		resolve: {
			alias: [
				{ find: /^minisearch$/, replacement: here("../minisearch.mjs") },
				{ find: "minisearch-itself", replacement: here("../node_modules/minisearch/dist/es/index.js") },
			],
		},
		build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 2000, reportCompressedSize: false },
	},
};

function toClass(node) {
	const [, token] = /^color:var\(--shiki-token-([a-z-]+)\)$/.exec(node.properties.style ?? "") ?? [];
	delete node.properties.style;
	if (token) node.properties.class = `code-${token}`;
}

function alignByClass(token) {
	const [, side] = /^text-align:(\w+)$/.exec(token.attrGet("style") ?? "") ?? [];
	if (side === undefined) return;
	token.attrs = token.attrs.filter(([name]) => name !== "style");
	token.attrJoin("class", `align-${side}`);
}

const heading = /<h([1-6])[^>]*>([\s\S]*?)<a class="header-anchor" href="#([^"]*)"[\s\S]*?<\/a><\/h\1>/g;

/** What the search knows of a page, by its headings. The words are taken apart here as they are in the reader's browser. */
function* searchSections(path, html) {
	// A table of contents has all words, and nothing on them.
	if (path.endsWith("/index.md")) return;
	const titles = [];
	const found = [...html.matchAll(heading)];
	for (const [at, { 0: whole, 1: level, 2: title, 3: anchor, index }] of found.entries()) {
		titles.splice(Number(level) - 1, titles.length, plain(title));
		const content = plain(html.slice(index + whole.length, found[at + 1]?.index));
		// A heading counts for more than what is below it.
		const text = [title, title, content].flatMap((part) => words(plain(part))).join(" ");
		yield { anchor: decodeURIComponent(anchor), titles: titles.filter(Boolean), text };
	}
}

function plain(html) {
	const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#123": "{" };
	return html
		.replaceAll(/<[^>]*>/g, " ")
		.replaceAll(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole)
		.replaceAll(/[\s\u200b]+/g, " ")
		.trim();
}
