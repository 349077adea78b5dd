import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { KeyValueTable, keyValueSchema, keyValuesIn } from "./index.ts";
import { describeKeyValues } from "./key-values-conformance.helpers.ts";

function openTable(): KeyValueTable {
	const db = new Database(":memory:");
	onTestFinished(() => void db.close());
	db.exec(keyValueSchema);
	return new KeyValueTable(db);
}

describeKeyValues("keys and values in SQLite", async () => {
	const table = openTable();
	return keyValuesIn(() => table);
});

test("a revision is never given twice, also after the newest key is gone", () => {
	const table = openTable();
	const first = table.put("a", Buffer.of(1));
	table.remove("a");
	expect(table.put("a", Buffer.of(2))).toBeGreaterThan(first);
});
