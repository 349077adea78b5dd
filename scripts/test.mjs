// `npm test`: installs what is missing, then runs every check and the whole suite. The last line says how it went.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, run } from "./ensure.mjs";
import { ensureDebianPackages } from "./ensure-apt.mjs";

await ensureInstalled();
ensureDebianPackages();
ensureBuilt();

const checks = {
	lint: ["biome", "ci", "--diagnostic-level=error", "."],
	types: ["tsc", "-p", "tsconfig.check.json"],
	layers: ["tsx", "scripts/layers.ts"],
	"unused code": ["knip"],
};
const failedChecks = Object.entries(checks).filter(([name, [command, ...args]]) => {
	console.log(`— ${name}`);
	return run("npx", ["--no", command, "--", ...args]) !== 0;
});

const folder = mkdtempSync(join(tmpdir(), "livekeeper-test-"));
const report = join(folder, "report.json");
const status = run("npx", [
	"--no",
	"vitest",
	"run",
	"--reporter=default",
	"--reporter=json",
	`--outputFile.json=${report}`,
]);

/** Counts of the run; a run that wrote no report has failed. */
function counts() {
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
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const total = counts();
if (status !== 0 && total.failed === 0) total.failed = 1;
for (const [name] of failedChecks) console.error(`Check failed: ${name}`);
total.failed += failedChecks.length;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
