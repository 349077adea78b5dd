// `npm run test:packages`: what `npm publish` would send, installed into an empty folder and run, on each Node.
import { spawnSync } from "node:child_process";
import { ensureBuilt, ensureInstalled, root } from "./ensure.mjs";
import { nodeOf, versions } from "./nodes.mjs";

await ensureInstalled();
ensureBuilt();
spawnSync(process.execPath, [`${root}scripts/manual.mjs`], { stdio: "inherit" });
const { installed, packed } = await import("./package/installed.mjs");

const packages = packed();
for (const version of versions) {
	const node = nodeOf(version);
	console.log(`Node ${version}: ${JSON.stringify(await installed(packages, node))}`);
}
