import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { HeldKeyValues, KeyValueTable, keyValueSchema, SqliteKeyValues, type TableCall } from "./index.ts";
import { callOf, describeKeyValues } from "./key-values-conformance.helpers.ts";

function openTable(): KeyValueTable {
	const db = new Database(":memory:");
	onTestFinished(() => void db.close());
	db.exec(keyValueSchema);
	return new KeyValueTable(db);
}

describeKeyValues("keys and values in SQLite", async () => new SqliteKeyValues(callOf(openTable())));

describeKeyValues("held keys and values", async () => new HeldKeyValues(callOf(openTable())));

describeKeyValues("held keys, and values of some", async () => new HeldKeyValues(callOf(openTable()), "a."));

test("never reuses a revision, even after removing the newest key", () => {
	const table = openTable();
	const first = table.put("a", Buffer.of(1));
	table.remove("a");
	expect(table.put("a", Buffer.of(2))).toBeGreaterThan(first);
});

test("reads held entries while the table does not answer", async () => {
	const table = openTable();
	table.put("a.x", Buffer.of(1));
	table.put("b.y", Buffer.of(2));
	let hangs = false;
	const call: TableCall = (method, ...args) =>
		hangs ? new Promise<never>(() => undefined) : callOf(table)(method, ...args);
	const kv = new HeldKeyValues(call, "b.");
	const first = await kv.put("a.z", Buffer.of(3));
	expect((await kv.keys(">")).length).toBe(3);
	hangs = true;
	void kv.put("a.x", Buffer.of(9));
	expect(await kv.get("a.x")).toMatchObject({ value: Buffer.of(1) });
	expect(await kv.list("a.*")).toMatchObject([{ key: "a.x" }, { key: "a.z", revision: first }]);
	expect(await kv.keys("b.>")).toEqual(["b.y"]);
});

test("reloads the table after uncertain writes or a replacement", async () => {
	const table = openTable();
	let dies = false;
	const call: TableCall = async (method, ...args) => {
		const result = await callOf(table)(method, ...args);
		if (dies) throw new Error("the thread is gone");
		return result;
	};
	const kv = new HeldKeyValues(call);
	await kv.put("a", Buffer.of(1));
	expect(await kv.get("a")).toMatchObject({ value: Buffer.of(1) });
	dies = true;
	await expect(kv.put("a", Buffer.of(2))).rejects.toThrow("gone");
	dies = false;
	expect(await kv.get("a")).toMatchObject({ value: Buffer.of(2) });
	table.put("a", Buffer.of(3));
	expect(await kv.get("a")).toMatchObject({ value: Buffer.of(2) });
	kv.forget();
	expect(await kv.get("a")).toMatchObject({ value: Buffer.of(3) });
});
