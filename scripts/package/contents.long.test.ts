import { expect, test } from "vitest";

interface Target {
	name: string;
	node: string;
	platform: string;
	prebuild: string;
}
interface ArchiveFile {
	path: string;
	content: Uint8Array;
	mode: number;
}
const load = (name: string) => import(new URL(name, import.meta.url).href);
const { targets } = (await load("./targets.mjs")) as { targets: Record<string, Target> };
const { appFiles, extensionFiles } = (await load("./contents.mjs")) as {
	appFiles(target: Target): ArchiveFile[];
	extensionFiles(): ArchiveFile[];
};
const { starters } = (await load("./starters.mjs")) as {
	starters(target: Target, version: string): ArchiveFile[];
};
const all = Object.values(targets);

test.each(all)("keeps only what the runtime needs: $name", (target) => {
	const files = appFiles(target);
	const paths = files.map(({ path }) => path);
	expect(paths).toEqual(
		expect.arrayContaining([
			"app/node_modules/livekeeper/bin/livekeeper.js",
			"app/node_modules/livekeeper/dist/bundle/main.js",
			"app/node_modules/@livekeeper/simulator/package.json",
			"app/node_modules/fastify/package.json",
			"app/node_modules/fastify/LICENSE",
		]),
	);
	expect(paths.filter((path) => path.endsWith(".node"))).toEqual([
		`app/node_modules/better-sqlite3/prebuilds/${target.prebuild}`,
	]);
	expect(
		paths.filter((path) => /\.(c|cc|cpp|h|hpp|gyp|map|tsx?)$|node_modules\/(@duckdb|vitest|typescript)\//.test(path)),
	).toEqual([]);
	expect(new Set(paths).size).toBe(paths.length);
	// The largest Node, for Linux, takes 125 MB: 156 in all. The bundle duplicates libraries that every start loads.
	expect(files.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThan(31.5e6);
});

test("every archive has the same Node", () => {
	expect(new Set(all.map(({ node }) => node.split("@").at(-1))).size).toBe(1);
});

test("the browser extension has every file that it names", () => {
	const files = new Map(extensionFiles().map(({ path, content }) => [path, Buffer.from(content).toString()]));
	const text = (name: string) => files.get(`extension/${name}`) ?? "";
	const { action, default_locale: locale } = JSON.parse(text("manifest.json"));
	const named = [...text(action.default_popup).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, name = ""]) => name);
	for (const name of [action.default_popup, ...named, `_locales/${locale}/messages.json`])
		expect(text(name)).not.toBe("");
	const [en, zh] = ["en", "zh_CN"].map((name) => JSON.parse(text(`_locales/${name}/messages.json`)));
	const used = [
		...`${text("manifest.json")} ${text("popup.html")} ${text("popup.js")}`.matchAll(
			/__MSG_(\w+)__|data-text="(\w+)"|\btext\("(\w+)"/g,
		),
	];
	const names = new Set(used.map(([, ...groups]) => groups.find((group) => group !== undefined)));
	expect(Object.keys(en).toSorted()).toEqual([...names].toSorted());
	expect(Object.keys(zh)).toEqual(Object.keys(en));
});

test.each(all)("has scripts for its system: $name", (target) => {
	const files = starters(target, "1.2.3");
	const text = (path: string) => Buffer.from(files.find((file) => file.path === path)?.content ?? []).toString();
	const windows = target.platform === "win32";
	const scripts = files.filter(({ path }) => !path.endsWith(".txt")).map(({ path }) => path);
	const mac = target.platform === "darwin" ? ["livekeeper.command"] : [];
	expect(scripts).toEqual(windows ? ["livekeeper.cmd", "demo.cmd"] : ["livekeeper", ...mac]);
	for (const path of scripts) {
		// cmd.exe reads a script in the code page of the system, and fails at bare line feeds.
		if (windows) expect(text(path)).toMatch(/^(\p{ASCII}*\r\n)+$/u);
		expect(
			text(path)
				.split("\n")
				.filter((line) => line.endsWith("\r")).length > 0,
		).toBe(windows);
	}
	expect(text("使用说明.txt")).toContain("livekeeper 1.2.3");
});
