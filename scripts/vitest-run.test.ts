import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** Returns the counts of a run over test files. */
function run(files: Record<string, string>): { passed: number; failed: number; skipped: number; failures: string[] } {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-counts-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
	const code = `import { runVitest } from "./scripts/vitest-run.mjs";
		const args = ["--root", ${JSON.stringify(folder)}, "--globals", "--no-isolate"];
		console.log("\\n" + JSON.stringify(await runVitest(args)));`;
	const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" });
	return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

test("counts and lists failed tests, skipped ones and unloadable files", () => {
	const counts = run({
		"mixed.test.js": `test("passes", () => {}); test("fails", () => { expect({ a: 1 }).toEqual({ a: 2 }); }); test.skip("is left out", () => {});`,
		"broken.test.js": `throw new Error("cannot be loaded");`,
		"hangs.test.js": `test("hangs", () => new Promise(() => {}), 50);
			describe("with a hook", () => { afterAll(() => { throw new Error("not closed"); }); test("passes", () => {}); });`,
	});
	const { failures, ...numbers } = counts;
	expect(numbers).toEqual({ passed: 2, failed: 4, skipped: 1 });
	expect(failures.sort()).toEqual([
		expect.stringMatching(/broken\.test\.js\n {4}Error: cannot be loaded/),
		expect.stringMatching(/hangs\.test\.js › hangs\n {4}Error: Test timed out in 50ms/),
		expect.stringMatching(/hangs\.test\.js › with a hook\n {4}Error: not closed/),
		expect.stringMatching(
			/mixed\.test\.js › fails\n {4}AssertionError: expected [\s\S]+- {3}"a": 2,\n {4}\+ {3}"a": 1,/,
		),
	]);
});
