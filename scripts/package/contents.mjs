// Content of an archive: Node, livekeeper with the packages that it needs at run time, and starters.
import {
	createReadStream,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
} from "node:fs";
import { basename, join, posix, relative, sep } from "node:path";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { root, runNpm } from "../ensure.mjs";
import { productionPackages } from "./production-packages.mjs";
import { starters } from "./starters.mjs";

/** Always the same, so that a newer archive can be unpacked over an older one. */
const folder = "livekeeper";

/** @returns the archive's name without its ending, and its files */
export async function contentsOf(target) {
	const { version } = JSON.parse(readFileSync(`${root}packages/livekeeper/package.json`, "utf8"));
	const files = [
		...starters(target, version),
		{ path: "LICENSE", content: readFileSync(`${root}LICENSE`), mode: 0o644 },
		...(await nodeFiles(target)),
		...appFiles(target),
		...extensionFiles(),
	];
	return {
		name: `livekeeper-${version}-${target.name}`,
		files: files.map((file) => ({ ...file, path: posix.join(folder, file.path) })),
	};
}

/** Returns Node's program, and its licence if its package has it. */
export async function nodeFiles({ node, program }) {
	const archive = await fetchNode(node);
	const wanted = { [`package/bin/${program}`]: `app/${program}`, "package/LICENSE": "app/NODE-LICENSE" };
	const files = [];
	const entries = createReadStream(archive).pipe(createGunzip()).pipe(extract());
	for await (const entry of entries) {
		const path = wanted[entry.header.name];
		const chunks = [];
		for await (const chunk of entry) if (path) chunks.push(chunk);
		const mode = path?.endsWith(program) ? 0o755 : 0o644;
		if (path) files.push({ path, content: Buffer.concat(chunks), mode });
	}
	if (!files.some(({ path }) => path === `app/${program}`)) throw new Error(`${node} holds no bin/${program}`);
	return files;
}

/**
 * Fetches npm's package with a Node, kept for the next time. @returns the path of its tarball; npm has checked its hash
 */
async function fetchNode(spec) {
	const kept = join(root, ".tmp/nodes");
	const archive = join(kept, `${spec.replace("@", "-")}.tgz`);
	if (existsSync(archive)) return archive;
	mkdirSync(kept, { recursive: true });
	// It gets its name only when it is complete, because several programs may fetch it at once.
	const work = mkdtempSync(join(kept, "fetching-"));
	try {
		if (!(await runNpm(["pack", spec], { cwd: work })))
			throw new Error(`${spec} could not be fetched: see the message above.`);
		renameSync(join(work, basename(archive)), archive);
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
	return archive;
}

/** Returns livekeeper and the packages that it needs at run time. */
export function appFiles(target) {
	return productionPackages(root).flatMap(({ from, to, only }) =>
		filesBelow(join(root, from))
			.filter((name) => only === undefined || only.some((part) => name === part || name.startsWith(`${part}/`)))
			.filter((name) => isNeeded(posix.join(to, name), target))
			.map((name) => ({
				path: posix.join("app", to, name),
				content: readFileSync(join(root, from, name)),
				mode: 0o644,
			})),
	);
}

/** Returns the browser extension, which users load from the unpacked archive. */
export function extensionFiles() {
	const from = join(root, "extension");
	return filesBelow(from).map((name) => ({
		path: posix.join("extension", name),
		content: readFileSync(join(from, name)),
		mode: 0o644,
	}));
}

/** Files only for people, compilers and tests; licences stay. */
const forPeople = /\.(map|md|markdown|ts|mts|cts|tsbuildinfo|flow|jst|yml|yaml|sh)$|\.d\.\w+$/i;
/** Builds for web pages that load them by a script tag. */
const forScriptTags = /\/(umd|iife)\/|\.(umd|iife)(\.min)?\.js$/;
/** Builds for other ways of loading than ours: for browsers, or by `require`. */
const otherBuilds =
	/node_modules\/(@modelcontextprotocol\/sdk\/dist\/cjs|hono\/dist\/cjs|mqtt\/dist|yaml\/browser)\/|\/liquid\.browser\.|node_modules\/zod\/.*\.cjs$/;
const forTests = /(^|\/)(\.github|\.vscode|__tests__|tests?|benchmarks?|coverage|examples?)\//;
const ours = /^node_modules\/(@livekeeper\/|livekeeper\/)/;

function isNeeded(path, { prebuild }) {
	// Headers for compiling better-sqlite3, which comes compiled.
	if (path.includes("node_modules/node-addon-api/")) return false;
	if (path.includes("node_modules/better-sqlite3/")) {
		if (path.includes("/prebuilds/")) return path.endsWith(`/${prebuild}`);
		return /better-sqlite3\/(lib\/|package\.json$|LICENSE$)/.test(path);
	}
	if (ours.test(path)) return !/\.(map|tsbuildinfo)$|\.d\.ts$/.test(path);
	if (/\/licen[cs]e[^/]*$|\/notice[^/]*$/i.test(path)) return true;
	return ![forPeople, forScriptTags, forTests, otherBuilds].some((what) => what.test(path));
}

/** Returns the files of a package, with "/" on every system; not those of packages within it. */
function filesBelow(path) {
	return readdirSync(path, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
		.filter((name) => !name.startsWith("node_modules/"))
		.sort();
}
