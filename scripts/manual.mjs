// `npm run docs`: builds docs/ into the manual that the service serves at /help, unless that is already up to date.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { hashOf, isInstalled, root, run, runNpm } from "./ensure.mjs";

const folder = fileURLToPath(new URL("../manual/", import.meta.url));
/** Folder in which the service finds it (packages/livekeeper/src/http/manual.ts), and which goes into the package. */
const built = `${root}packages/livekeeper/help`;
const stamp = `${built}/.built`;
const sources = [
	...["docs", "examples", "deploy", "Dockerfile", "packages/dashboard/public/favicon.svg"],
	...["manual/.vitepress", "manual/sources.mjs", "manual/words.mjs", "manual/anchor-of.mjs", "manual/minisearch.mjs"],
	...["manual/package-lock.json", "scripts/manual.mjs"],
];

const wanted = hashOf(...sources);
if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) process.exit(0);
console.error("Building the manual …");
if (!isInstalled(folder) && !(await runNpm(["ci"], { cwd: folder }))) process.exit(1);
const status = run(process.execPath, ["node_modules/vitepress/bin/vitepress.js", "build", "."], { cwd: folder });
if (status !== 0) {
	console.error("The manual could not be built; see the messages above.");
	process.exit(status);
}
compress(`${folder}dist`);
writeFileSync(`${folder}dist/.built`, wanted);
rmSync(built, { recursive: true, force: true });
renameSync(`${folder}dist`, built);

/** Compresses text files, as they are sent, and removes the originals: half the size in an archive. */
function compress(path) {
	for (const name of readdirSync(path, { recursive: true, encoding: "utf8" })) {
		if (!/\.(js|css|html|svg|txt)$/.test(name)) continue;
		writeFileSync(`${path}/${name}.gz`, gzipSync(readFileSync(`${path}/${name}`), { level: 9 }));
		rmSync(`${path}/${name}`);
	}
}
