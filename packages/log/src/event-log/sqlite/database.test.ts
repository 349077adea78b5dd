import { createHash } from "node:crypto";
import {
	closeSync,
	copyFileSync,
	cpSync,
	existsSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { createSchema } from "../../database/index.ts";
import { encode, inOrder, type KeyValueTable } from "../../storage/index.ts";
import { chat, chats, user } from "../events.helpers.ts";
import { RoomNumbers } from "./commit.ts";
import { databasePath } from "./file-names.ts";
import { KeyValueFile, registryFile } from "./key-value-file.ts";
import { openDatabase } from "./open-database.ts";
import { SqliteReader } from "./reader.ts";
import { salvage } from "./repair.ts";
import { logDatabase } from "./schema.ts";
import { commit, commitTo, encoded, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const now = 1_767_300_000_000;
const settings = (dataDir: string) => ({ dataDir, fsync: false, suspect: false, now });
const forever = { maxAgeMs: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
const cursor = { roomId: "r", cursor: "c", internalExt: "x" };

/** Makes a database with two rooms, large enough to have pages in its middle. */
function filled(): string {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter(settings(dataDir));
	commit(writer, now, { liveId: "a", events: chats(1, 2_000), cursor }, { liveId: "b", events: chats(1, 3) });
	const room = { liveId: "a", addedAt: 1, hasCookie: true, hasProxy: false, identity: "main", options: "AQID" };
	writer.keyValues("settings", "put", ["wanted.a", encode(room)]);
	const identity = { name: "main", addedAt: 1, updatedAt: 2, secrets: "BAU=" };
	writer.keyValues("settings", "put", ["identity.main", encode(identity)]);
	writer.close();
	// With a copy there is nothing to salvage.
	rmSync(join(dataDir, "registry.db.last-good"));
	return dataDir;
}

const valuesIn = (list: (filter: string) => ReturnType<KeyValueTable["list"]>) => ({
	kept: inOrder<object>(list("wanted.>")),
	identities: inOrder<object>(list("identity.>")),
	tokens: inOrder<object>(list("token.>")),
});
const kept = (writer: SqliteWriter) => valuesIn((filter) => writer.keyValues("settings", "list", [filter]));
const setAsideBy = ({ findings }: SqliteWriter) =>
	findings.find(({ found }) => found === "corrupt" || found === "salvaged")?.path ?? "";
const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

function overwrite(path: string, at: number, bytes: number): void {
	const file = openSync(path, "r+");
	writeSync(file, Buffer.alloc(bytes, 0xa5), 0, bytes, at);
	closeSync(file);
}

test.each([
	["livekeeper.db", 2],
	["livekeeper.db", 9],
	["livekeeper.db", 99],
	["registry.db", 1],
	["registry.db", 99],
])("refuses %s of version %i and leaves it unchanged", (name, version) => {
	const dataDir = filled();
	const path = join(dataDir, name);
	const db = new Database(path);
	db.pragma(`user_version = ${version}`);
	db.close();
	const before = hash(path);
	expect(() => new SqliteWriter(settings(dataDir))).toThrow(
		expect.objectContaining({
			code: "database_other_version",
			message: expect.stringContaining(`${path} has schema version ${version}`),
			hint: { en: expect.stringContaining("livekeeper export`"), zh: expect.stringContaining("livekeeper export") },
		}),
	);
	expect(hash(path)).toBe(before);
});

test("refuses another program's database and leaves it unchanged", () => {
	const dataDir = temporaryFolder();
	const db = new Database(databasePath(dataDir));
	db.exec("CREATE TABLE theirs (x)");
	db.close();
	const before = hash(databasePath(dataDir));
	expect(() => new SqliteWriter(settings(dataDir))).toThrow(expect.objectContaining({ code: "database_foreign" }));
	expect(hash(databasePath(dataDir))).toBe(before);
});

test("refuses a folder in use until it is closed", () => {
	const dataDir = temporaryFolder();
	const first = new SqliteWriter(settings(dataDir));
	expect(() => new SqliteWriter(settings(dataDir))).toThrow(expect.objectContaining({ code: "database_locked" }));
	first.close();
	new SqliteWriter(settings(dataDir)).close();
});

test("names a folder that can't be created", () => {
	const file = join(temporaryFolder(), "file");
	writeFileSync(file, "");
	for (const dataDir of [file, join(file, "below")]) {
		expect(() => new SqliteWriter(settings(dataDir))).toThrow(
			expect.objectContaining({ code: "storage_unwritable", message: expect.stringContaining(dataDir) }),
		);
	}
});

// On a full disk SQLite can't enlarge the index of its WAL, and reports that as an I/O error.
test.each(["SQLITE_IOERR_SHMSIZE", "SQLITE_FULL"])("names the folder if opening fails with %s", (code) => {
	const dataDir = filled();
	const { pragma } = Database.prototype;
	const spy = vi.spyOn(Database.prototype, "pragma").mockImplementation(function (this: Database.Database, ...given) {
		if (given[0].startsWith("journal_mode")) throw Object.assign(new Error("disk I/O error"), { code });
		return pragma.apply(this, given);
	});
	const message = expect.stringContaining(`${dataDir} can't be used: disk I/O error`);
	expect(() => new SqliteWriter(settings(dataDir))).toThrow(
		expect.objectContaining({ code: "storage_unwritable", message }),
	);
	spy.mockRestore();
	new SqliteWriter(settings(dataDir)).close();
});

test("sets a non-database aside and starts far above old numbers", () => {
	const dataDir = temporaryFolder();
	writeFileSync(databasePath(dataDir), "not a database, but somebody's only copy ".repeat(400));
	const before = hash(databasePath(dataDir));
	const writer = new SqliteWriter(settings(dataDir));
	expect(setAsideBy(writer)).toContain("livekeeper.db.corrupt-2026-01-01T");
	expect(hash(setAsideBy(writer))).toBe(before);
	const [result] = commit(writer, now, { liveId: "a", events: chats(1, 2) });
	expect(result?.events[0]?.seq).toBeGreaterThan(1_000_000);
	const reader = new SqliteReader(dataDir);
	expect(reader.read("a", { after: 500 })).toMatchObject({ truncated: { from: 501, reason: "reset" } });
	reader.close();
	writer.close();
});

test("brings over a damaged database's readable content, keeping the file", () => {
	const dataDir = filled();
	const path = databasePath(dataDir);
	const size = statSync(path).size;
	overwrite(path, Math.floor(size / 2 / 4_096) * 4_096, 40 * 4_096);
	const writer = new SqliteWriter({ ...settings(dataDir), suspect: true });
	expect(statSync(setAsideBy(writer)).size).toBe(size);
	const reader = new SqliteReader(dataDir);
	expect(kept(writer).kept).toMatchObject([{ liveId: "a", hasCookie: true, identity: "main" }]);
	expect(kept(writer).identities).toMatchObject([{ name: "main", addedAt: 1, updatedAt: 2 }]);
	expect(reader.cursor("a")).toEqual(cursor);
	// The readable events are there too.
	const { events, oldestSeq, lastSeq } = reader.read("a", {});
	expect([oldestSeq, events[0]?.seq, events[0]?.type]).toEqual([1, 1, "chat"]);
	const [result] = commit(writer, now, { liveId: "a", events: chats(100_001, 100_001) });
	expect(result?.events[0]?.seq).toBe(lastSeq + 1);
	reader.close();
	writer.close();
});

test.each(["rooms", "projections"])("brings over rows behind a damaged page of %s", (table) => {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter(settings(dataDir));
	const batches = Array.from({ length: 200 }, (_, room) => {
		const at = (n: number) => ({ at: now - 60_000 * n, user: user(n) });
		const events = [1, 2, 3, 4, 5].map((n) => chat(n, at(n)));
		return { liveId: `room ${room}`, events, cursor };
	});
	commit(writer, now, ...batches);
	for (let round = 0; round < 50; round++) writer.upkeep(now + round * 200_000, forever, 50);
	writer.close();
	const path = databasePath(dataDir);
	const db = new Database(path);
	const count = `SELECT count(*) FROM ${table}`;
	const before = db.prepare<[], number>(count).pluck().get() ?? 0;
	expect(before).toBeGreaterThanOrEqual(200);
	const leaves = db.prepare<[string], { page: number; cells: number }>(
		"SELECT pageno AS page, ncell AS cells FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path",
	);
	const { page = 0, cells = 0 } = leaves.all(table)[1] ?? {};
	db.close();
	expect(page).toBeGreaterThan(1);
	overwrite(path, (page - 1) * 4_096, 4_096);
	const again = new Database(join(dataDir, "again.db"));
	createSchema(again, logDatabase);
	expect(salvage(again, path, undefined)).toBe(true);
	// Steps over unreadable rows double, and may skip as many rows behind them.
	expect(again.prepare<[], number>(count).pluck().get()).toBeGreaterThanOrEqual(before - 2 * cells - 1);
	again.close();
});

/** Damages an index only; the rows can still be read. */
function damageIndex(path: string): void {
	const db = new Database(path, { readonly: true });
	const index = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_key_values_1'");
	const page = Number(index.pluck().get());
	db.close();
	overwrite(path, (page - 1) * 4_096, 4_096);
}

/** Fails like a full disk. */
function failToPrepare(sql: string) {
	const { prepare } = Database.prototype;
	return vi.spyOn(Database.prototype, "prepare").mockImplementation(function (this: Database.Database, source) {
		if (source.includes(sql)) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
		return prepare.call(this, source);
	});
}

test("brings over a damaged registry's entries and keeps the file", () => {
	const dataDir = filled();
	const writer = new SqliteWriter(settings(dataDir));
	const token = { id: "t1", name: "OBS", liveId: "a", settings: "theme=ink", hash: "Bw==", createdAt: 1 };
	writer.keyValues("settings", "put", ["token.t1", encode(token)]);
	writer.close();
	rmSync(join(dataDir, "registry.db.last-good"));
	const path = join(dataDir, "registry.db");
	damageIndex(path);
	const before = hash(path);
	const again = new SqliteWriter(settings(dataDir));
	const aside = again.findings.find(({ found }) => found === "registry_corrupt")?.path ?? "";
	expect(hash(aside)).toBe(before);
	expect(kept(again).kept).toMatchObject([{ liveId: "a" }]);
	expect(kept(again).identities).toMatchObject([{ name: "main" }]);
	expect(kept(again).tokens).toEqual([token]);
	again.close();
});

test("salvages a damaged registry after starting on a full disk", () => {
	const dataDir = filled();
	damageIndex(join(dataDir, "registry.db"));
	const full = failToPrepare("INSERT OR IGNORE INTO key_values");
	const options = { ...settings(dataDir), suspect: true };
	expect(() => new SqliteWriter(options)).toThrow(expect.objectContaining({ code: "storage_unwritable" }));
	full.mockRestore();
	const writer = new SqliteWriter(options);
	expect(writer.findings).toMatchObject([{ found: expect.stringContaining("corrupt") }]);
	expect(kept(writer).kept).toMatchObject([{ hasCookie: true }]);
	expect(kept(writer).identities).toMatchObject([{ name: "main" }]);
	writer.close();
	expect(readdirSync(dataDir).filter((found) => /\.(new|mended)$/.test(found))).toEqual([]);
});

test.each([
	["before", copyFileSync],
	["after", renameSync],
])("continues if interrupted %s setting a damaged registry aside", (_, leave) => {
	const dataDir = filled();
	const path = join(dataDir, "registry.db");
	copyFileSync(path, `${path}.mended`);
	damageIndex(path);
	leave(path, `${path}.corrupt-before`);
	for (const findings of [[{ found: "registry_corrupt" }], []]) {
		const writer = new SqliteWriter(settings(dataDir));
		expect(writer.findings).toMatchObject(findings);
		expect(kept(writer).kept).toMatchObject([{ liveId: "a" }]);
		expect(kept(writer).identities).toMatchObject([{ name: "main" }]);
		writer.close();
	}
	expect(existsSync(`${path}.mended`)).toBe(false);
});

/** Flips some bytes of a file. @param begin the first that may be flipped */
function flip(path: string, flips: readonly { at: number; mask: number }[], begin: number): void {
	const bytes = readFileSync(path);
	for (const { at, mask } of flips) {
		const index = begin + (at % (bytes.length - begin));
		bytes[index] = (bytes[index] ?? 0) ^ mask;
	}
	writeFileSync(path, bytes);
}

const flips = (max: number) =>
	fc.array(fc.record({ at: fc.nat(1 << 20), mask: fc.integer({ min: 1, max: 255 }) }), {
		minLength: 1,
		maxLength: max,
	});

test("replaces a registry with rotten bytes with its good copy", () => {
	fc.assert(
		fc.property(fc.oneof(flips(1), flips(100)), (given) => {
			const dataDir = filled();
			new SqliteWriter(settings(dataDir)).close();
			const path = join(dataDir, "registry.db");
			const before = hash(path);
			// The header's application id and version are checked first, and a mismatch is refused with an explanation.
			flip(path, given, 100);
			const isDamaged = hash(path) !== before;
			const damaged = hash(path);
			const writer = new SqliteWriter(settings(dataDir));
			expect(kept(writer).kept).toMatchObject([{ liveId: "a", hasCookie: true, options: "AQID" }]);
			expect(kept(writer).identities).toMatchObject([{ name: "main", secrets: "BAU=" }]);
			expect(writer.findings).toMatchObject(isDamaged ? [{ found: "registry_restored" }] : []);
			if (isDamaged) expect(hash(writer.findings[0]?.path ?? "")).toBe(damaged);
			writer.close();
			const again = new SqliteWriter(settings(dataDir));
			expect(again.findings).toEqual([]);
			again.close();
		}),
		{ numRuns: 40 },
	);
});

test("salvages a registry if its copy is damaged as well", () => {
	const dataDir = filled();
	new SqliteWriter(settings(dataDir)).close();
	const path = join(dataDir, "registry.db");
	damageIndex(path);
	copyFileSync(path, `${path}.last-good`);
	const writer = new SqliteWriter(settings(dataDir));
	expect(writer.findings).toMatchObject([{ found: "registry_corrupt" }]);
	expect(kept(writer).kept).toMatchObject([{ liveId: "a" }]);
	expect(kept(writer).identities).toMatchObject([{ name: "main" }]);
	writer.close();
});

test("uses a registry newer than its copy after a kill", () => {
	const dataDir = filled();
	new SqliteWriter(settings(dataDir)).close();
	const writer = new SqliteWriter(settings(dataDir));
	writer.keyValues("settings", "remove", ["wanted.a"]);
	const killed = temporaryFolder();
	cpSync(dataDir, killed, { recursive: true });
	writer.close();
	const again = new SqliteWriter(settings(killed));
	expect(again.findings).toEqual([]);
	expect(kept(again).kept).toEqual([]);
	again.close();
});

test("opens a registry that was put back once possible", () => {
	const dataDir = filled();
	const registry = new KeyValueFile(dataDir, registryFile, now);
	rmSync(registry.path);
	const pragma = vi.spyOn(Database.prototype, "pragma").mockImplementationOnce(() => {
		throw Object.assign(new Error("unable to open database file"), { code: "SQLITE_CANTOPEN" });
	});
	expect(() => registry.repair(now)).toThrow("unable to open");
	pragma.mockRestore();
	expect(registry.repair(now)).toEqual({ found: "registry_removed", path: registry.path });
	expect(registry.repair(now)).toBeUndefined();
	registry.close();
	const again = new KeyValueFile(dataDir, registryFile, now);
	expect(valuesIn((filter) => again.values.list(filter)).kept).toMatchObject([{ liveId: "a" }]);
	expect(valuesIn((filter) => again.values.list(filter)).identities).toMatchObject([{ name: "main" }]);
	again.close();
});

test("continues with a suspected database that is intact", () => {
	const dataDir = filled();
	const writer = new SqliteWriter({ ...settings(dataDir), suspect: true });
	expect(writer.findings).toEqual([]);
	const [result] = commit(writer, now, { liveId: "b", events: chats(3, 4) });
	expect(result).toMatchObject({ events: [{ seq: 4 }], repeats: 1 });
	writer.close();
});

test("rolls back on a full disk, then stores everything", () => {
	const dataDir = filled();
	const folder = openDatabase(settings(dataDir));
	const writer = new SqliteWriter(settings(dataDir), folder);
	const numbers = new RoomNumbers(10);
	const batches = encoded({ liveId: "a", events: chats(2_001, 4_000), cursor: { ...cursor, cursor: "later" } });
	const store = () => commitTo(writer, numbers, batches, now);
	folder.db.pragma("max_page_count = 1");
	expect(store).toThrow(expect.objectContaining({ code: "SQLITE_FULL" }));
	const reader = new SqliteReader(dataDir);
	expect(reader.lastSeq("a")).toBe(2_000);
	expect(reader.cursor("a")).toEqual(cursor);
	folder.db.pragma("max_page_count = 1000000");
	expect(store()).toMatchObject([{ repeats: 0 }]);
	expect(reader.lastSeq("a")).toBe(4_000);
	expect(reader.cursor("a")?.cursor).toBe("later");
	reader.close();
	writer.close();
});
