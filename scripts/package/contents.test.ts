import { expect, test } from "vitest";

interface Target {
	name: string;
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
const { appFiles } = (await load("./contents.mjs")) as { appFiles(target: Target): ArchiveFile[] };
const { starters } = (await load("./starters.mjs")) as {
	starters(target: Target, version: string): ArchiveFile[];
};
const all = Object.values(targets);

test.each(all)(
	"of $name: what is needed at run time, one library of SQLite, and neither sources nor DuckDB",
	(target) => {
		const files = appFiles(target);
		const paths = files.map(({ path }) => path);
		expect(paths).toEqual(
			expect.arrayContaining([
				"app/node_modules/livekeeper/bin/livekeeper.js",
				"app/node_modules/livekeeper/dist/cli/main.js",
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
		// The largest Node that there is takes 127 MB of 150.
		expect(files.reduce((sum, { content }) => sum + content.length, 0)).toBeLessThan(22.5e6);
	},
);

test.each(all)("of $name: scripts that its system takes as they are", (target) => {
	const files = starters(target, "1.2.3");
	const text = (path: string) => Buffer.from(files.find((file) => file.path === path)?.content ?? []).toString();
	const windows = target.platform === "win32";
	const scripts = files.filter(({ path }) => !path.endsWith(".txt")).map(({ path }) => path);
	const mac = target.platform === "darwin" ? ["livekeeper.command"] : [];
	expect(scripts).toEqual(windows ? ["livekeeper.cmd", "demo.cmd"] : ["livekeeper", ...mac]);
	for (const path of scripts) {
		// cmd.exe reads a script in the code page of the system, and stumbles over bare line feeds.
		if (windows) expect(text(path)).toMatch(/^(\p{ASCII}*\r\n)+$/u);
		expect(
			text(path)
				.split("\n")
				.filter((line) => line.endsWith("\r")).length > 0,
		).toBe(windows);
	}
	expect(text("使用说明.txt")).toContain("livekeeper 1.2.3");
});
