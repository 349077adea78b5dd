import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, inject, onTestFinished, test } from "vitest";
import { type DatabaseKind, type Db, openDatabaseFile } from "./database-file.ts";
import { repairFile } from "./file-repair.ts";

const kind: DatabaseKind = {
	applicationId: 0x4c4b0007,
	version: 2,
	schema: "CREATE TABLE things (id INTEGER PRIMARY KEY, body TEXT)",
	isRepaired: true,
};

const open = (path: string) => openDatabaseFile(path, kind, (db) => db.pragma("journal_mode = WAL"));
const rowsOf = (db: Db) => db.prepare<[], { id: number; body: string }>("SELECT id, body FROM things").all();
const integrityOf = (db: Db) => db.pragma("integrity_check", { simple: true });

function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "livekeeper-database-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	return folder;
}

/**
 * Creates a database with free pages on two trunk pages, as left by its process: `closed`, or killed with the newest
 * version of the header in the file (`rewritten`) or in the WAL (`grown`).
 */
function made(state: "closed" | "rewritten" | "grown") {
	const folder = temporaryFolder();
	const db = open(join(folder, "made.db"));
	const insert = db.prepare("INSERT INTO things (body) VALUES (?)");
	db.transaction(() => {
		for (let n = 0; n < 120; n++) insert.run(`${n}`.repeat(1_200));
	})();
	db.exec("DELETE FROM things WHERE id > 40");
	expect(db.pragma("freelist_count", { simple: true })).toBeGreaterThan(50);
	db.pragma("wal_checkpoint(TRUNCATE)");
	if (state === "rewritten") db.exec("UPDATE things SET body = replace(body, '1', 'x') WHERE id < 20");
	if (state === "grown") for (let n = 0; n < 20; n++) insert.run(`${n}`.repeat(2_000));
	const rows = rowsOf(db);
	if (state === "closed") db.close();
	const base = join(folder, "base.db");
	const suffixes = state === "closed" ? [""] : ["", "-wal"];
	for (const suffix of suffixes) cpSync(join(folder, `made.db${suffix}`), base + suffix);
	if (state !== "closed") db.close();
	const path = join(folder, "copy.db");
	const copy = () => {
		rmSync(`${path}-wal`, { force: true });
		for (const suffix of suffixes) cpSync(base + suffix, path + suffix);
		return path;
	};
	return { copy, rows, wal: state === "closed" ? Buffer.alloc(0) : readFileSync(`${base}-wal`) };
}

function flip(path: string, bit: number): void {
	const bytes = readFileSync(path);
	bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
	writeFileSync(path, bytes);
}

/** Opens a database as a start does, and uses it. @returns the differences to its original state */
function differences(path: string, rows: readonly unknown[]): string[] {
	const found: string[] = [];
	repairFile(path, kind);
	const db = open(path);
	try {
		if (!fc.stringify(rowsOf(db)).startsWith(fc.stringify(rows))) found.push("other rows");
		db.exec("INSERT INTO things (body) SELECT body FROM things LIMIT 40");
		if (integrityOf(db) !== "ok") found.push(String(integrityOf(db)).slice(0, 80));
	} finally {
		db.close();
	}
	return found;
}

/** Counts the bits in which the pages of two WALs differ, page numbers included. */
function bitsOfPages(wal: Buffer, other: Buffer): number {
	let bits = 0;
	for (let at = 32; at < wal.length; at += 4_120) {
		for (let byte = 0; byte < 4_120; byte++) {
			if (byte >= 8 && byte < 24) continue;
			for (let left = (wal[at + byte] ?? 0) ^ (other[at + byte] ?? 0); left > 0; left &= left - 1) bits++;
		}
	}
	return bits;
}

/** Counts the frames of its WAL that SQLite writes into a database. */
function framesRead(path: string): number {
	const db = new Database(path);
	// The schema may be damaged.
	db.unsafeMode(true);
	db.pragma("writable_schema = 1");
	const [{ log } = { log: 0 }] = db.pragma("wal_checkpoint(PASSIVE)") as { log: number }[];
	db.close();
	return log;
}

