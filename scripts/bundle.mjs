// `node scripts/bundle.mjs douyin livekeeper`: joins the modules of packages into a few files, `dist/bundle`, from what tsc
// has made of them. Node finds, reads and links each module by itself: a third of the service's start went into that.
// What a package gets from others it still imports, so that nothing is there twice.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { isAbsolute } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./ensure.mjs";

/** What is loaded by the program alone, beside what its package exports. */
const programs = {
	livekeeper: {
		main: "dist/cli/main.js",
		thread: "dist/event-log/sqlite/thread.js",
		"compile-cache": "dist/config/compile-cache.js",
	},
};

for (const name of process.argv.slice(2)) await bundle(name);

async function bundle(name) {
	const folder = `${root}packages/${name}/`;
	const input = { ...exportsOf(folder), ...programs[name] };
	const joined = await rolldown({
		cwd: folder,
		input,
		platform: "node",
		external: (id) => !id.startsWith(".") && !isAbsolute(id) && !Object.values(input).includes(id),
	});
	const dir = `${folder}dist/bundle`;
	const names = { entryFileNames: "[name].js", chunkFileNames: "part-[name].js" };
	const { output } = await joined.write({ dir, format: "esm", ...names });
	await joined.close();
	// A service that runs has still to load some of them: those of the same name stay all the time.
	const made = new Set(output.map(({ fileName }) => fileName));
	for (const file of readdirSync(dir)) if (!made.has(file)) rmSync(`${dir}/${file}`);
}

/** `{ index: "dist/index.js" }`: the name of what is exported, and the module that it is made of, which has the types. */
function exportsOf(folder) {
	const { exports } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
	return Object.fromEntries(
		Object.values(exports).map((to) => [
			/^\.\/dist\/bundle\/(.+)\.js$/.exec(to.default)[1],
			to.types.replace(/^\.\/(.+)\.d\.ts$/, "$1.js"),
		]),
	);
}
