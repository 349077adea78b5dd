// `node scripts/check-packages.mjs client douyin`: checks that built packages satisfy npm and TypeScript. Needs no
// network; prints each problem on a line, and the status is then 1.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { startOf } from "./npm-programs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Files that every package has. */
const wanted = ["LICENSE", "README.md", "README.zh-CN.md"];
/** Files for the repository only: sources that maps refer to are not in a package either. */
const unwanted = /\.map$|tsbuildinfo$|\.test\.|\.helpers\.|^src\//;
/** Ways of resolving that are ignored: the packages are ES modules only. */
const notFor = ["node10", "node16-cjs"];

const folder = mkdtempSync(join(tmpdir(), "livekeeper-packages-"));
try {
	for (const name of process.argv.slice(2)) {
		for (const problem of await problemsOf(name)) {
			console.log(`${name}: ${problem}`);
			process.exitCode = 1;
		}
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}

async function problemsOf(name) {
	const { files, tarball } = pack(name);
	const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
	const { messages, pkg } = await publint({ pkgDir: "package", strict: true, pack: { tarball: tarball.buffer } });
	return [
		...wanted.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
		...files.filter((path) => unwanted.test(path)).map((path) => `${path} does not belong there`),
		...(types ? [] : ["it has no types"]),
		...problems.filter(({ resolutionKind }) => !notFor.includes(resolutionKind)).map((one) => JSON.stringify(one)),
		...messages.map((message) => formatMessage(message, pkg)),
	];
}

/** Packs the files that `npm publish` would send. */
function pack(name) {
	const flags = ["--json", "--ignore-scripts", "--pack-destination", folder];
	const npm = startOf("npm", ["pack", `./packages/${name}`, ...flags]);
	const { stdout, stderr } = spawnSync(npm.command, npm.args, { cwd: root, shell: npm.shell, encoding: "utf8" });
	if (!stdout) throw new Error(`npm pack gave nothing: ${stderr}`);
	// A list, or from npm 12 on an object by the package's name.
	const [{ filename, files }] = Object.values(JSON.parse(stdout));
	return { files: files.map(({ path }) => path), tarball: new Uint8Array(readFileSync(join(folder, filename))) };
}
