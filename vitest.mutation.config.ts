import { defineConfig } from "vitest/config";
import type { Reporter } from "vitest/node";
import { alias } from "./vitest.config.ts";

/** A file that no longer loads fails; the mutation tester looks only at tests and at errors outside of them. */
const brokenFilesCount: Reporter = {
	onInit(vitest) {
		this.onTestModuleEnd = (file) => {
			for (const error of file.errors()) vitest.state.catchError(error, "Broken file");
		};
	},
};

/** For `npm run mutation`: only the unit tests that are to find the faults of one file. */
export default defineConfig({
	resolve: { alias },
	test: {
		include: (process.env["MUTATION_TESTS"] ?? "").split(","),
		testTimeout: 10_000,
		reporters: [brokenFilesCount],
	},
});
