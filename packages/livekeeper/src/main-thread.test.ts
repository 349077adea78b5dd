import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const packages = fileURLToPath(new URL("../../", import.meta.url));

/** Returns the module that an import leads to, or `undefined` for a library. Other packages of ours have tests of their own. */
function moduleOf(from: string, path: string): string | undefined {
	if (path.startsWith(".")) return join(dirname(from), path);
	const [, name, door] = /^@livekeeper\/(base|engine|log|targets)(.*)$/.exec(path) ?? [];
	if (name === undefined) return undefined;
	const { exports } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")) as {
		exports: Record<string, { "livekeeper-source": string }>;
	};
	return join(packages, name, exports[`.${door}`]?.["livekeeper-source"] ?? "");
}

/** Returns modules that a module loads at once, or later by `import()`; types are gone by then. */
function importsOf(text: string): string[] {
	const statements = /^(?:import|export)\s+(?!type\s)(?:[^;"']*?\sfrom\s+)?"([^"]+)"/gm;
	const dynamic = /(?<!typeof )\bimport\(\s*"([^"]+)"/g;
	// `x: import("…").Y` and the like is a type.
	const isType = (index: number) => /[:<|]\s*$/.test(text.slice(Math.max(0, index - 5), index));
	const later = [...text.matchAll(dynamic)].filter(({ index }) => !isType(index));
	return [...text.matchAll(statements), ...later].map(([, path = ""]) => path);
}

/** The log in memory, which is asked for by its name, waits for no disk and runs in the thread that asks. */
const inMemory = "./memory-folder.ts";

/**
 * Returns all modules that the service loads into its main thread, each with its text. The store's threads begin
 * elsewhere.
 */
function modulesOfService(): Map<string, string> {
	const modules = new Map<string, string>();
	const walk = (file: string) => {
		const name = relative(packages, file).replaceAll("\\", "/").replace("/src/", "/");
		if (modules.has(name)) return;
		const text = readFileSync(file, "utf8");
		modules.set(name, text);
		for (const path of importsOf(text)) {
			const imported = path === inMemory ? undefined : moduleOf(file, path);
			if (imported) walk(imported);
		}
	};
	walk(join(packages, "livekeeper/src/service.ts"));
	return modules;
}

const modules = modulesOfService();

/** Uses of the synchronous database in the main thread, with their justification. */
const databases: Readonly<Record<string, string>> = {
	"livekeeper/outputs/export/added-up.ts":
		"sums of one export, in memory up to 16 MiB and beyond that in a temporary file",
};

test("loads no synchronous database into the main thread", () => {
	const library = /^(?:import|export)\s+(?!type\s)[^;]*"better-sqlite3"/m;
	const found = [...modules].filter(([, text]) => library.test(text)).map(([name]) => name);
	expect(modules.size).toBeGreaterThan(200);
	expect(modules.has("livekeeper/service/web.ts")).toBe(true);
	expect(found.toSorted()).toEqual(Object.keys(databases).toSorted());
});

/** Synchronous uses of files in the main thread, with the reason why no request and no room waits for them. */
const files: Readonly<Record<string, string>> = {
	"base/rename-file.ts": "in the process of `livekeeper update` alone, which serves nobody",
	"base/text/launch.ts": "looks once, when it is loaded, for how this livekeeper is started",
	"livekeeper/config.ts": "read once, before anything is opened",
	"livekeeper/config/home.ts": "looks once for a folder that can be written to, before anything is opened",
	"livekeeper/http/page.ts": "looks once whether the page is built, before the server listens",
	"livekeeper/outputs/socket-io/front-door.ts": "read once, when it is loaded",
	"livekeeper/service/demo.ts": "makes the demo's folder before the start, and removes it after the stop",
	"log/data-folder.ts": "once, before the folder is opened",
	"log/event-log/jetstream/nats-auth.ts": "read once, before NATS is dialled",
	"log/storage/secret-box.ts": "read or made once, while the store is opened",
};

test("names every module that blocks the main thread", () => {
	const isSynchronous = ([, text]: [string, string]) =>
		/^import \{[^}]*Sync\b[^}]*\} from "node:fs"/m.test(text) || /\bfs\.\w+Sync\(/.test(text);
	const found = [...modules].filter(isSynchronous).map(([name]) => name);
	expect(found.toSorted()).toEqual(Object.keys(files).toSorted());
});
