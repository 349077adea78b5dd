// `node scripts/bundle.mjs douyin livekeeper`: joins the modules of packages into a few files, `dist/bundle`, from
// tsc's output, together with the libraries that every start loads. Node finds, reads and links each module by itself,
// which took half of the service's start. Packages that are not published become part of the bundle, with their types.
// Imports of published ones stay, so that nothing is there twice, and so do modules that are loaded only when needed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, isAbsolute, relative } from "node:path";
import { rolldown } from "rolldown";
import { typesOf } from "./bundle-types.mjs";
import { root } from "./ensure.mjs";

/** Modules that only the program loads, in addition to a package's exports. */
const programs = {
	livekeeper: {
		main: "dist/cli/main.js",
		thread: "../log/dist/event-log/sqlite/thread.js",
		"compile-cache": "dist/config/compile-cache.js",
	},
};

/**
 * Libraries that every start loads, with their dependencies, except those that find their own files or are compiled.
 */
const libraries = {
	livekeeper: [
		...["@fastify/cors", "@fastify/helmet", "@fastify/static", "commander", "fastify", "fastify-type-provider-zod"],
		...["pino", "socket.io", "string-width", "zod"],
	],
};

const notices = "THIRD-PARTY-NOTICES.txt";

for (const name of process.argv.slice(2)) await bundle(name);

async function bundle(name) {
	const folder = `${root}packages/${name}/`;
	checkDependencies(manifestOf(folder));
	const input = { ...exportsOf(folder), ...programs[name] };
	const joined = await rolldown({
		cwd: folder,
		input,
		platform: "node",
		external: (id, importer) => {
			if (id.startsWith(".") || isAbsolute(id) || Object.values(input).includes(id) || isUnpublished(id)) return false;
			return isBuiltin(id) || (!packageOf(importer) && !libraries[name]?.includes(id));
		},
		// Optional imports of libraries, which work without them.
		onLog: (level, log, handle) => log.code !== "UNRESOLVED_IMPORT" && handle(level, log),
	});
	const names = { entryFileNames: "[name].js", chunkFileNames: "part-[name].js" };
	const { output } = await joined.generate({ format: "esm", comments: false, ...names });
	await joined.close();
	const made = Object.fromEntries(output.map(({ fileName, code }) => [fileName, inAscii(code)]));
	const licences = licencesOf(output.flatMap(({ modules }) => Object.keys(modules)));
	if (licences !== "") made[notices] = licences;
	writeFolder(`${folder}dist/bundle`, made);
	// Other packages need a published package's own declarations while they are built.
	if (bundlesTypes(folder)) writeFolder(`${folder}dist/types`, Object.fromEntries(typesOf(`${root}packages`, name)));
}

/** Writes files into a folder and removes all others from it. */
function writeFolder(folder, made) {
	for (const [file, text] of Object.entries(made)) {
		mkdirSync(dirname(`${folder}/${file}`), { recursive: true });
		writeWhereOther(`${folder}/${file}`, text);
	}
	// A running service may still have to load some of them: those of the same name stay all the time.
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		const file = relative(folder, `${entry.parentPath}/${entry.name}`).replaceAll("\\", "/");
		if (entry.isFile() && !(file in made)) rmSync(`${folder}/${file}`);
	}
}

/**
 * Writes only a changed file: tests build in several processes, each of which starts services, and a process that loads
 * a file while it is written would find half of it.
 */
function writeWhereOther(path, text) {
	if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** Escapes characters, because V8 keeps a whole file in twice the memory if one character of it is not in Latin-1. */
function inAscii(code) {
	return code.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Returns `{ index: "dist/index.js" }`: the name of each export, and its module. */
function exportsOf(folder) {
	const { exports } = manifestOf(folder);
	return Object.fromEntries(
		Object.values(exports).map((to) => [
			/^\.\/dist\/bundle\/(.+)\.js$/.exec(to.default)[1],
			to["livekeeper-source"].replace(/^\.\/src\/(.+)\.ts$/, "dist/$1.js"),
		]),
	);
}

/** Returns whether a package's declarations are made with its bundle, because they need those of unpublished packages. */
function bundlesTypes(folder) {
	return manifestOf(folder).exports["."].types.startsWith("./dist/types/");
}

function manifestOf(folder) {
	return JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
}

/** Returns whether a module belongs to one of our packages that only exist within a bundle. */
function isUnpublished(id) {
	const [, name] = /^@livekeeper\/([^/]+)/.exec(id) ?? [];
	return name !== undefined && manifestOf(`${root}packages/${name}/`).private === true;
}

/** Checks that a package installs what the unpublished packages within its bundle need, in the same versions. */
function checkDependencies({ name, dependencies, devDependencies = {} }) {
	for (const inner of Object.keys(devDependencies).filter(isUnpublished)) {
		const needed = Object.entries(manifestOf(`${root}packages/${inner.split("/")[1]}/`).dependencies);
		for (const [library, version] of needed) {
			if (isUnpublished(library) || dependencies[library] === version) continue;
			throw new Error(`${inner} needs ${library} ${version}, which the package.json of ${name} does not name.`);
		}
	}
}

/** Returns the folder of the library that a module belongs to; ours have none. */
function packageOf(module = "") {
	return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

/** Returns the licences of the libraries that are part of a bundle. */
function licencesOf(modules) {
	const folders = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
	return [...folders].sort().map(licenceOf).join("\n");
}

/** Returns a library's licence; not every library has its text, but each names it. */
function licenceOf(folder) {
	const {
		name,
		version,
		license,
		homepage = `https://www.npmjs.com/package/${name}`,
	} = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
	if (!license) throw new Error(`${name} names no licence: it can't be passed on.`);
	const texts = readdirSync(folder)
		.filter((file) => /^(licen[cs]e|notice)/i.test(file))
		.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
	return `${[`${name} ${version} (${license}), ${homepage}`, ...texts].join("\n\n")}\n\n${"-".repeat(80)}\n`;
}
