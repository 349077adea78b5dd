import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

interface Total {
	passed: number;
	failed: number;
	skipped: number;
	secondTries: string[];
}

/** Files of tests, run as `npm test` runs all of them. `once()` is true the first time it is called. */
function run(files: Record<string, string>): Total {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-second-try-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const once = `import { existsSync, writeFileSync } from "node:fs";
		const once = () => { const isFirst = !existsSync("SEEN"); writeFileSync("SEEN", ""); return isFirst; };
		const fail = () => { throw new Error("the machine is busy"); };\n`;
	for (const [name, text] of Object.entries(files)) {
		writeFileSync(join(folder, name), once.replaceAll("SEEN", join(folder, `${name}.seen`)) + text);
	}
	const code = `import { runVitest, tryAgain } from "./scripts/vitest-run.mjs";
		const args = ["--root", ${JSON.stringify(folder)}, "--globals", "--no-isolate"];
		console.log("\\n" + JSON.stringify(await tryAgain(await runVitest(args), args)));`;
	const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" });
	return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

test("what passes at a second try is counted as passed, and is said with its first error", () => {
	const { passed, failed, skipped, secondTries } = run({
		"slow.test.js": `describe("a service (with [signs])", () => {
			test("is there in time?", () => { if (once()) fail(); });
			test("was there before", () => {});
			test.skip("is not run", () => {});
		});`,
		"import.test.js": `if (once()) fail(); test("is loaded", () => {});`,
	});
	expect({ passed, failed, skipped }).toEqual({ passed: 3, failed: 0, skipped: 1 });
	expect(secondTries.toSorted()).toEqual([
		expect.stringMatching(/import\.test\.js$/),
		expect.stringMatching(
			/slow\.test\.js: a service \(with \[signs\]\) is there in time\? \(at first: Error: the machine is busy/,
		),
	]);
});

test("what fails again has failed, and so has a file that can't be loaded", () => {
	const { passed, failed, secondTries } = run({
		"broken.test.js": `test("fails", fail); test("fails too", () => { if (once()) fail(); }); test("passes", () => {});`,
		"import.test.js": "fail();",
	});
	expect({ passed, failed, secondTries }).toEqual({ passed: 2, failed: 2, secondTries: [] });
});
