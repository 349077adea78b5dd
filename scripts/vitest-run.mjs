// Runs vitest on one Node and returns its counts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root } from "./ensure.mjs";

/**
 * Runs vitest, which prints its progress.
 * @param args vitest's own arguments
 * @param node the Node that runs it and everything it starts
 * @returns the numbers of tests that passed, failed and were skipped, and for each failure its file, title and message; a
 *   run that ends badly, or leaves no report, has at least one failure
 */
export async function runVitest(args = [], node = process.execPath) {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-test-"));
	const report = join(folder, "report.json");
	const flags = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
	const child = spawn(node, ["node_modules/vitest/vitest.mjs", "run", ...flags, ...args], {
		cwd: root,
		stdio: "inherit",
		env: {
			...process.env,
			// Node accepts tests in TypeScript without it from 22.18 on.
			NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --experimental-strip-types`,
			PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		},
	});
	const [status] = await once(child, "close");
	const counts = countsOf(report);
	rmSync(folder, { recursive: true, force: true });
	if (status !== 0 && counts.failed === 0) {
		counts.failed = 1;
		counts.failures.push(`vitest ended with ${status}, though no test failed: see its output above`);
	}
	return counts;
}

function countsOf(report) {
	try {
		const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
			readFileSync(report, "utf8"),
		);
		// A file that failed to load has no failed tests of its own to count.
		const broken = testResults.filter(
			({ status, assertionResults }) =>
				status === "failed" && assertionResults.every((result) => result.status !== "failed"),
		);
		return {
			passed: numPassedTests,
			failed: numFailedTests + broken.length,
			skipped: numPendingTests + numTodoTests,
			failures: testResults.flatMap(failuresOf),
		};
	} catch (error) {
		return { passed: 0, failed: 1, skipped: 0, failures: [`the test run left no report: ${error.message}`] };
	}
}

/** Lists the failures of one test file, with the beginning of each message. */
function failuresOf({ name, status, message, assertionResults }) {
	if (status !== "failed") return [];
	const file = relative(root, name);
	const failed = assertionResults.filter((result) => result.status === "failed");
	if (failed.length === 0) return [`${file}\n${beginningOf(message)}`];
	return failed.map((result) => `${file} › ${result.fullName}\n${beginningOf(result.failureMessages.join("\n"))}`);
}

function beginningOf(message) {
	const lines = stripVTControlCharacters(message).split("\n");
	return lines
		.slice(0, 25)
		.map((line) => `    ${line.slice(0, 300)}`)
		.join("\n");
}
