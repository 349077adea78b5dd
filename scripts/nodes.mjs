// The versions of Node that livekeeper supports, from npm.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runNpm } from "./ensure.mjs";

/** The oldest that `engines` allows, and the newest of the lines after it. */
export const versions = ["22.15.0", "24.21.0", "26.10.0"];

/** Returns the path of a Node, which is kept for the next time. */
export async function nodeOf(version) {
	const folder = join(root, ".tmp/nodes", version);
	const node = join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
	if (existsSync(node)) return node;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
	if (!(await runNpm(["install", `node@${version}`, "--ignore-scripts=false"], { cwd: folder })) || !existsSync(node)) {
		throw new Error(`Node ${version} could not be installed: see npm's message above.`);
	}
	return node;
}
