// The packages as npm would send them, installed into an empty folder.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { removeOrphans, root } from "../ensure.mjs";
import { startOf } from "../npm-programs.mjs";

/** Packages in the order of their dependencies, which is that of their publication. */
export const names = ["douyin", "simulator", "client", "dashboard", "livekeeper"];

/**
 * Packs every package.
 * @returns the content of each, and the path of its tarball; the folder is removed when the process ends
 */
export function packed() {
	removeOrphans();
	const folder = temporary();
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	return names.map((name) => {
		const args = ["pack", `./packages/${name}`, "--json", "--ignore-scripts", "--pack-destination", folder];
		// A list, or from npm 12 on an object by the package's name.
		const [{ filename, files }] = Object.values(JSON.parse(npm(args, root)));
		return { name, files: files.map(({ path }) => path), tarball: join(folder, filename) };
	});
}

/**
 * Installs them into an empty folder, runs `livekeeper serve --demo` there, sends it requests, and stops it.
 * @param node the Node that npm and livekeeper run on
 * @returns the Node's version, the service's answers, and its exit
 */
export async function installed(packages, node = process.execPath) {
	const folder = temporary();
	try {
		writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
		const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"];
		npm(["install", ...packages.map(({ tarball }) => tarball), ...flags], folder, node);
		writeFileSync(join(folder, "imports.mjs"), imports);
		const program = join(folder, "node_modules/livekeeper/bin/livekeeper.js");
		const version = run(node, [program, "--version"], folder).trim();
		return { node: run(node, ["imports.mjs"], folder).trim(), version, ...(await served(node, program, folder)) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The beginning of a user's own program. */
const imports = `import { LivekeeperClient } from "@livekeeper/client";
import { DouyinLiveClient } from "@livekeeper/douyin";
import { faultKinds } from "@livekeeper/simulator";
import { startService } from "livekeeper";
console.log(process.version);
`;

async function served(node, program, folder) {
	const env = { ...process.env, PATH: pathWith(node), LIVEKEEPER_LANG: "en", NODE_ENV: "production" };
	const args = [program, "serve", "--demo", "--port", "0", "--log-format", "json"];
	const child = spawn(node, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
	const ended = once(child, "exit");
	let output = "";
	const listening = new Promise((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr]) {
			stream.on("data", (chunk) => {
				output += chunk;
				const [, url] = /listening on (http:\/\/[\w.:]+)/.exec(output) ?? [];
				if (url) resolve(url);
			});
		}
		child.once("exit", () => reject(new Error(`It ended before it listened:\n${output}`)));
	});
	try {
		const url = await listening;
		const answers = {};
		for (const path of ["/api/live/status", "/", "/docs", "/help/en/"]) {
			answers[path] = (await fetch(`${url}${path}`)).status;
		}
		let rooms = [];
		// It listens before the demo's rooms have begun, and takes signals once they have.
		while (rooms.length < 3 && child.exitCode === null) {
			await pause(50);
			rooms = (await (await fetch(`${url}/api/live/status`)).json()).active_rooms;
		}
		child.kill("SIGINT");
		const [code] = await ended;
		return { answers, rooms, code };
	} finally {
		child.kill("SIGKILL");
	}
}

function temporary() {
	return mkdtempSync(join(tmpdir(), "livekeeper-packages-"));
}

const pathWith = (node) => `${dirname(node)}${delimiter}${process.env.PATH}`;

function npm(args, cwd, node = process.execPath) {
	const { command, args: given, shell } = startOf("npm", args);
	return output(
		spawnSync(command, given, { cwd, shell, encoding: "utf8", env: { ...process.env, PATH: pathWith(node) } }),
	);
}

function run(node, args, cwd) {
	return output(spawnSync(node, args, { cwd, encoding: "utf8" }));
}

function output({ status, stdout, stderr, error }) {
	if (error) throw error;
	if (status !== 0) throw new Error(`Status ${status}:\n${stdout}${stderr}`);
	return stdout;
}
