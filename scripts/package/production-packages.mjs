import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";

/**
 * Returns the packages that livekeeper needs at run time, as installed: no other system's, and none that is optional to
 * livekeeper itself (DuckDB).
 * @returns {{ from: string, to: string, only?: string[] }[]} place of each in the workspace, its place beside the
 * others, and,
 *   for one of ours, its published files
 */
export function productionPackages(root) {
	const found = new Map();
	const add = (from) => {
		if (found.has(from)) return;
		const manifest = JSON.parse(readFileSync(join(root, from, "package.json"), "utf8"));
		const isOurs = /^packages\/[^/]+$/.test(from);
		const to = placeOf(from, manifest, root);
		found.set(from, { from, to, ...(isOurs && { only: [...manifest.files, "package.json"] }) });
		const { dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
		const required = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
		for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...required]) {
			const at = installedAt(root, from, name);
			if (at !== undefined) add(at);
			else if (!(name in optionalDependencies)) throw new Error(`${from} needs ${name}, which is not installed`);
		}
	};
	add("packages/livekeeper");
	return [...found.values()];
}

/** Returns where Node would find a package from there; workspaces are links. */
function installedAt(root, from, name) {
	for (let folder = from; ; folder = posix.dirname(folder)) {
		const path = posix.join(folder === "." ? "" : folder, "node_modules", name);
		if (existsSync(join(root, path, "package.json"))) {
			return relative(realpathSync(root), realpathSync(join(root, path))).replaceAll(sep, "/");
		}
		if (folder === ".") return undefined;
	}
}

/** Returns the place of a package: a workspace's is under its name, and packages installed within it go along. */
function placeOf(from, { name }, root) {
	if (!from.startsWith("packages/")) return from;
	const [, workspace = "", inner] = /^(packages\/[^/]+)(\/node_modules\/.+)?$/.exec(from) ?? [];
	if (inner === undefined) return `node_modules/${name}`;
	const owner = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8")).name;
	return `node_modules/${owner}${inner}`;
}
