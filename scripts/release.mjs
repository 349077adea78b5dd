// Steps of the release workflow (docs/releasing.md): `release.mjs version 1.2.0`, `release.mjs artifacts folder`.
import { spawnSync } from "node:child_process";
import { createHash, createPrivateKey, sign } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { root } from "./ensure.mjs";
import { startOf } from "./npm-programs.mjs";
import { targets } from "./package/targets.mjs";

const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const commands = { version: checkVersion, artifacts: writeArtifacts };
const [command = "", given = ""] = process.argv.slice(2);
if (!(command in commands) || given === "") {
	console.error(`Usage: node scripts/release.mjs version <version> | artifacts <folder>`);
	process.exit(1);
}
await commands[command](given);

/** Checks that every package, and each dependency between them, names this version. */
function checkVersion(version) {
	const wrong = ["", ...workspaces.map((folder) => `${folder}/`)]
		.map((folder) => `${folder}package.json`)
		.flatMap((path) => {
			const manifest = JSON.parse(readFileSync(join(root, path), "utf8"));
			const needed = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
			const ours = needed.filter(([name]) => name.startsWith("@livekeeper/"));
			return [["version", manifest.version], ...ours].flatMap(([name, named]) =>
				named === version ? [] : [`${path}: ${name} is ${named}, not ${version}`],
			);
		});
	if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) wrong.push(`${version} is no version such as 1.2.0`);
	for (const line of wrong) console.error(line);
	process.exitCode = wrong.length === 0 ? 0 : 1;
}

/**
 * Writes archives of all systems, npm's tarballs with their order (PACKAGES), bills of materials, and SHA256SUMS of
 * all; with an ed25519 private key in `RELEASE_KEY` (PEM) also SHA256SUMS.sig.
 */
async function writeArtifacts(folder) {
	const out = resolve(folder);
	mkdirSync(out, { recursive: true });
	for (const target of Object.keys(targets)) {
		run(process.execPath, [`${root}scripts/package.mjs`, "--target", target, "--out", out]);
	}
	nameRepository();
	const { packed } = await import("./package/installed.mjs");
	const tarballs = packed().map(({ tarball }) => {
		copyFileSync(tarball, join(out, basename(tarball)));
		return basename(tarball);
	});
	writeFileSync(join(out, "PACKAGES"), `${tarballs.join("\n")}\n`);
	writeFileSync(join(out, "livekeeper.cdx.json"), billOfMaterials());
	const sums = checksums(out);
	writeFileSync(join(out, "SHA256SUMS"), sums);
	// `livekeeper update` verifies it with the public key (updates_key).
	const key = process.env["RELEASE_KEY"];
	if (key) {
		const signature = sign(null, Buffer.from(sums), createPrivateKey(key)).toString("base64");
		writeFileSync(join(out, "SHA256SUMS.sig"), `${signature}\n`);
	}
}

/** Names the repository in the packages: npm requires that for a package's provenance. */
function nameRepository() {
	const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
	if (!server || !repository) return;
	for (const name of packages) {
		const path = join(root, "packages", name, "package.json");
		const url = `git+${server}/${repository}.git`;
		const manifest = {
			...JSON.parse(readFileSync(path, "utf8")),
			repository: { type: "git", url, directory: `packages/${name}` },
		};
		writeFileSync(path, `${JSON.stringify(manifest, undefined, "\t")}\n`);
	}
}

/** Returns the service's components at run time, as CycloneDX. */
function billOfMaterials() {
	const {
		command: npm,
		args,
		shell,
	} = startOf("npm", [
		...["sbom", "--sbom-format=cyclonedx", "--sbom-type=application", "--omit=dev", "--workspace=livekeeper"],
	]);
	return run(npm, args, { shell, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
}

function checksums(folder) {
	const names = readdirSync(folder).filter((name) => !name.startsWith("SHA256SUMS"));
	const sum = (name) =>
		createHash("sha256")
			.update(readFileSync(join(folder, name)))
			.digest("hex");
	return names
		.sort()
		.map((name) => `${sum(name)}  ${name}\n`)
		.join("");
}

function run(program, args, options = {}) {
	const { status, stdout, error } = spawnSync(program, args, {
		cwd: root,
		encoding: "utf8",
		stdio: "inherit",
		...options,
	});
	if (error) throw error;
	if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}`);
	return stdout;
}
