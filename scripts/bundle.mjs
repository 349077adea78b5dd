// `node scripts/bundle.mjs douyin livekeeper`: joins the modules of packages into a few files, `dist/bundle`, from
// tsc's output, together with the libraries that every start loads. Node finds, reads and links each module by itself,
// which took half of the service's start. Imports of our other packages stay, so that nothing is there twice, and so do
// modules that are loaded only when needed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { isAbsolute } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./ensure.mjs";

/** Modules that only the program loads, in addition to a package's exports. */
const programs = {
	livekeeper: {
		main: "dist/cli/main.js",
		thread: "dist/event-log/sqlite/thread.js",
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
	const input = { ...exportsOf(folder), ...programs[name] };
	const joined = await rolldown({
		cwd: folder,
		input,
		platform: "node",
		external: (id, importer) => {
			if (id.startsWith(".") || isAbsolute(id) || Object.values(input).includes(id)) return false;
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
	const dir = `${folder}dist/bundle`;
	mkdirSync(dir, { recursive: true });
	for (const [file, text] of Object.entries(made)) writeWhereOther(`${dir}/${file}`, text);
	// A running service may still have to load some of them: those of the same name stay all the time.
	for (const file of readdirSync(dir)) if (!(file in made)) rmSync(`${dir}/${file}`);
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

/** Returns `{ index: "dist/index.js" }`: the name of each export, and its module, which has the types. */
function exportsOf(folder) {
	const { exports } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
	return Object.fromEntries(
		Object.values(exports).map((to) => [
			/^\.\/dist\/bundle\/(.+)\.js$/.exec(to.default)[1],
			to.types.replace(/^\.\/(.+)\.d\.ts$/, "$1.js"),
		]),
	);
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
