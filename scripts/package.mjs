// `npm run package -- --target win-x64 [--out folder]`: a portable archive for one system, with Node itself. All of it
// comes from npm packages, so each system's archive can be made on every other.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, run } from "./ensure.mjs";
import { targets } from "./package/targets.mjs";

const { values } = parseArgs({
	options: { target: { type: "string" }, out: { type: "string", default: `${root}dist` } },
});
const target = targets[values.target ?? ""];
if (!target) {
	console.error(`Name the system with --target: ${Object.keys(targets).join(", ")}`);
	process.exit(1);
}
await ensureInstalled();
ensureBuilt();
if (run(process.execPath, [`${root}scripts/manual.mjs`]) !== 0) process.exit(1);
// They use libraries, which are only available now.
const { contentsOf } = await import("./package/contents.mjs");
const { packed } = await import("./package/archive.mjs");

const { name, files } = await contentsOf(target);
const archive = await packed(files, target.archive);
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const path = join(out, `${name}.${target.archive}`);
writeFileSync(path, archive);
const unpacked = files.reduce((sum, { content }) => sum + content.length, 0);
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(`${path}: ${mb(archive.length)}, unpacked ${mb(unpacked)} in ${files.length} files`);
console.log(`sha256 ${createHash("sha256").update(archive).digest("hex")}`);
