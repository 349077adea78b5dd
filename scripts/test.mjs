// `npm test`: installs what is missing, then runs every check and the whole suite. The last line says how it went.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";
import { ensureDebianPackages, ensureWine } from "./ensure-apt.mjs";
import { startOf } from "./npm-programs.mjs";
import { runVitest, tryAgain } from "./vitest-run.mjs";

// Fetched while npm installs.
const debian = ensureDebianPackages();
await ensureInstalled();
await debian;
// Fetched, and built, while what else changed is built.
const manual = once(spawn(process.execPath, [`${root}scripts/manual.mjs`], { stdio: "inherit" }), "exit");
const wine = ensureWine();
ensureBuilt();
await wine;
// Tests of it build it themselves, and say what failed.
await manual;

const checks = {
	lint: ["biome", "ci", "--diagnostic-level=error", "."],
	types: ["tsc", "-p", "tsconfig.check.json"],
	"the React example's types": ["tsc", "-p", "examples/react"],
	"the page's types": ["vue-tsc", "--noEmit", "-p", "packages/dashboard"],
	layers: ["depcruise", "--config", "dependency-cruiser.config.mjs", "packages", "bench", "e2e", "examples", "scripts"],
	"unused code": ["knip"],
	// Ratios of CPU time that a loaded machine leaves alone, against the committed ones.
	figures: ["tsx", "--conditions=livekeeper-source", "bench/main.ts", "--ci"],
};
// The checks take what the tests leave of the processor: those that come last wait most of the time.
const [first, failedChecks] = await Promise.all([runVitest(), runChecks()]);
const total = await tryAgain(first);
for (const test of total.secondTries) console.warn(`Passed only at a second try: ${test}`);
for (const name of failedChecks) console.error(`Check failed: ${name}`);
total.failed += failedChecks.length;
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Runs the checks one after the other and prints what each said. @returns the names of those that fail */
async function runChecks() {
	const failed = [];
	for (const [name, [command, ...args]] of Object.entries(checks)) {
		const npx = startOf("npx", ["--no", command, "--", ...args]);
		const child = spawn(npx.command, npx.args, { cwd: root, shell: npx.shell, stdio: ["ignore", "pipe", "pipe"] });
		// One that could not be started says so by its status.
		if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
		const [status] = await once(child, "close");
		console.log(`— ${name}: ${status === 0 ? "passed" : "failed"}\n${output}`.trimEnd());
		if (status !== 0) failed.push(name);
	}
	return failed;
}
