import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { KeyValueFile, registryFile, targetFile } from "./key-value-file.ts";
import { temporaryFolder } from "./stores.helpers.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

describe.each([registryFile, targetFile])("$name.db", (kind) => {
	const name = `${kind.name}.db`;
	const open = (folder: string) => new KeyValueFile(folder, kind, now);
	const add = ({ values }: KeyValueFile, key: string) => values.put(key, Buffer.from(JSON.stringify({ key })));
	const keys = ({ values }: KeyValueFile) => values.keys(">");

	test("creates a missing file and reopens it unchanged", () => {
		const folder = temporaryFolder();
		const first = open(folder);
		expect(first).toMatchObject({ isNew: true, findings: [] });
		const schemaOf = ({ db }: KeyValueFile) => db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
		const schema = schemaOf(first);
		add(first, "a");
		first.close();
		const second = open(folder);
		expect(second).toMatchObject({ isNew: false, findings: [] });
		expect(schemaOf(second)).toEqual(schema);
		expect(keys(second)).toEqual(["a"]);
		second.close();
	});

	test.each([1, 99])("refuses schema version %i and leaves the file unchanged", (version) => {
		const folder = temporaryFolder();
		const { db } = open(folder);
		db.pragma(`user_version = ${version}`);
		db.close();
		expect(() => open(folder)).toThrow(expect.objectContaining({ code: "database_other_version" }));
		expect(() => open(folder)).toThrow(`schema version ${version}`);
	});

	test("refuses another program's database and leaves it unchanged", () => {
		const folder = temporaryFolder();
		const other = new Database(join(folder, name));
		other.exec("CREATE TABLE theirs (a)");
		other.close();
		expect(() => open(folder)).toThrow(expect.objectContaining({ code: "database_foreign" }));
		const again = new Database(join(folder, name));
		expect(again.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["theirs"]);
		again.close();
	});

	test("sets a corrupt file aside and starts a new one", () => {
		const folder = temporaryFolder();
		const garbage = Buffer.alloc(8192, "not a database ");
		for (const n of ["", "-2"]) {
			writeFileSync(join(folder, name), garbage);
			const file = open(folder);
			const aside = join(folder, `${name}.corrupt-2026-01-02T03-04-05-000Z${n}`);
			expect(file.findings).toEqual([{ found: `${kind.name}_corrupt`, path: aside }]);
			expect(readFileSync(aside).equals(garbage)).toBe(true);
			expect(keys(file)).toEqual([]);
			file.close();
		}
	});

	test.each([
		["the database", [name]],
		["all its files", [name, `${name}-wal`, `${name}-shm`]],
	])("puts back %s that was removed while open", (_, names) => {
		const folder = temporaryFolder();
		const file = open(folder);
		add(file, "a");
		for (const one of names) rmSync(join(folder, one), { force: true });
		expect(file.repair(now)).toEqual({ found: `${kind.name}_removed`, path: file.path });
		expect(file.repair(now)).toBeUndefined();
		add(file, "b");
		file.close();
		const again = open(folder);
		expect(keys(again)).toEqual(["a", "b"]);
		expect(again.findings).toEqual([]);
		again.close();
	});

	test("keeps a file found in its place under another name", () => {
		const folder = temporaryFolder();
		const file = open(folder);
		add(file, "a");
		rmSync(file.path);
		writeFileSync(file.path, "somebody's");
		expect(file.repair(now)).toMatchObject({ found: `${kind.name}_removed` });
		expect(keys(file)).toEqual(["a"]);
		expect(readdirSync(folder).filter((one) => one.startsWith(`${name}.foreign-`))).not.toEqual([]);
		file.close();
	});

	test.each(["damaged", "gone"])("uses its last good copy if it is %s", (how) => {
		const folder = temporaryFolder();
		const file = open(folder);
		add(file, "a");
		file.repair(now);
		add(file, "b");
		// Too early for the next copy of files that are copied periodically.
		file.repair(now + kind.copyEveryMs - 1);
		const copied = kind.copyEveryMs > 0 ? ["a"] : ["a", "b"];
		file.close();
		if (how === "gone") rmSync(file.path);
		else writeFileSync(file.path, readFileSync(file.path).fill(0xa5, 4_096));
		const again = open(folder);
		expect(keys(again)).toEqual(copied);
		const [found] = again.findings;
		expect(found?.found).toBe(`${kind.name}_${how === "gone" ? "missing" : "restored"}`);
		expect(found?.path).toContain(how === "gone" ? file.path : `${name}.corrupt-`);
		add(again, "c");
		again.repair(now + 60_000);
		again.close();
		rmSync(file.path);
		const third = open(folder);
		expect(keys(third)).toEqual([...copied, "c"]);
		third.close();
	});
});

test("writes back a removed WAL once the file opens again", () => {
	const folder = temporaryFolder();
	const file = new KeyValueFile(folder, targetFile, now);
	file.values.put("a", Buffer.of(1));
	const wal = `${file.path}-wal`;
	rmSync(wal);
	mkdirSync(wal);
	expect(() => file.repair(now)).toThrow();
	// A file opened in the meantime gets the descriptor that the old file had.
	const theirs = openSync(folder, "r");
	expect(() => file.repair(now)).toThrow();
	closeSync(theirs);
	rmdirSync(wal);
	expect(file.repair(now)).toMatchObject({ found: "targets_removed" });
	expect(file.values.keys(">")).toEqual(["a"]);
	file.close();
});
