// Types of a bundle: declarations that its index needs, with those of packages that are not published and therefore
// not installed with it.
import { readFileSync } from "node:fs";
import { posix } from "node:path";

/**
 * Returns a package's declarations that its exports lead to, by path; those of unpublished packages are beside them.
 * @param packages folder of all packages, as tsc has built them
 */
export function typesOf(packages, name) {
	const found = new Map();
	const walk = (path) => {
		if (found.has(path)) return;
		const [owner, ...rest] = path.split("/");
		const text = readFileSync(posix.join(packages, owner, "dist", ...rest), "utf8");
		found.set(path, "");
		const written = text.replaceAll(/(\bfrom |\bimport\(|^import )"([^"]+)"/gm, (all, before, specifier) => {
			const to = declarationOf(packages, path, specifier);
			if (to === undefined) return all;
			walk(to);
			const relative = posix.relative(posix.dirname(path), to).replace(/\.d\.ts$/, ".js");
			return `${before}"${relative.startsWith(".") ? relative : `./${relative}`}"`;
		});
		found.set(path, written.replace(/^\/\/# sourceMappingURL=.*\n?/m, ""));
	};
	for (const { "livekeeper-source": source } of Object.values(manifestOf(packages, name).exports)) {
		walk(posix.join(name, declaration(source)));
	}
	return found;
}

/** Returns the declarations that an import needs, or `undefined` for a published package. */
function declarationOf(packages, path, specifier) {
	if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier.replace(/\.[jt]s$/, ".d.ts"));
	const [, name, door] = /^@livekeeper\/([^/]+)(.*)$/.exec(specifier) ?? [];
	if (name === undefined) return undefined;
	const { private: isPrivate, exports } = manifestOf(packages, name);
	return isPrivate ? posix.join(name, declaration(exports[`.${door}`]["livekeeper-source"])) : undefined;
}

/** Returns where tsc writes the declarations of a source, below its output folder. */
function declaration(source) {
	return source.replace(/^\.\/src\//, "").replace(/\.ts$/, ".d.ts");
}

function manifestOf(packages, name) {
	return JSON.parse(readFileSync(posix.join(packages, name, "package.json"), "utf8"));
}
