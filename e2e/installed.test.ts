import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { expect, test } from "vitest";

interface Packed {
	name: string;
	files: string[];
	tarball: string;
}
const { installed, packed } = (await import(new URL("../scripts/package/installed.mjs", import.meta.url).href)) as {
	packed(): Packed[];
	installed(packages: Packed[]): Promise<Record<string, unknown>>;
};

// Uses only this version of Node; `npm run test:packages` uses each supported one.
test("installs the packed packages and serves demo, page, manual", async () => {
	// A stale output file, as tsc leaves behind when its source is renamed.
	writeFileSync(fileURLToPath(new URL("../packages/client/dist/former-name.js", import.meta.url)), "");
	const packages = packed();
	for (const { name, files, tarball } of packages) {
		expect([name, files]).toEqual([name, expect.arrayContaining(["LICENSE", "README.md", "package.json"])]);
		expect([
			name,
			files.filter((file) => /\.(test|helpers)\.|former-name|tsbuildinfo|\.map$|^src\//.test(file)),
		]).toEqual([name, []]);
		const bundled = files.includes("dist/bundle/main.js");
		expect([name, files.includes("dist/bundle/THIRD-PARTY-NOTICES.txt")]).toEqual([name, bundled]);
		const { messages } = await publint({ strict: true, pack: { tarball: readFileSync(tarball).buffer } });
		expect([name, messages]).toEqual([name, []]);
	}
	expect(await installed(packages)).toEqual({
		node: process.version,
		version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
		answers: { "/api/live/status": 200, "/": 200, "/docs": 200, "/help/en/": 200 },
		rooms: ["1001", "1002", "1003"],
		code: 0,
	});
});
