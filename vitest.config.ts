import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Every service that a test starts loads the same files in threads and processes of its own: compiled once, not each time.
process.env["NODE_COMPILE_CACHE"] ??= source("./node_modules/.cache/compiled");

/** Tests run against the sources, never against a build that may be stale. */
export const alias = [
	{ find: /^@livekeeper\/douyin$/, replacement: source("./packages/douyin/src/index.ts") },
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

const chaos = "e2e/chaos/chaos.test.ts";
/** With real processes on real clocks, which can wait beside each other. */
const realTime = [
	"e2e/pages/*.test.ts",
	"e2e/cluster/*.test.ts",
	...["dev", "docs", "kill", "readers", "storage"].map((name) => `e2e/${name}.test.ts`),
];
const e2e = {
	testTimeout: 180_000,
	hookTimeout: 60_000,
	globalSetup: "e2e/kit/build.ts",
	// A noisy machine alone refuses nothing. What passed at a second try is told at the end (scripts/vitest-run.mjs).
	retry: process.env["CI"] ? 1 : 0,
};
/** Unit, real-time and chaos tests run beside each other: all but the first wait most of the time. A group has one number. */
const besideEachOther = { maxWorkers: 4, sequence: { groupOrder: 1 } };

export default defineConfig({
	resolve: { alias },
	test: {
		pool: "forks",
		// Files of a worker share what they import: loading it for each of 300 took a third of the time.
		isolate: false,
		setupFiles: source("./vitest.setup.ts"),
		projects: [
			{
				extends: true,
				test: {
					name: "unit",
					include: ["packages/*/src/**/*.test.ts", "scripts/**/*.test.ts"],
					testTimeout: 60_000,
					...besideEachOther,
				},
			},
			{
				extends: true,
				test: {
					...e2e,
					name: "e2e",
					include: ["e2e/**/*.test.ts"],
					exclude: [chaos, ...realTime],
					// They wait for services on clocks that run fast, where a moment's pause of the machine is a minute of silence.
					maxWorkers: 2,
					sequence: { groupOrder: 2 },
				},
			},
			{
				extends: true,
				test: { ...e2e, name: "real-time", include: realTime, ...besideEachOther },
			},
			{
				extends: true,
				// Its time waits for whoever was not given the processor, and it leaves most of one: it needs no machine of its own.
				test: { ...e2e, name: "chaos", include: [chaos], ...besideEachOther },
			},
		],
	},
});
