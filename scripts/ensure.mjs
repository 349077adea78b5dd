// What a fresh clone lacks, made so: used by `npm start` and `npm test`, with Node's own modules only.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmFailure, startOf } from "./npm-programs.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a program with this Node; gives back its exit status. */
export function run(command, args, options = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
	if (error) console.error(`${command} did not start: ${error.message}`);
	return status ?? 1;
}

/** The Node that npm brings where the machine's own is older than `engines` asks for. */
const broughtNode = "24.21.0";
const broughtNodeFile = `${root}node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const tooOld = major < 22 || (major === 22 && minor < 14);

/**
 * Installs the pinned dependencies unless exactly these are there already. On a machine with an older Node it also
 * installs a newer one, which comes first in every npm script and in `npx` from then on, and hands over to it:
 * what follows the call runs on a Node that is new enough.
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
 * Whether a folder has exactly the pinned packages, however they were installed; those for other platforms may be absent.
 * What npm has installed it notes itself.
 */
export function isInstalled(folder = root) {
	const installedFile = `${folder}node_modules/.package-lock.json`;
	if (!existsSync(installedFile)) return false;
	const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
	const there = packagesOf(installedFile);
	return Object.entries(packagesOf(`${folder}package-lock.json`)).every(([path, { version, integrity, optional }]) => {
		if (!path.includes("node_modules/") || (optional && !there[path])) return true;
		return there[path]?.version === version && there[path].integrity === integrity;
	});
}

/**
 * Runs npm. Where it fails it says why and what to do; while it installs, one line says how far it is: npm itself is silent
 * for minutes. @returns whether it did what it was asked
 */
export async function runNpm(args, { cwd = root } = {}) {
	const installs = args[0] === "ci";
	// npm's own sign of life turns in the same place, and says nothing.
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

/** A terminal is rewritten each second; a file gets a line now and then. */
const progressMs = process.stderr.isTTY ? 1_000 : 15_000;

/** Says how many of the pinned packages lie in a folder, until the returned function is called. */
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

/** How far an installation is: packages that are there, of those that this machine may need. */
export function progressLine(folder, elapsedMs) {
	const { packages: pinned } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
	const wanted = Object.keys(pinned).filter((path) => path.includes("node_modules/") && !pinned[path].optional);
	const there = wanted.filter((path) => existsSync(join(folder, path, "package.json")));
	return `  ${there.length} of ${wanted.length} packages, ${Math.round(elapsedMs / 1000)} s`;
}

async function npm(...args) {
	if (!(await runNpm(args))) process.exit(1);
}

/** Runs the calling script again with the Node that npm brought, and ends as it ends. */
async function handOver() {
	const child = spawn(broughtNodeFile, process.argv.slice(1), { stdio: "inherit" });
	// A terminal sends Ctrl-C to both processes; what a supervisor sends to this one alone is passed on. On Windows the
	// console tells both that it closes, and there is no passing on.
	const passOn = process.platform === "win32" ? () => undefined : (signal) => child.kill(signal);
	process.on("SIGINT", () => undefined);
	for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, passOn);
	const [code] = await once(child, "exit");
	process.exit(code ?? 1);
}

/** What the page is made of. */
const pageSources = [
	"packages/dashboard",
	"packages/client/src",
	"packages/douyin/src/reconnect/retry-after.ts",
	"package-lock.json",
];
const packages = ["douyin", "simulator", "client", "livekeeper"].map((name) => `packages/${name}`);
/** The modules of these are joined: the service loads nearly all of them. */
const bundled = ["douyin", "livekeeper"];

/** Builds what changed since the last build: the packages, then the page. What takes long says what it is at. */
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

/** Joins the modules of packages, where tsc has made others since the last time. */
function ensureBundled() {
	const stamp = `${root}packages/livekeeper/dist/.bundled`;
	const hash = createHash("sha256");
	const made = bundled.flatMap((name) => [`packages/${name}/dist/.tsbuildinfo`, `packages/${name}/package.json`]);
	for (const path of [...made, "scripts/bundle.mjs", "package-lock.json"]) {
		if (existsSync(`${root}${path}`)) hash.update(readFileSync(`${root}${path}`));
	}
	const wanted = hash.digest("hex");
	if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
	build("scripts/bundle.mjs", ...bundled);
	writeFileSync(stamp, wanted);
}

/** Removes what tsc made of sources that are gone: it leaves that where it is, and packages would hold it. */
export function removeOrphans() {
	for (const path of packages) {
		for (const file of readdirSync(`${root}${path}/dist`, { recursive: true })) {
			const [made, module] = /^(?!bundle[/\\])(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? [];
			if (made && !existsSync(`${root}${path}/src/${module}.ts`)) rmSync(`${root}${path}/dist/${made}`);
		}
	}
}

/** Ends the process with a message for people when the build fails. */
function build(...args) {
	const status = run(process.execPath, args);
	if (status === 0) return;
	console.error("The build failed; see the messages above.");
	process.exit(status);
}

const isBuilt = /\/(dist|node_modules|\.vitepress\/(cache|\.temp))(\/|$)/;

/** Changes with any file in these folders, but for what was built. */
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
