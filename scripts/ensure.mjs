// What a fresh clone lacks, made so: used by `npm start` and `npm test`, with Node's own modules only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = `${root}package-lock.json`;
const stampFile = `${root}node_modules/.livekeeper-installed`;

/** Ends the process with a message for people when this Node is too old. */
function checkNode() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	console.error(
		`livekeeper needs Node 20.19 or later; this is ${process.versions.node}. Install a newer Node and run again.`,
	);
	process.exit(1);
}

/** Runs a command of the workspace; gives back its exit status. */
export function run(command, args, options = {}) {
	const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
	if (error) console.error(`${command} did not start: ${error.message}`);
	return status ?? 1;
}

/** Installs the pinned dependencies unless exactly these are there already. */
export function ensureInstalled() {
	checkNode();
	const wanted = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
	if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
	console.error("Installing dependencies (npm ci) …");
	const status = run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", 2, 2] });
	if (status !== 0) {
		console.error("npm ci failed. Check the network and the message above, then run the same command again.");
		process.exit(status);
	}
	writeFileSync(stampFile, wanted);
}

/** Builds what changed since the last build. */
export function ensureBuilt() {
	const status = run(process.execPath, [
		"node_modules/typescript/bin/tsc",
		"-b",
		"packages/douyin",
		"packages/simulator",
		"packages/client",
		"packages/livekeeper",
	]);
	if (status !== 0) {
		console.error("The build failed; see the messages above.");
		process.exit(status);
	}
}
