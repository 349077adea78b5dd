import { execFileSync } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import Database from "better-sqlite3";
import { afterAll, expect, test, vi } from "vitest";
import { cursorAt, idsOf, readAll } from "../conformance.helpers.ts";
import type { EventLog } from "../event-log.ts";
import { chats, startMs } from "../events.helpers.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { commit, quietLogger, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const open = (dataDir: string, more = {}) =>
	openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger, groupCommitMs: 1, ...more });

/**
 * Appends batches of 100 until the log reports that it can't write.
 * @param passed moves the clock of the log, so that a batch is committed
 * @returns the number of events appended
 */
async function fillUp(log: EventLog, passed: () => Promise<void> = () => Promise.resolve()): Promise<number> {
	let n = 0;
	// On a busy machine it may take a while until it is full.
	while (log.status().fault !== "disk_full") {
		log.append({ liveId: "a", events: chats(n + 1, n + 100), cursor: cursorAt(n + 100) });
		n += 100;
		await passed();
		await Promise.race([log.flush(), vi.waitUntil(() => log.status().fault === "disk_full")]);
	}
	return n;
}

test("sets a damaged database aside and starts a new one", async () => {
	const dataDir = temporaryFolder();
	const first = await open(dataDir);
	first.append({ liveId: "a", events: chats(1, 2_000), cursor: cursorAt(2_000) });
	await first.close();
	const log = await open(dataDir);
	const file = openSync(join(dataDir, "livekeeper.db"), "r+");
	writeSync(
		file,
		Buffer.alloc(statSync(join(dataDir, "livekeeper.db")).size - 20 * 4_096, 0xa5),
		0,
		undefined,
		20 * 4_096,
	);
	closeSync(file);
	log.append({ liveId: "a", events: chats(2_001, 2_010) });
	await log.flush();
	const { state, findings } = log.status();
	expect(state).toBe("ok");
	expect(findings).toHaveLength(1);
	expect(statSync(/kept as (\S+);/.exec(findings[0]?.en ?? "")?.[1] ?? "").isFile()).toBe(true);
	const page = await log.read("a", { after: 2_000 });
	expect(page.truncated?.reason).toBe("reset");
	expect(idsOf(page.events)).toEqual(chats(2_001, 2_010).map(({ id }) => id));
	await log.close();
});

test.each([0, 3])("stores despite a rotten table or index root (%i events)", async (events) => {
	const base = temporaryFolder();
	const clock = new ManualClock(startMs);
	const more = { clock, startThread: inThisThread };
	const made = await open(base, more);
	if (events > 0) made.append({ liveId: "a", events: chats(1, events), cursor: cursorAt(events) });
	await clock.advance(10);
	await made.flush();
	await made.close();
	const db = new Database(join(base, "livekeeper.db"));
	const roots = db
		.prepare<[], { name: string; page: number }>("SELECT name, rootpage AS page FROM sqlite_schema")
		.all();
	db.close();
	const wrong: string[] = [];
	for (const { name, page } of roots) {
		const dataDir = join(temporaryFolder(), "data");
		cpSync(base, dataDir, { recursive: true });
		// It now claims to have child pages; SQLite's own check skips an empty page like this.
		const file = openSync(join(dataDir, "livekeeper.db"), "r+");
		const type = Buffer.alloc(1);
		readSync(file, type, 0, 1, (page - 1) * 4_096);
		writeSync(file, Buffer.of((type[0] ?? 0) ^ 8), 0, 1, (page - 1) * 4_096);
		closeSync(file);
		try {
			const log = await open(dataDir, more);
			log.append({ liveId: "a", events: chats(events + 1, events + 2), cursor: cursorAt(2) });
			const flushed = log.flush();
			for (let round = 0; round < 20; round++) await clock.advance(1_000);
			if (log.status().pendingEvents > 0) wrong.push(`${name}: ${log.status().message?.en}`);
			else await flushed;
			flushed.catch(() => undefined);
			await log.close();
		} catch (error) {
			wrong.push(`${name}: ${String(error)}`);
		}
	}
	expect(wrong).toEqual([]);
});

