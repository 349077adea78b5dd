// Provides what a fresh clone lacks: used by `npm start` and `npm test`, with Node's own modules only.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmFailure, startOf } from "./npm-programs.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a program with this Node; returns its exit status. */
export function run(command, args, options = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
	if (error) console.error(`${command} did not start: ${error.message}`);
	return status ?? 1;
}

/** The Node that npm installs if the machine's own is older than `engines` requires. */
const broughtNode = "24.21.0";
const broughtNodeFile = `${root}node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const tooOld = major < 22 || (major === 22 && minor < 14);

/**
 * Installs the pinned dependencies unless exactly these are there already. On a machine with an older Node it also
 * installs a newer one, which comes first in every npm script and in `npx` from then on, and hands over to it: code
 * after the call runs on a Node that is new enough.
 */
export async function ensureInstalled() {
	const bringNode = tooOld || process.execPath === broughtNodeFile;
	if (!isInstalled() || (bringNode && !existsSync(broughtNodeFile))) {
		console.error("Installing dependencies (npm ci); a first time takes some minutes …");
		await npm("ci");
		if (bringNode) {
			console.error(`livekeeper needs Node 22.15 or later: installing ${broughtNode} beside it …`);
			// Its own script fetches the binary; no other package's is run (.npmrc).
			await npm("install", "--no-save", "--ignore-scripts=false", `node@${broughtNode}`);
		}
	}
	if (tooOld) await handOver();
}

/**
 * Whether a folder has exactly the pinned packages, however they were installed; those for other platforms may be
 * absent. npm records its own installations.
 */
export function isInstalled(folder = root) {
	const installedFile = `${folder}node_modules/.package-lock.json`;
	if (!existsSync(installedFile)) return false;
	const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
	const there = packagesOf(installedFile);
	return Object.entries(packagesOf(`${folder}package-lock.json`)).every(([path, { version, integrity, optional }]) => {
		if (!path.includes("node_modules/") || (optional && !there[path])) return true;
		return there[path] && there[path].version === version && there[path].integrity === integrity;
	});
}

/**
 * Runs npm. If it fails, prints the reason and advice; while it installs, one line shows the progress, because npm
 * itself is silent for minutes.
 * @returns whether it succeeded
 */
export async function runNpm(args, { cwd = root } = {}) {
	const installs = args[0] === "ci";
	// npm's own spinner uses the same line, and says nothing.
	const quiet = ["--no-audit", "--no-fund", "--loglevel=error", ...(installs ? ["--no-progress"] : [])];
	const { command, args: given, shell } = startOf("npm", [...args, ...quiet]);
	const child = spawn(command, given, { cwd, shell, stdio: ["ignore", 2, 2] });
	const endProgress = installs ? showProgress(cwd) : () => undefined;
	const ended = await new Promise((resolve) => {
		child.once("error", (error) => resolve({ status: null, error }));
		child.once("exit", (status, signal) => resolve({ status, signal }));
	});
	endProgress();
	const failure = npmFailure(args[0], ended);
	if (failure) console.error(failure);
	return failure === "";
}

/** Interval of progress, ms: a terminal is rewritten each second; a file gets a line now and then. */
const progressMs = process.stderr.isTTY ? 1_000 : 15_000;

/** Shows how many of the pinned packages are in a folder, until the returned function is called. */
function showProgress(folder) {
	const start = Date.now();
	const timer = setInterval(() => {
		const line = progressLine(folder, Date.now() - start);
		process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`);
	}, progressMs);
	return () => {
		clearInterval(timer);
		if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
	};
}

/** Formats the progress of an installation: packages that are there, of those that this machine may need. */
export function progressLine(folder, elapsedMs) {
	const wanted = pinnedFolders(folder);
	const there = wanted.filter((path) => existsSync(join(folder, path, "package.json")));
	const packages = wanted.length === 0 ? "" : `${there.length} of ${wanted.length} packages, `;
	return `  ${packages}${Math.round(elapsedMs / 1000)} s`;
}

/** Reads where pinned packages go. A lock file that is missing or damaged has none: npm says what is wrong with it. */
function pinnedFolders(folder) {
	try {
		const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
		return Object.keys(packages).filter((path) => path.includes("node_modules/") && !packages[path].optional);
	} catch {
		return [];
	}
}

