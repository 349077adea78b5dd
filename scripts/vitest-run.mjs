// The whole suite on one Node, with its counts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./ensure.mjs";

/**
 * Runs vitest, which prints as it goes.
 * @param args vitest's own arguments
 * @param node the Node to run it and all that it starts
 * @returns how many tests passed, failed and were skipped, and which passed only at a second try; a run that ends
 *   badly, or leaves no report, has failed
 */
export async function runVitest(args = [], node = process.execPath) {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-test-"));
	const report = join(folder, "report.json");
	const secondTries = join(folder, "second-tries");
	const reporters = ["default", "json", fileURLToPath(new URL("./second-tries.mjs", import.meta.url))];
	const flags = [...reporters.map((name) => `--reporter=${name}`), `--outputFile.json=${report}`];
	const child = spawn(node, ["node_modules/vitest/vitest.mjs", "run", ...flags, ...args], {
		cwd: root,
		stdio: "inherit",
		env: {
			...process.env,
			// Node takes tests in TypeScript without it from 22.18 on.
			NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --experimental-strip-types`,
			PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
			SECOND_TRIES_FILE: secondTries,
		},
	});
	const [status] = await once(child, "close");
	const total = { ...counts(report), secondTries: lines(secondTries) };
	rmSync(folder, { recursive: true, force: true });
	if (status !== 0 && total.failed === 0) total.failed = 1;
	return total;
}

function counts(report) {
	try {
		const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
			readFileSync(report, "utf8"),
		);
		// A file that failed to load has no tests of its own to count.
		const broken = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
		return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests };
	} catch (error) {
		console.error(`The test run left no report: ${error.message}`);
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

function lines(file) {
	return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
