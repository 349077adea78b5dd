import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase, targetStoreIn, temporaryFolder } from "./service.helpers.ts";
import { describeTargetStore } from "./store-conformance.helpers.ts";

describeTargetStore("targets in SQLite", async () => {
	const path = join(temporaryFolder(), "hooks.db");
	return {
		open: async (options) => {
			const db = openDatabase(path);
			onTestFinished(() => void db.close());
			return targetStoreIn(db, options);
		},
		dispose: async () => undefined,
	};
});
