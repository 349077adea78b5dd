import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * Which part of the house may import which. A part is a folder (or a file) under a `src`; parts may always
 * import themselves. What is not in the table may not be there.
 */
const livekeeper: Record<string, readonly string[]> = {
	text: [],
	errors: [],
	log: [],
	"time-input": [],
	"room-options": [],
	"data-folder": ["errors"],
	rooms: ["errors"],
	connections: ["rooms", "room-options", "errors"],
	live: ["connections", "event-log", "room-options", "errors"],
	"event-log": ["room-options", "data-folder", "errors"],
	outputs: ["live", "event-log", "data-folder", "errors"],
	metrics: ["live"],
	http: ["live", "event-log", "outputs", "metrics", "time-input", "room-options", "errors"],
	cluster: ["connections", "errors"],
	config: ["errors"],
	cli: ["service", "config", "log", "http", "outputs", "event-log", "data-folder", "time-input", "errors"],
	service: ["live", "connections", "event-log", "outputs", "metrics", "http", "cluster", "config", "log", "errors"],
	index: ["service", "live", "rooms", "config", "event-log", "errors"],
};

/** Packages of the workspace that each package may import. */
const packages: Record<string, readonly string[]> = {
	douyin: [],
	simulator: ["@livekeeper/douyin"],
	client: ["@livekeeper/douyin"],
	dashboard: ["@livekeeper/client"],
	livekeeper: ["@livekeeper/dashboard", "@livekeeper/douyin", "@livekeeper/simulator"],
};

/** The simulator is a program of its own: only the wiring and the command line start it. */
const simulatorUsers = ["service", "cli"];

const root = fileURLToPath(new URL("..", import.meta.url));
const problems: string[] = [];

for (const [name, allowedPackages] of Object.entries(packages)) {
	const source = join(root, "packages", name, "src");
	for (const file of sources(source)) {
		for (const specifier of importsOf(file)) check(name, source, file, specifier, allowedPackages);
	}
}

if (problems.length > 0) {
	console.error(`Imports against the layering (the table is in scripts/layers.ts):\n${problems.join("\n")}`);
	process.exitCode = 1;
}

function check(name: string, source: string, file: string, specifier: string, allowed: readonly string[]): void {
	const where = relative(root, file);
	const test = /\.(test|test-kit)\.ts$/.test(file);
	const workspacePackage = /^(@livekeeper\/[^/]+|livekeeper)(\/|$)/.exec(specifier)?.[1];
	if (workspacePackage) {
		if (workspacePackage !== `@livekeeper/${name}` && !allowed.includes(workspacePackage) && !test) {
			problems.push(`  ${where}: package ${name} may not import ${specifier}`);
		}
		const simulator = workspacePackage === "@livekeeper/simulator";
		if (simulator && name === "livekeeper" && !test && !simulatorUsers.includes(partOf(source, file))) {
			problems.push(`  ${where}: only ${simulatorUsers.join(" and ")} may import the simulator`);
		}
		return;
	}
	if (!specifier.startsWith(".")) return;
	const target = resolve(dirname(file), specifier);
	if (!target.startsWith(source + sep)) {
		problems.push(`  ${where}: ${specifier} leaves the package; import it by its package name`);
		return;
	}
	if (name !== "livekeeper" || test) return;
	const from = partOf(source, file);
	const to = partOf(source, target);
	// Every part speaks to people.
	if (from === to || to === undefined || to === "text") return;
	if (!livekeeper[from]?.includes(to)) problems.push(`  ${where}: ${from} may not import ${to}`);
}

/** The first folder below `src`, or the name of a file that lies directly in it. */
function partOf(source: string, file: string): string {
	return (relative(source, file).split(sep)[0] ?? "").replace(/\.ts$/, "");
}

function sources(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".ts"))
		.map((path) => join(folder, path));
}

function importsOf(file: string): string[] {
	return ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles.map((entry) => entry.fileName);
}
