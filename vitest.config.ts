import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests run against the sources, never against a build that may be stale. */
const alias = [
	{ find: /^@livekeeper\/douyin$/, replacement: source("./packages/douyin/src/index.ts") },
	{ find: /^@livekeeper\/douyin\/wire$/, replacement: source("./packages/douyin/src/wire/index.ts") },
	{ find: /^@livekeeper\/douyin\/testing$/, replacement: source("./packages/douyin/src/testing/index.ts") },
	{ find: /^@livekeeper\/simulator$/, replacement: source("./packages/simulator/src/index.ts") },
	{ find: /^@livekeeper\/client$/, replacement: source("./packages/client/src/index.ts") },
	{ find: /^livekeeper$/, replacement: source("./packages/livekeeper/src/index.ts") },
];

export default defineConfig({
	resolve: { alias },
	test: {
		pool: "forks",
		projects: [
			{
				extends: true,
				test: { name: "unit", include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"], testTimeout: 60_000 },
			},
			{
				extends: true,
				test: {
					name: "e2e",
					include: ["e2e/**/*.test.ts"],
					testTimeout: 180_000,
					hookTimeout: 60_000,
					fileParallelism: false,
				},
			},
		],
	},
});
