// Installs what is missing, then runs checks and tests. Lists what failed at the end; the last line counts everything.
//   npm test                            checks, every package's tests, and the seams between real parts
//   npm run test:all                    the same and everything else
//   npm run test:all -- --rest          only what `npm test` leaves out
//   npm test -w packages/douyin         one package: its types and its tests
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";
import { debianPackages, ensureDebianPackages } from "./ensure-apt.mjs";
import { startOf } from "./npm-programs.mjs";
import { runVitest } from "./vitest-run.mjs";

const args = process.argv.slice(2);
const onePackage = args.includes("--package") ? args[args.indexOf("--package") + 1] : undefined;
const rest = args.includes("--rest") || args.includes("--all");
const quick = !args.includes("--rest");

const checks = {
	types: ["tsc", "-p", "tsconfig.check.json"],
	lint: ["biome", "ci", "--diagnostic-level=error", "."],
	"the page's types": ["vue-tsc", "--noEmit", "-p", "packages/dashboard"],
	layers: ["depcruise", "--config", "dependency-cruiser.config.mjs", "packages", "bench", "e2e", "examples", "scripts"],
	"unused code": ["knip"],
};
const furtherChecks = {
	"the React example's types": ["tsc", "-p", "examples/react"],
	"planted faults": ["tsx", "scripts/faults.ts"],
	// Ratios of CPU time that a loaded machine does not disturb, against the committed ones.
	figures: ["tsx", "--conditions=livekeeper-source", "bench/main.ts", "--ci"],
};

await ensureInstalled();
const counts = onePackage ? await testPackage(onePackage) : await testWorkspace();
if (counts.failures.length > 0) console.log(`\nFailed:\n${counts.failures.join("\n\n")}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function testPackage(name) {
	// Its tests run the program and read the page as they are built; those of the others need sources alone.
	if (name === "livekeeper") ensureBuilt();
	const page = name === "dashboard" ? ["the page's types"] : ["types"];
	const [tests, checked] = await Promise.all([
		runVitest([...projects("unit"), `packages/${name}/`]),
		runChecks(Object.fromEntries(page.map((check) => [check, checks[check]]))),
	]);
	return added([tests, checked]);
}

async function testWorkspace() {
	await ensureDebianPackages(rest ? debianPackages.all : debianPackages.quick);
	ensureBuilt();
	// The manual at /help, which long tests read.
	if (rest) await once(spawn(process.execPath, [`${root}scripts/manual.mjs`], { stdio: "inherit" }), "exit");
	sayWhatIsLeftOut();
	const all = [];
	// The checks use the processor time that the tests leave: the last tests mostly wait.
	if (quick) all.push(...(await Promise.all([runVitest(projects("unit", "seams")), runChecks(checks)])));
	// Whole services, browsers and clusters mostly wait: three of them keep two cores busy.
	if (rest) all.push(await runVitest([...projects("long", "whole"), "--maxWorkers=3"]), await runChecks(furtherChecks));
	return added(all);
}

function added(all) {
	const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
	const failures = all.flatMap((counts) => counts.failures);
	return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped"), failures };
}

function projects(...names) {
	return names.flatMap((name) => ["--project", name]);
}

function sayWhatIsLeftOut() {
	const programs = {
		"nats-server": [
			"a cluster over NATS",
			["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"],
		],
		chromium: [
			"the page in a browser",
			["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser"],
		],
	};
	for (const [program, [tested, paths]] of Object.entries(programs)) {
		if (!paths.some((path) => existsSync(path)))
			console.warn(`Left out, since ${program} is not installed: tests of ${tested}.`);
	}
}

/** Runs checks one after the other and prints their output. @returns counts in which only those that fail appear */
async function runChecks(commands) {
	const failures = [];
	for (const [name, [command, ...given]] of Object.entries(commands)) {
		const npx = startOf("npx", ["--no", command, "--", ...given]);
		const child = spawn(npx.command, npx.args, { cwd: root, shell: npx.shell, stdio: ["ignore", "pipe", "pipe"] });
		// A check that could not be started reports that by its status.
		if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
		const [status] = await once(child, "close");
		console.log(`— ${name}: ${status === 0 ? "passed" : "failed"}\n${output}`.trimEnd());
		if (status !== 0) failures.push(`${name}\n${output.trimEnd().split("\n").slice(-25).join("\n")}`);
	}
	return { passed: 0, failed: failures.length, skipped: 0, failures };
}
