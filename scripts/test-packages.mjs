// `npm run test:packages`: installs the packages that `npm publish` would send into an empty folder and runs them, on
// each version of Node.
import { spawnSync } from "node:child_process";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";
import { nodeOf, versions } from "./nodes.mjs";

await ensureInstalled();
ensureBuilt();
spawnSync(process.execPath, [`${root}scripts/manual.mjs`], { stdio: "inherit" });
const { installed, packed } = await import("./package/installed.mjs");

const packages = packed();
for (const version of versions) {
	const node = await nodeOf(version);
	const { answers, rooms, code, ...installation } = await installed(packages, node);
	console.log(`Node ${version}: ${JSON.stringify({ ...installation, answers, rooms, code })}`);
	const isWhole = Object.values(answers).every((status) => status === 200) && rooms.length === 3 && code === 0;
	if (installation.node !== `v${version}` || !isWhole) process.exitCode = 1;
}