async function npm(...args) {
	if (!(await runNpm(args))) process.exit(1);
}

/** Reruns the calling script with the Node that npm installed, and ends as it does. */
async function handOver() {
	const child = spawn(broughtNodeFile, process.argv.slice(1), { stdio: "inherit" });
	// A terminal sends Ctrl-C to both processes; signals that a supervisor sends to this one alone are passed on. On
	// Windows the console notifies both when it closes, and signals can't be passed on.
	const passOn = process.platform === "win32" ? () => undefined : (signal) => child.kill(signal);
	process.on("SIGINT", () => undefined);
	for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, passOn);
	const [code] = await once(child, "exit");
	process.exit(code ?? 1);
}

/** Sources of the page. */
const pageSources = [
	"packages/dashboard",
	"packages/client/src",
	"packages/douyin/src/reconnect/retry-after.ts",
	"package-lock.json",
];
const packages = ["douyin", "simulator", "client", "base", "log", "engine", "targets", "livekeeper"].map(
	(name) => `packages/${name}`,
);
/** Packages whose modules are joined: the service loads nearly all of them. */
const bundled = ["douyin", "livekeeper"];

/** Builds everything that changed since the last build: the packages, then the page. Prints the slow steps. */
export function ensureBuilt() {
	const first = packages.filter((path) => !existsSync(`${root}${path}/dist`));
	for (const [at, path] of first.entries()) {
		console.error(`Building ${path} (${at + 1} of ${first.length}) …`);
		build("node_modules/typescript/bin/tsc", "-b", path);
	}
	build("node_modules/typescript/bin/tsc", "-b", ...packages);
	removeOrphans();
	ensureBundled();
	const stamp = `${root}packages/dashboard/dist/.built`;
	const wanted = hashOf(...pageSources);
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
	console.error("Building the page …");
	build("node_modules/vite/bin/vite.js", "build", "packages/dashboard", "--logLevel", "warn");
	writeFileSync(stamp, wanted);
}

/** Joins the modules of packages if tsc has changed them since the last time. */
function ensureBundled() {
	const stamp = `${root}packages/livekeeper/dist/.bundled`;
	const hash = createHash("sha256");
	const made = packages.flatMap((path) => [`${path}/dist/.tsbuildinfo`, `${path}/package.json`]);
	for (const path of [...made, "scripts/bundle.mjs", "package-lock.json"]) {
		if (existsSync(`${root}${path}`)) hash.update(readFileSync(`${root}${path}`));
	}
	const wanted = hash.digest("hex");
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
	build("scripts/bundle.mjs", ...bundled);
	writeFileSync(stamp, wanted);
}

/** Removes tsc's output for sources that are gone: tsc leaves it there, and packages would contain it. */
export function removeOrphans() {
	for (const path of packages) {
		for (const file of readdirSync(`${root}${path}/dist`, { recursive: true })) {
			const [made, module] = /^(?!(?:bundle|types)[/\\])(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? [];
			if (made && !existsSync(`${root}${path}/src/${module}.ts`)) rmSync(`${root}${path}/dist/${made}`);
		}
	}
}

/** Ends the process with a message for people if the build fails. */
function build(...args) {
	const status = run(process.execPath, args);
	if (status === 0) return;
	console.error("The build failed; see the messages above.");
	process.exit(status);
}

const isBuilt = /\/(dist|node_modules|\.vitepress\/(cache|\.temp))(\/|$)/;

/** Returns a hash that changes with any file in these folders, except build output. */
export function hashOf(...paths) {
	const hash = createHash("sha256");
	const files = paths.flatMap((path) => {
		if (!statSync(`${root}${path}`).isDirectory()) return [path];
		return readdirSync(`${root}${path}`, { recursive: true }).map((name) => `${path}/${name}`);
	});
	for (const file of files.sort()) {
		if (isBuilt.test(file.replaceAll("\\", "/")) || statSync(`${root}${file}`).isDirectory()) continue;
		hash.update(file).update(readFileSync(`${root}${file}`));
	}
	return hash.digest("hex");
}
