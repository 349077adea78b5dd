import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs tests against the sources, never against a build that may be stale. */
const alias = readdirSync(source("./packages")).flatMap((folder) => {
	const { name, exports } = JSON.parse(readFileSync(source(`./packages/${folder}/package.json`), "utf8")) as {
		name: string;
		exports: Record<string, Record<string, string> | string>;
	};
	return Object.entries(exports).flatMap(([door, to]) => {
		const file = typeof to === "string" ? undefined : to["livekeeper-source"];
		if (file === undefined) return [];
		const [find = "", rest] = `${name}${door.slice(1)}`.split("*");
		if (rest === undefined)
			return [{ find: new RegExp(`^${find}$`), replacement: source(`./packages/${folder}/${file}`) }];
		return [{ find: new RegExp(`^${find}`), replacement: source(`./packages/${folder}/${file.replace("*", "")}`) }];
	});
});

/** Fails for a file that no longer loads, because the mutation tester only checks tests and errors outside of them. */
const brokenFilesCount: Reporter = {
	onInit(vitest) {
		this.onTestModuleEnd = (file) => {
			for (const error of file.errors()) vitest.state.catchError(error, "Broken file");
		};
	},
};

/** For `npm run mutation`: only the unit tests that are meant to find the faults of one file. */
export default defineConfig({
	resolve: { alias },
	test: {
		include: (process.env["MUTATION_TESTS"] ?? "").split(","),
		provide: { rounds: 1 },
		setupFiles: source("./vitest.setup.ts"),
		// Faults that make a test wait for ever are found by it.
		testTimeout: 30_000,
		reporters: [brokenFilesCount],
	},
});
