import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logLine } from "../../text/index.ts";
import { temporaryFolder } from "./service.helpers.ts";
import type { Target } from "./target.ts";
import { TargetFile } from "./target-file.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

function open(folder: string) {
	const said: string[] = [];
	const logger = { error: (fields: object) => void said.push(logLine(fields) ?? "") } as never;
	return { file: new TargetFile(folder, { now, logger }), said };
}

const target = (id: string): Target => ({
	id,
	name: "",
	preset: "json",
	liveIds: "*",
	filter: {},
	pace: {},
	batch: { maxEvents: 10, maxWaitMs: 0 },
	enabled: true,
	after: "now",
	createdAt: now,
	updatedAt: now,
});

const add = ({ store }: TargetFile, id: string) => store.add({ target: target(id), sealed: Buffer.of(1) }, []);
const ids = async ({ store }: TargetFile) => (await store.list()).map(({ target: { id } }) => id);

test.each([
	["the database", ["targets.db"]],
	["its WAL", ["targets.db-wal"]],
	["all of it", ["targets.db", "targets.db-wal", "targets.db-shm"]],
])("%s is removed while it is open: it is put back as it was, said once, and used on", async (_, names) => {
	const folder = temporaryFolder();
	const { file, said } = open(folder);
	await add(file, "tgt_1");
	for (const name of names) rmSync(join(folder, name));
	file.look(now);
	file.look(now);
	expect(said).toEqual([expect.stringContaining("targets.db")]);
	await add(file, "tgt_2");
	file.close();
	const again = open(folder);
	expect(await ids(again.file)).toEqual(["tgt_1", "tgt_2"]);
	expect(again.said).toEqual([]);
	again.file.close();
});

test.each(["damaged", "gone"])("where it is %s, its last good copy takes its place, which is said", async (how) => {
	const folder = temporaryFolder();
	const { file } = open(folder);
	await add(file, "tgt_1");
	file.look(now);
	await add(file, "tgt_2");
	// A copy is made each minute: places move all the time.
	file.look(now + 59_000);
	file.close();
	const path = join(folder, "targets.db");
	if (how === "gone") rmSync(path);
	else writeFileSync(path, readFileSync(path).fill(0xa5, 4_096));
	const again = open(folder);
	expect(await ids(again.file)).toEqual(["tgt_1"]);
	expect(again.said).toEqual([expect.stringContaining("targets.db.last-good")]);
	const found =
		how === "gone" ? /^storage: targets.db was missing; its last good copy/ : /kept as .*targets.db.corrupt-/;
	expect(again.file.findings).toMatchObject([{ en: expect.stringMatching(found) }]);
	await add(again.file, "tgt_3");
	again.file.look(now + 60_000);
	again.file.close();
	rmSync(path);
	const third = open(folder);
	expect(await ids(third.file)).toEqual(["tgt_1", "tgt_3"]);
	third.file.close();
});

test("where it can't be opened again at first, it is once it can", async () => {
	const folder = temporaryFolder();
	const { file, said } = open(folder);
	await add(file, "tgt_1");
	const wal = join(folder, "targets.db-wal");
	rmSync(wal);
	mkdirSync(wal);
	expect(() => file.look(now)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
	// What is opened meanwhile gets the number that the old file had.
	const theirs = openSync(folder, "r");
	expect(() => file.look(now)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
	closeSync(theirs);
	rmdirSync(wal);
	file.look(now);
	expect(await ids(file)).toEqual(["tgt_1"]);
	expect(said).toHaveLength(1);
	file.close();
});

test("what lies in its place is kept under another name", async () => {
	const folder = temporaryFolder();
	const { file, said } = open(folder);
	await add(file, "tgt_1");
	rmSync(join(folder, "targets.db"));
	writeFileSync(join(folder, "targets.db"), "somebody's");
	file.look(now);
	expect(said).toHaveLength(1);
	expect(await ids(file)).toEqual(["tgt_1"]);
	expect(readdirSync(folder).filter((name) => name.startsWith("targets.db.foreign-"))).not.toEqual([]);
	file.close();
});