test("reports a rotten block once and stores everything else", async () => {
	const dataDir = temporaryFolder();
	const first = await open(dataDir);
	for (const [from, to] of [
		[1, 6],
		[7, 8],
		[9, 50],
	] as const) {
		first.append({ liveId: "a", events: chats(from, to), cursor: cursorAt(to) });
		await first.flush();
	}
	first.append({ liveId: "b", events: chats(1, 50) });
	await first.close();
	rot(dataDir, 8);
	const said: object[] = [];
	const log = await open(dataDir, { logger: { ...quietLogger, error: (fields: object) => void said.push(fields) } });
	const isSaid = () => said.some((fields) => "event" in fields && fields.event === "event_corrupt");
	await vi.waitUntil(isSaid, { interval: 20 });
	log.append({ liveId: "a", events: chats(51, 52), cursor: cursorAt(52) });
	await log.flush();
	const events = await readAll(log, "a");
	const ids = chats(1, 52).map(({ id }, index) => ([6, 7].includes(index) ? `lk:a:corrupt-${index + 1}` : id));
	expect(idsOf(events)).toEqual(ids);
	expect(log.status()).toMatchObject({ state: "ok", damage: { events: 2, rooms: ["a"] }, findings: [] });
	expect(said).toEqual([{ event: "event_corrupt", live_id: "a", seq: 7, events: 2 }]);
	expect(await log.broadcasts("b")).toMatchObject([{ messages: { chat: 50 } }]);
	await log.close();
	const again = await open(dataDir);
	expect(idsOf(await readAll(again, "a"))).toEqual(ids);
	await vi.waitUntil(() => again.status().damage?.events === 2, { interval: 20 });
	await again.close();
});

test("writes gaps for a rotten block when it is read", async () => {
	const dataDir = temporaryFolder();
	const first = await open(dataDir);
	for (const [from, to] of [
		[1, 6],
		[7, 7],
		[8, 9],
	] as const) {
		first.append({ liveId: "a", events: chats(from, to) });
		await first.flush();
	}
	await first.close();
	rot(dataDir, 7);
	const log = await open(dataDir, { clock: new ManualClock(startMs) });
	const gaps = async () => (await log.read("a", { types: ["gap"] })).events.map(({ seq }) => seq);
	expect(await gaps()).toEqual([]);
	await log.read("a");
	await vi.waitUntil(async () => (await gaps()).length > 0, { interval: 20 });
	expect(await gaps()).toEqual([7]);
	await log.close();
});

/** Damages the block of the first room that ends with this event. */
function rot(dataDir: string, lastSeq: number): void {
	const db = new Database(join(dataDir, "livekeeper.db"));
	const where = `WHERE room_no = 1 AND last_seq = ${lastSeq}`;
	const lines = db.prepare<[], Buffer>(`SELECT lines FROM blocks ${where}`).pluck().get() ?? Buffer.alloc(0);
	lines[lines.indexOf("句")] = 0x20;
	db.prepare(`UPDATE blocks SET lines = ? ${where}`).run(lines);
	db.close();
}

const disk = smallDisk();

afterAll(() => {
	if (disk === undefined) return;
	execFileSync("umount", [disk]);
	rmSync(disk, { recursive: true });
});

test.skipIf(disk === undefined)("keeps and bounds accepted events while the disk is full", async () => {
	const dataDir = join(disk ?? "", "full");
	const ballast = join(disk ?? "", "ballast");
	writeFileSync(ballast, Buffer.alloc(2_000_000));
	const log = await open(dataDir, { maxPendingBytes: 200_000 });
	const states: string[] = [];
	log.onStatus(({ state, fault }) => states.push(fault ?? state));
	let n = await fillUp(log);
	for (let more = true; more; n += 10) more = log.append({ liveId: "a", events: chats(n + 1, n + 10) });
	expect(log.status().pendingBytes).toBeLessThan(250_000);
	rmSync(ballast);
	await log.flush();
	expect(states.filter((state) => state !== "stalled")).toEqual(["disk_full", "ok"]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, n).map(({ id }) => id));
	await log.close();
	expect(statSync(join(dataDir, "livekeeper.db")).size).toBeGreaterThan(0);
	rmSync(dataDir, { recursive: true });
});

test.skipIf(disk === undefined).each(["closed in order", "killed"])(
	"opens a log intact after a failed commit, %s",
	(end) => {
		const dataDir = join(disk ?? "", end);
		const settings = { fsync: false, suspect: false, now: startMs };
		const writer = new SqliteWriter({ ...settings, dataDir });
		const store = (first: number) => commit(writer, startMs, { liveId: "a", events: chats(first, first + 99) });
		store(1);
		expect(() => {
			for (let first = 101; ; first += 100) store(first);
		}).toThrow(expect.objectContaining({ code: "SQLITE_FULL" }));
		// Files as a kill at this moment leaves them.
		const next = end === "killed" ? temporaryFolder() : dataDir;
		if (end === "killed") cpSync(dataDir, next, { recursive: true });
		writer.close();
		const again = new SqliteWriter({ ...settings, dataDir: next });
		expect(again.findings).toEqual([]);
		again.close();
		rmSync(dataDir, { recursive: true });
	},
);

/** Creates a file system of 4 MB, if this user may. */
function smallDisk(): string | undefined {
	if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
	const folder = join(tmpdir(), `livekeeper-disk-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	try {
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
	} catch {
		rmSync(folder, { recursive: true });
		console.info("skipping the full-disk test: no file system can be mounted here");
		return undefined;
	}
	return folder;
}
