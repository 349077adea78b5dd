// Runs vitest on one Node and returns its counts.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
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
	const flags = ["--reporter=default", `--reporter=${root}scripts/counts-reporter.mjs`];
	const child = spawn(node, ["node_modules/vitest/vitest.mjs", "run", ...flags, ...args], {
		cwd: root,
		stdio: "inherit",
		env: {
			...process.env,
			COUNTS_FILE: report,
			...seedOfCommit(),
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

/**
 * Returns the seed of the random tests, which is the commit's: what fails, fails again. `PROPERTY_SEED` sets another;
 * outside of a repository, each run draws one.
 */
function seedOfCommit() {
	if (process.env.PROPERTY_SEED !== undefined) return {};
	const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" });
	return status === 0 ? { PROPERTY_SEED: String(Number.parseInt(stdout.slice(0, 8), 16)) } : {};
}

function countsOf(report) {
	try {
		return JSON.parse(readFileSync(report, "utf8"));
	} catch (error) {
		return { passed: 0, failed: 1, skipped: 0, failures: [`the test run left no report: ${error.message}`] };
	}
}
