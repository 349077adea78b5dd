import { existsSync, statfsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Every service that a test starts loads the same files in its own threads and processes, so they are compiled once.
process.env["NODE_COMPILE_CACHE"] ??= source("./node_modules/.cache/compiled");

/** Temporary folders in memory, if there is room, because hundreds of unit tests create and remove a data folder. */
const memory = "/dev/shm";
const roomInMemory = 2 ** 30;
const inMemory = existsSync(memory) && statfsSync(memory).bavail * statfsSync(memory).bsize > roomInMemory;

/** Files that take minutes; started late, they would run alone at the end. */
const longest = [
	...["e2e/storage", "e2e/chaos/chaos", "e2e/redundancy", "e2e/faults", "e2e/cluster/cluster", "e2e/docs"],
	...["e2e/seams/cluster", "e2e/seams/kill", "e2e/seams/page"],
];

/**
 * Runs whole services first, the longest at the beginning. They mostly wait, so the small files come last, which keep
 * every worker busy. The projects are not mixed, because a worker that switches to another project loads everything
 * again.
 */
class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const rank = ({ moduleId, project }: TestSpecification) => {
			const at = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
			if (at >= 0) return at;
			return longest.length + ["seams", "whole", "long", "unit"].indexOf(project.name);
		};
		return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
	}
}

declare module "vitest" {
	export interface ProvidedContext {
		/** Factor for the number of runs of models and properties: 1 in `npm test`, 5 in `npm run test:all`. */
		rounds: number;
	}
}

/** Limits only guard against hanging: a wait within a test gives up earlier, and says what it waited for. */
const timeouts = { testTimeout: 400_000, hookTimeout: 400_000 };
const sources = {
	...timeouts,
	...(inMemory && { env: { TMPDIR: memory } }),
};
const wholeRuns = { ...timeouts, globalSetup: source("./e2e/kit/build.ts") };

/**
 * `npm test` runs the projects `unit` and `seams`; `npm run test:all` runs `long` and `whole` as well. Models and
 * properties run in both, with more random steps in `long`.
 */
export default defineConfig({
	test: {
		pool: "forks",
		// Files of a worker share their imports: loading them for each of 300 files took a third of the time.
		isolate: false,
		// Node itself loads them, as it loads the product: from the sources, never from a build that may be stale.
		experimental: { viteModuleRunner: false, nodeLoader: false },
		execArgv: ["--conditions=livekeeper-source"],
		expect: { poll: { timeout: 150_000 } },
		setupFiles: source("./vitest.setup.ts"),
		// Whole services wait for each other and for the clock, which waits for processes without CPU time.
		maxWorkers: 4,
		sequence: { sequencer: LongestFirst },
		projects: [
			{
				extends: true,
				test: {
					...sources,
					name: "unit",
					// A world is in one process, on simulated time, and runs from the sources like a unit.
					include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts", "e2e/world/**/*.test.ts"],
					exclude: [...configDefaults.exclude, "**/*.long.test.ts"],
					provide: { rounds: 1 },
				},
			},
			{
				extends: true,
				test: { ...wholeRuns, name: "seams", include: ["e2e/seams/**/*.test.ts"], provide: { rounds: 1 } },
			},
			{
				extends: true,
				test: {
					...sources,
					name: "long",
					include: ["{packages,scripts,e2e/world}/**/*.{long,model,property}.test.ts"],
					provide: { rounds: 5 },
				},
			},
			{
				extends: true,
				test: {
					...wholeRuns,
					name: "whole",
					include: ["e2e/**/*.test.ts"],
					exclude: [...configDefaults.exclude, "e2e/seams/**", "e2e/world/**"],
					provide: { rounds: 5 },
				},
			},
		],
	},
});
