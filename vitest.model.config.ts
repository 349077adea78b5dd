import { defineConfig } from "vitest/config";

/** For `npm run model`: what the unit tests do with a few thousand random steps, with a million. */
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