test.each(["closed", "rewritten", "grown"] as const)("corrects any flipped bit of a header (%s)", (state) => {
	const { copy, rows } = made(state);
	const wrong: string[] = [];
	for (let bit = 0; bit < 800; bit += inject("rounds") > 1 ? 1 : 7) {
		const path = copy();
		flip(path, bit);
		try {
			for (const what of differences(path, rows)) wrong.push(`${bit >> 3}.${bit & 7}: ${what}`);
		} catch (error) {
			wrong.push(`${bit >> 3}.${bit & 7}: ${String(error)}`);
		}
	}
	expect(wrong).toEqual([]);
});

test("loses no commit to single flipped bits in a WAL", () => {
	const { copy, rows, wal } = made("grown");
	const frames = (wal.length - 32) / 4_120;
	expect(frames).toBeGreaterThan(20);
	const someFrames = fc.uniqueArray(fc.nat(frames - 1), { maxLength: 3 });
	// Not in a page's number, in two bytes of which a flip can look like one in the page.
	const bitInFrame = fc.oneof(fc.integer({ min: 64, max: 24 * 8 - 1 }), fc.integer({ min: 64, max: 4_120 * 8 - 1 }));
	fc.assert(
		fc.property(someFrames, bitInFrame, fc.nat(32 * 8 - 1), (flipped, bit, inHeader) => {
			const path = copy();
			for (const frame of flipped) flip(`${path}-wal`, (32 + frame * 4_120) * 8 + bit);
			if (flipped.length === 0) flip(`${path}-wal`, inHeader);
			const { isCorrected, isSuspect } = repairFile(path, kind);
			expect(isCorrected).toBe(true);
			// The flipped bit is ambiguous, so the page is as it would be in the database.
			const bits = isSuspect ? flipped.length : 0;
			expect(bitsOfPages(readFileSync(`${path}-wal`), wal)).toBeLessThanOrEqual(bits);
			if (!isSuspect) expect(differences(path, rows)).toEqual([]);
			else expect(framesRead(path)).toBe(frames);
		}),
		{ numRuns: 60 * inject("rounds") },
	);
});

test("ends a WAL like SQLite at worse frame damage", () => {
	const { copy, wal } = made("grown");
	const path = copy();
	const bytes = Buffer.from(wal);
	bytes.fill(0xa5, 32 + 10 * 4_120 + 600, 32 + 10 * 4_120 + 1_112);
	writeFileSync(`${path}-wal`, bytes);
	expect(repairFile(path, kind)).toEqual({ isCorrected: false, isSuspect: false });
	expect(readFileSync(`${path}-wal`).equals(bytes)).toBe(true);
});

test("suspects a truncated file, and ignores another program's", () => {
	const { copy } = made("closed");
	const path = copy();
	truncateSync(path, readFileSync(path).length - 3 * 4_096);
	expect(repairFile(path, kind)).toEqual({ isCorrected: true, isSuspect: true });
	const theirs = join(temporaryFolder(), "theirs.db");
	const db = new Database(theirs);
	db.pragma("application_id = 99");
	db.exec("CREATE TABLE theirs (x)");
	db.close();
	truncateSync(theirs, 4_096);
	const before = readFileSync(theirs);
	expect(repairFile(theirs, kind)).toEqual({ isCorrected: false, isSuspect: false });
	expect(readFileSync(theirs).equals(before)).toBe(true);
});

test("corrects the start of a multi-page free list", () => {
	const path = join(temporaryFolder(), "large.db");
	const db = open(path);
	const insert = db.prepare("INSERT INTO things (body) VALUES (?)");
	db.transaction(() => {
		for (let n = 0; n < 2_600; n++) insert.run("x".repeat(4_000));
	})();
	db.exec("DELETE FROM things WHERE id > 20");
	db.close();
	const first = 32 * 8 + 31 - 3;
	flip(path, first);
	expect(repairFile(path, kind)).toEqual({ isCorrected: true, isSuspect: false });
	const again = open(path);
	expect(again.pragma("freelist_count", { simple: true })).toBeGreaterThan(2_100);
	expect(integrityOf(again)).toBe("ok");
	again.close();
});
