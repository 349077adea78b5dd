import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { copySources } from "./copy-sources.ts";

/**
 * `npm run faults [-- part-of-a-name …]`: plants the faults of faults/*.yaml, one at a time, each in a copy of the
 * sources, and runs the one test that must fail. Exits with 1 if a fault survives, is found by another test than the one
 * that is named, or no longer fits the sources.
 *
 * `npm run faults -- --world [part-of-a-name …]` runs simulated worlds in its place, and lists what they find; faults of
 * parts that no world has (the page, the client, NATS) survive there. `--seeds 1..20` runs more than six worlds for each,
 * and `--skip 20` leaves out the first twenty faults.
 */
interface Fault {
	/** A fault that a person would make, in a few words. */
	name: string;
	/** Path of the source file, from the root. */
	file: string;
	/** Text that occurs exactly once in the file. */
	replace: string;
	by: string;
	/** Path of the test file. */
	test: string;
	/** Title of the test that must fail, or a part of it that no other title of the file has. */
	fails: string;
}

interface Outcome {
	fault: Fault;
	/** `killed`, or why not. */
	result: string;
	seconds: number;
}

const root = fileURLToPath(new URL("..", import.meta.url));
/** Number of concurrent runs: one for each core of a small machine. */
const workers = 2;
const { values, positionals: selected } = parseArgs({
	allowPositionals: true,
	options: {
		world: { type: "boolean", default: false },
		skip: { type: "string", default: "0" },
		seeds: { type: "string", default: "1..6" },
	},
});
/** Timeout for one run, ms; it only guards against a fault that never ends, which a world has found then. */
const maxRunMs = values.world ? 300_000 : 120_000;

/** Seeds that a fault must survive, in short worlds that break no promise without one. */
const worldArgs = ["--hours", "0.5", "--rooms", "4", "--workers", "1", "--first"];
const faults = readdirSync(`${root}faults`)
	.filter((name) => name.endsWith(".yaml"))
	.toSorted()
	.flatMap((name) =>
		(parse(readFileSync(`${root}faults/${name}`, "utf8")) as Fault[]).map((fault) => checked(fault, name)),
	)
	.filter(
		({ name, file }) => selected.length === 0 || selected.some((part) => name.includes(part) || file.includes(part)),
	)
	.slice(Number(values.skip));

const running = new Set<ChildProcess>();
process.once("SIGINT", () => {
	for (const child of running) killGroup(child);
	process.exit(130);
});

const outcomes: Outcome[] = [];
const queue = [...faults];
await Promise.all(Array.from({ length: Math.min(workers, faults.length) }, work));
const survivors = outcomes.filter(({ result }) => result !== "killed");
for (const { fault, result } of survivors) console.error(`${fault.name} (${fault.file}): ${result}`);
const by = values.world ? "simulated worlds" : "the test that is named";
console.log(`${outcomes.length - survivors.length} of ${faults.length} faults killed by ${by}`);
process.exitCode = faults.length > 0 && (survivors.length === 0 || values.world) ? 0 : 1;

async function work(): Promise<void> {
	const copy = mkdtempSync(join(tmpdir(), "livekeeper-faults-"));
	copySources(copy);
	try {
		for (let fault = queue.shift(); fault; fault = queue.shift()) {
			const startedAt = performance.now();
			const result = await plant(fault, copy);
			const seconds = (performance.now() - startedAt) / 1000;
			outcomes.push({ fault, result, seconds });
			console.log(
				`${seconds.toFixed(1).padStart(6)} s  ${result === "killed" ? "killed  " : "SURVIVED"}  ${fault.name}`,
			);
		}
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
}

/** Plants a fault in a copy, runs its test there, and removes the fault again. */
async function plant({ file, replace, by, test, fails }: Fault, copy: string): Promise<string> {
	const path = join(copy, file);
	const sound = readFileSync(path, "utf8");
	const places = sound.split(replace).length - 1;
	if (places !== 1) return `the text to be replaced stands ${places} times in the file`;
	writeFileSync(
		path,
		sound.replace(replace, () => by),
	);
	try {
		if (values.world) return await resultInWorlds(file, copy);
		const failed = await failedTests(test, copy);
		if (failed.length === 0) return "no test failed";
		return failed.some((title) => title.includes(fails)) ? "killed" : `only others failed: ${failed.join(" · ")}`;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	} finally {
		writeFileSync(path, sound);
	}
}

/** Ends a test run with all of its workers. */
function killGroup({ pid }: ChildProcess): void {
	if (pid === undefined) return;
	if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"]);
	else process.kill(-pid, "SIGKILL");
}

/** Runs one test file. @throws Error if it never ends. @returns the titles of the tests that failed */
async function failedTests(test: string, copy: string): Promise<string[]> {
	const report = join(copy, "report.json");
	rmSync(report, { force: true });
	const args = [
		"--project",
		test.startsWith("e2e/") ? "seams" : "unit",
		"--reporter=json",
		`--outputFile.json=${report}`,
	];
	await ended(["node_modules/vitest/vitest.mjs", "run", ...args, "--maxWorkers=1", test], copy, test);
	interface Report {
		testResults: { assertionResults: { fullName: string; status: string }[] }[];
	}
	let results: Report["testResults"];
	try {
		results = (JSON.parse(readFileSync(report, "utf8")) as Report).testResults;
	} catch {
		return [];
	}
	const all = results.flatMap(({ assertionResults }) => assertionResults);
	return all.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
}

/** Runs worlds with the fault, of several nodes if it concerns only those. */
async function resultInWorlds(file: string, copy: string): Promise<string> {
	const nodes = /\/(?:cluster|jetstream)\//.test(file) ? ["--nodes", "3"] : [];
	const main = ["--conditions=livekeeper-source", "e2e/world/main.ts"];
	const args = [...main, ...worldArgs, ...nodes, "--seeds", values.seeds];
	const code = await ended(args, copy, "the world");
	return code === 0 ? "no promise broken" : "killed";
}

/** Runs a program. @throws Error if it never ends, unless it runs worlds. @returns its exit code; `null` if it was ended */
async function ended(args: readonly string[], copy: string, name: string): Promise<number | null> {
	const child = spawn(process.execPath, args, {
		cwd: copy,
		env: { ...process.env, NODE_OPTIONS: "--experimental-strip-types", LIVEKEEPER_FAULTS: "1" },
		stdio: "ignore",
		// A group of its own: Vitest's workers outlive it when it is killed alone.
		detached: process.platform !== "win32",
	});
	let isHung = false;
	const limit = setTimeout(() => {
		isHung = true;
		killGroup(child);
	}, maxRunMs);
	running.add(child);
	const [code] = (await once(child, "close")) as [number | null];
	running.delete(child);
	clearTimeout(limit);
	if (isHung && !values.world) throw new Error(`${name} did not end within ${maxRunMs / 1000} s`);
	return code;
}

function checked(fault: Fault, from: string): Fault {
	for (const key of ["name", "file", "replace", "by", "test", "fails"] as const) {
		if (typeof fault[key] !== "string") throw new Error(`${from}: a fault has no ${key}: ${JSON.stringify(fault)}`);
	}
	return fault;
}
