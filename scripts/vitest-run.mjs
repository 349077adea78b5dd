// The whole suite on one Node, with its counts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { root } from "./ensure.mjs";

/** Maximum number of files that get a second try: where more have failed, a noisy machine is not the reason. */
const maxSecondTries = 10;
/** Maximum number of characters of an error that are shown: a report of a whole run may be the error. */
const maxErrorLength = 4_000;

/**
 * Runs vitest, which prints as it goes.
 * @param args vitest's own arguments
 * @param node the Node to run it and all that it starts
 * @returns how many tests passed, failed and were skipped, and the files in which some failed; a run that ends badly,
 *   or leaves no report, has failed
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
			// Node takes tests in TypeScript without it from 22.18 on.
			NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --experimental-strip-types`,
			PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		},
	});
	const [status] = await once(child, "close");
	const total = totalOf(report);
	rmSync(folder, { recursive: true, force: true });
	if (status !== 0 && total.failed === 0) total.failed = 1;
	return total;
}

/**
 * Runs what failed once more, a file at a time, when nothing else runs: tests of whole services wait for processes that a
 * busy machine has no time for. A test that fails again has failed.
 * @param first what `runVitest` returned
 * @returns the same with the second results, and `secondTries`: the tests that passed only then, each with its first error
 */
export async function tryAgain(first, args = [], node = process.execPath) {
	const total = { ...first, secondTries: [] };
	if (first.failedFiles.length > maxSecondTries) return total;
	for (const { file, tests } of first.failedFiles) {
		const names = tests.map(({ name }) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
		const only = names.length > 0 ? ["--testNamePattern", `^(?:${names.join("|")})$`] : [];
		const second = await runVitest([...args, file, ...only], node);
		total.passed += second.passed;
		total.failed += second.failed - Math.max(1, tests.length);
		if (second.failed > 0) continue;
		const path = relative(root, file);
		for (const { name, error } of tests) total.secondTries.push(`${path}: ${name} (at first: ${error})`);
		if (tests.length === 0) total.secondTries.push(path);
	}
	return total;
}

function totalOf(report) {
	try {
		const { numPassedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
		const failedFiles = testResults.filter(({ status }) => status === "failed").map(failedFileOf);
		// A file that failed to load has no failed tests of its own to count.
		const failed = failedFiles.reduce((sum, { tests }) => sum + Math.max(1, tests.length), 0);
		return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, failedFiles };
	} catch (error) {
		console.error(`The test run left no report: ${error.message}`);
		return { passed: 0, failed: 1, skipped: 0, failedFiles: [] };
	}
}

function failedFileOf({ name, assertionResults }) {
	const tests = assertionResults
		.filter(({ status }) => status === "failed")
		.map(({ fullName, failureMessages }) => ({
			name: fullName,
			error: (failureMessages[0] ?? "no error was kept").replaceAll(/\s+/g, " ").slice(0, maxErrorLength),
		}));
	return { file: name, tests };
}
