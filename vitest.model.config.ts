import { defineConfig } from "vitest/config";

/** For `npm run model`: runs the models with a million random steps instead of the unit tests' few thousand. */
export default defineConfig({
	test: {
		pool: "forks",
		experimental: { viteModuleRunner: false, nodeLoader: false },
		execArgv: ["--conditions=livekeeper-source"],
		include: ["packages/*/src/**/*.model.helpers.ts"],
		maxWorkers: 2,
		testTimeout: 600_000,
	},
});
