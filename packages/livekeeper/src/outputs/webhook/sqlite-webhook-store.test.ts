import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase, temporaryFolder } from "./service.helpers.ts";
import { SqliteWebhookStore } from "./sqlite-webhook-store.ts";
import { describeWebhookStore, hook, letter, placeOf, sealed } from "./store-conformance.helpers.ts";
import { freshProgress } from "./webhook.ts";

function open(path: string, options = {}) {
	const db = openDatabase(path);
	onTestFinished(() => void db.close());
	return { db, store: new SqliteWebhookStore(db, options) };
}

describeWebhookStore("webhooks in SQLite", async () => {
	const path = join(temporaryFolder(), "hooks.db");
	return { open: async (options) => open(path, options).store, dispose: async () => undefined };
});

test("a change that fails half-way changes nothing", async () => {
	const { db, store } = open(":memory:");
	await store.add({ webhook: hook("wh_1"), sealed }, [freshProgress("a", 1)]);
	const before = await placeOf(store, "wh_1", "a");
	db.exec("CREATE TRIGGER no BEFORE INSERT ON webhook_cursors BEGIN SELECT RAISE(ABORT, 'no'); END");
	await expect(store.bury("wh_1", letter(1), freshProgress("a", 2), before.revision)).rejects.toThrow("no");
	const changed = { webhook: hook("wh_1", { updatedAt: 9 }), sealed };
	await expect(store.replace(changed, [freshProgress("b")], ["a"])).rejects.toThrow("no");
	await expect(store.add({ webhook: hook("wh_2"), sealed }, [freshProgress("a")])).rejects.toThrow("no");
	expect(await store.list()).toEqual([{ webhook: hook("wh_1"), sealed }]);
	expect(await store.progress("wh_1")).toEqual([{ progress: freshProgress("a", 1), revision: before.revision }]);
	expect((await store.deadLetterCounts("wh_1")).kept).toBe(0);
});
