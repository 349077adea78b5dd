import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const { typesOf } = (await import(new URL("./bundle-types.mjs", import.meta.url).href)) as {
	typesOf(packages: string, name: string): Map<string, string>;
};

/** Writes files into a folder that is removed after the test. */
function written(files: Record<string, string>): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-types-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	return folder;
}

const manifest = (isPrivate: boolean, door: string) =>
	JSON.stringify({ private: isPrivate, exports: { [door]: { "livekeeper-source": "./src/index.ts" } } });

test("collects declarations of unpublished packages beside its own", () => {
	const folder = written({
		"keeper/package.json": manifest(false, "."),
		"keeper/dist/index.d.ts": 'export * from "./part/a.ts";\nexport { B } from "@livekeeper/inner/b";\n',
		"keeper/dist/part/a.d.ts": 'export type A = import("@livekeeper/inner/b").B;\nimport "zod";\n',
		"keeper/dist/unused.d.ts": "export type Unused = 1;\n",
		"inner/package.json": manifest(true, "./b"),
		"inner/dist/index.d.ts": 'export type { C as B } from "@livekeeper/open";\n',
		"open/package.json": manifest(false, "."),
	});
	expect(Object.fromEntries(typesOf(folder, "keeper"))).toEqual({
		"keeper/index.d.ts": 'export * from "./part/a.js";\nexport { B } from "../inner/index.js";\n',
		"keeper/part/a.d.ts": 'export type A = import("../../inner/index.js").B;\nimport "zod";\n',
		"inner/index.d.ts": 'export type { C as B } from "@livekeeper/open";\n',
	});
});
