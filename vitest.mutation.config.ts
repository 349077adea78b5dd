import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Runs tests against the sources, never against a build that may be stale. */
const alias = [
	{ find: /^@livekeeper\/douyin$/, replacement: source("./packages/douyin/src/index.ts") },
	{ find: /^@livekeeper\/douyin\/errors$/, replacement: source("./packages/douyin/src/errors.ts") },
	{ find: /^@livekeeper\/douyin\/wire$/, replacement: source("./packages/douyin/src/wire/index.ts") },
	{
		find: /^@livekeeper\/douyin\/retry-after$/,
		replacement: source("./packages/douyin/src/reconnect/retry-after.ts"),
	},
	{
		find: /^@livekeeper\/douyin\/gift-coverage$/,
		replacement: source("./packages/douyin/src/gifts/gift-coverage/index.ts"),
	},
	{ find: /^@livekeeper\/douyin\/testing$/, replacement: source("./packages/douyin/src/testing/index.ts") },
	{ find: /^@livekeeper\/simulator$/, replacement: source("./packages/simulator/src/index.ts") },
	{ find: /^@livekeeper\/client$/, replacement: source("./packages/client/src/index.ts") },
	{ find: /^livekeeper$/, replacement: source("./packages/livekeeper/src/index.ts") },
];

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
		testTimeout: 10_000,
		reporters: [brokenFilesCount],
	},
});
