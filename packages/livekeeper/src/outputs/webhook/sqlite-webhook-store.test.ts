import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openDatabase, temporaryFolder, webhookStoreIn } from "./service.helpers.ts";
import { describeWebhookStore } from "./store-conformance.helpers.ts";

describeWebhookStore("webhooks in SQLite", async () => {
	const path = join(temporaryFolder(), "hooks.db");
	return {
		open: async (options) => {
			const db = openDatabase(path);
			onTestFinished(() => void db.close());
			return webhookStoreIn(db, options);
		},
		dispose: async () => undefined,
	};
});
