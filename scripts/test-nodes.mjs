// `npm run test:nodes [-- vitest's arguments]`: the whole suite on each Node that livekeeper supports.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, runNpm } from "./ensure.mjs";
import { runVitest } from "./vitest-run.mjs";

/** The oldest that `engines` allows, and the newest of the lines after it. */
const versions = ["22.15.0", "24.21.0", "26.10.0"];

await ensureInstalled();
ensureBuilt();
const rows = [];
for (const version of versions) {
	const node = nodeOf(version);
	console.log(`— Node ${version}`);
	rows.push({ node: version, ...(await runVitest(process.argv.slice(2), node)) });
}
console.table(rows);
process.exitCode = rows.every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1;

/** The path of a Node from npm, which is kept for the next time. */
function nodeOf(version) {
	const folder = join(root, ".tmp/nodes", version);
	const node = join(folder, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");
	if (existsSync(node)) return node;
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
	if (!runNpm(["install", `node@${version}`, "--ignore-scripts=false"], { cwd: folder }) || !existsSync(node)) {
		throw new Error(`Node ${version} could not be installed: see npm's message above.`);
	}
	return node;
}
