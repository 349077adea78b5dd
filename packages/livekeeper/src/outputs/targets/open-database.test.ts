import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openTargetDatabase } from "./open-database.ts";
import { targetDatabase } from "./schema.ts";
import { temporaryFolder } from "./service.helpers.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

function open(folder: string) {
	const lines: object[] = [];
	const db = openTargetDatabase(folder, {
		now,
		logger: { error: (fields: object) => void lines.push(fields) } as never,
	});
	return { db, lines };
}

test("a new folder gets a database, and opening it again changes nothing", () => {
	const folder = join(temporaryFolder(), "data");
	const first = open(folder).db;
	const schema = () => first.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
	const before = schema();
	expect(first.pragma("user_version", { simple: true })).toBe(targetDatabase.version);
	first.exec("INSERT INTO key_values (key, value) VALUES ('a', x'07')");
	first.close();
	const second = open(folder).db;
	expect(second.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()).toEqual(before);
	expect(second.prepare("SELECT key FROM key_values").pluck().get()).toBe("a");
	second.close();
});

test.each([1, 99])("a database of schema version %i is refused and left as it is", (version) => {
	const folder = temporaryFolder();
	const { db } = open(folder);
	db.pragma(`user_version = ${version}`);
	db.close();
	expect(() => open(folder)).toThrow(expect.objectContaining({ code: "database_other_version" }));
	expect(() => open(folder)).toThrow(`schema version ${version}`);
});

test("a database of another program is refused and left as it is", () => {
	const folder = temporaryFolder();
	const other = new Database(join(folder, "targets.db"));
	other.exec("CREATE TABLE theirs (a)");
	other.close();
	expect(() => open(folder)).toThrow(expect.objectContaining({ code: "database_foreign" }));
	const again = new Database(join(folder, "targets.db"));
	expect(again.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["theirs"]);
	again.close();
});

test("a corrupt database is set aside whole and named, and a new one begun", () => {
	const folder = temporaryFolder();
	const garbage = Buffer.alloc(8192, "not a database ");
	for (const n of ["", "-2"]) {
		writeFileSync(join(folder, "targets.db"), garbage);
		const { db, lines } = open(folder);
		const aside = join(folder, `targets.db.corrupt-2026-01-02T03-04-05-000Z${n}`);
		expect(lines).toEqual([{ event: "targets_corrupt", path: aside }]);
		expect(readFileSync(aside).equals(garbage)).toBe(true);
		expect(db.prepare("SELECT count(*) FROM key_values").pluck().get()).toBe(0);
		db.close();
	}
	expect(readdirSync(folder).filter((name) => name.includes("corrupt"))).toHaveLength(2);
});

test("a folder that can't be used is named", () => {
	const file = join(temporaryFolder(), "file");
	writeFileSync(file, "");
	expect(() => open(file)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
});
