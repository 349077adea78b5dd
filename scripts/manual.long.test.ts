import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "packages/livekeeper/help");
const languages = ["en", "zh"] as const;

interface Page {
	path: string;
	html: string;
	ids: Set<string>;
}
let pages: Map<string, Page>;

beforeAll(() => {
	const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/manual.mjs")], { encoding: "utf8" });
	expect(status, stderr).toBe(0);
	const names = readdirSync(built, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html.gz"));
	pages = new Map(
		names.map((name) => {
			const html = read(join(built, name));
			const ids = new Set(Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id = ""]) => decoded(id)));
			const path = `/help/${name.replaceAll("\\", "/").replace(/(index)?\.html\.gz$/, "")}`;
			return [path, { path, html, ids }];
		}),
	);
});

const read = (path: string) => gunzipSync(readFileSync(path)).toString();
const decoded = (text: string) => decodeURIComponent(text.replaceAll("&amp;", "&"));

/** Every page of docs/, as the manual names it. */
const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
	.map((name) => name.replaceAll("\\", "/"))
	.filter((name) => name.endsWith(".md"));

test("every page exists in both languages and is linked", () => {
	for (const language of languages) {
		const listed = Array.from(pages.get(`/help/${language}/`)?.html.matchAll(/href="([^"#]+)"/g) ?? [], ([, to]) => to);
		for (const name of documents) {
			if (/^README/.test(name)) continue;
			const path = `/help/${language}/${name.replace(/(\.zh-CN)?\.md$/, "")}`;
			expect([...pages.keys()]).toContain(path);
			expect(listed).toContain(path);
		}
	}
});

test("every link, picture, file and anchor of pages exists", () => {
	const dead = [...pages.values()].flatMap(({ path, html, ids }) =>
		Array.from(html.matchAll(/ (?:href|src)="([^"]+)"/g), ([, to = ""]) => decoded(to))
			.filter((to) => {
				if (/^[a-z]+:/.test(to) || /^\/(docs(\?lang=(zh|en))?|favicon\.svg)?$/.test(to)) return false;
				const [target = "", anchor] = to.split("#");
				const page = target === "" ? { ids } : pages.get(target);
				if (page) return anchor !== undefined && anchor !== "" && !page.ids.has(anchor);
				return (
					![".gz", ""].some((end) => existsSync(join(built, `${target.replace(/^\/help\//, "")}${end}`))) &&
					path !== "/help/404"
				);
			})
			.map((to) => `${path}: ${to}`),
	);
	expect(dead).toEqual([]);
	expect(pages.size).toBeGreaterThan(60);
});

test("no page has inline scripts or styles, which are blocked", () => {
	for (const { path, html } of pages.values()) {
		const inline = [...html.matchAll(/<script(?![^>]* src=)[^>]*>|<style| style="| on[a-z]+="/g)].map(
			([found]) => found,
		);
		expect([path, inline]).toEqual([path, []]);
	}
});

test("nothing is loaded from another host", () => {
	for (const { path, html } of pages.values()) {
		const foreign = html.match(/<(?:script|link|img)[^>]* (?:src|href)="(?:[a-z]+:)?\/\/[^"]*"/g);
		expect([path, foreign]).toEqual([path, null]);
	}
	const scripts = readdirSync(join(built, "assets/chunks")).filter((name) => name.endsWith(".js.gz"));
	for (const name of scripts) expect(read(join(built, "assets/chunks", name))).not.toMatch(/algolia\.net/);
});

interface Search {
	search(words: string, options: object): { id: string }[];
}

test.each([
	["zh", "收不到礼物", "/help/zh/gifts"],
	["zh", "断线", "/help/zh/reconnect"],
	["zh", "叠加层", "/help/zh/overlay"],
	["en", "overlay tokens", "/help/en/reading#overlay-tokens"],
	["en", "backup", "/help/en/backup"],
] as const)("the search in %s finds %s", async (language, words, page) => {
	const chunks = join(built, "assets/chunks");
	const [name = ""] = readdirSync(chunks).filter(
		(file) => file.startsWith(`@localSearchIndex${language}.`) && file.endsWith(".js.gz"),
	);
	const load = (path: string) => import(new URL(path, import.meta.url).href);
	const chunk = Buffer.from(read(join(chunks, name))).toString("base64");
	const { default: json } = (await import(`data:text/javascript;base64,${chunk}`)) as { default: string };
	const { default: MiniSearch } = (await load("../manual/node_modules/minisearch/dist/es/index.js")) as {
		default: { loadJSON(json: string, options: object): Search };
	};
	const { words: tokenize } = await load("../manual/words.mjs");
	const index = MiniSearch.loadJSON(json, { fields: ["title", "titles", "text"], storeFields: ["title"], tokenize });
	const found = index.search(words, { fuzzy: 0.2, prefix: true, boost: { title: 4, text: 2, titles: 1 } });
	expect(found.slice(0, 5).map(({ id }) => id)).toContainEqual(expect.stringContaining(page));
});
