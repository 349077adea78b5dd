import {
	chmodSync,
	closeSync,
	cpSync,
	existsSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { createSchema, makePrivate } from "../../database/index.ts";
import { cursorAt, idsOf, readAll } from "../conformance.helpers.ts";
import type { EventLog } from "../event-log.ts";
import { chats } from "../events.helpers.ts";
import { logDatabase } from "./schema.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";

interface Opened {
	log: EventLog;
	/** Messages that it logged at level `warn` or `error`. */
	said: string[];
}

async function open(dataDir: string): Promise<Opened> {
	const said: string[] = [];
	const say = (_fields: object, message: string) => void said.push(message);
	const logger = { ...quietLogger, warn: say, error: say } as never;
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger, groupCommitMs: 1 });
	onTestFinished(() => log.close().catch(() => undefined));
	return { log, said };
}

async function store(log: EventLog, from: number, to: number): Promise<void> {
	log.append({ liveId: "a", events: chats(from, to), cursor: cursorAt(to) });
	await log.flush();
}

/** Copies a folder as a kill at this moment would leave it. */
function copyOf(dataDir: string): string {
	const copy = temporaryFolder();
	cpSync(dataDir, copy, { recursive: true });
	chmodSync(copy, 0o700);
	return copy;
}

/** Returns the folder of a killed service, from which files were removed. @param without whether a file was removed */
async function killed(count: number, without: (name: string) => boolean): Promise<string> {
	const dataDir = temporaryFolder();
	const { log } = await open(dataDir);
	await log.registry.keep("a", { cookie: "sessionid=1" });
	await log.registry.keep("b", {});
	await log.identities.put("main", { cookie: "sessionid=2" });
	await log.overlayTokens.add({
		id: "t1",
		name: "OBS",
		liveId: "a",
		settings: "",
		test: undefined,
		hash: Uint8Array.of(7),
		createdAt: 1,
		lastUsedAt: undefined,
	});
	await store(log, 1, count);
	// Upkeep writes it each second.
	await vi.waitUntil(() => existsSync(join(dataDir, "registry.db.last-good")));
	const copy = copyOf(dataDir);
	await log.close();
	for (const name of readdirSync(copy)) if (without(name)) rmSync(join(copy, name));
	return copy;
}

const isLog = (name: string) => name.startsWith("livekeeper.db");

async function expectRestarted({ log, said }: Opened, count: number): Promise<void> {
	expect(await log.registry.load()).toMatchObject([
		{ liveId: "a", options: { cookie: "sessionid=1" }, unreadable: false },
		{ liveId: "b" },
	]);
	expect(await log.identities.load()).toMatchObject([{ name: "main", secrets: { cookie: "sessionid=2" } }]);
	expect(await log.overlayTokens.load()).toMatchObject([{ id: "t1", liveId: "a", hash: Uint8Array.of(7) }]);
	expect(said.filter((line) => line.includes("livekeeper.db"))).toHaveLength(1);
	const { truncated, nextAfter } = await log.read("a", { after: count });
	expect(truncated).toMatchObject({ from: count + 1, reason: "reset" });
	await store(log, count + 1, count + 2);
	const events = await readAll(log, "a", { after: nextAfter });
	expect(idsOf(events)).toEqual(chats(count + 1, count + 2).map(({ id }) => id));
	expect(events[0]?.seq).toBeGreaterThan(1_000_000);
}

test.each([
	["all of the log's database", isLog],
	["the database, but not its WAL", (name: string) => name === "livekeeper.db"],
	["the WAL of a database without a checkpoint", (name: string) => name === "livekeeper.db-wal"],
])("keeps rooms and reuses no number after losing %s", async (_, gone) => {
	const opened = await open(await killed(200, gone));
	await expectRestarted(opened, 200);
});

test("follows a lost log after an interrupted start", async () => {
	const dataDir = await killed(200, isLog);
	makePrivate(join(dataDir, "livekeeper.db"));
	const begun = new Database(join(dataDir, "livekeeper.db"));
	createSchema(begun, logDatabase);
	begun.close();
	await expectRestarted(await open(dataDir), 200);
});

const isRegistry = (name: string) => name.startsWith("registry.db");

test("restores the registry's copy if log and registry are lost", async () => {
	const dataDir = await killed(50, (name) => isLog(name) || name === "registry.db");
	const { log, said } = await open(dataDir);
	expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["a", "b"]);
	expect(await log.identities.load()).toMatchObject([{ name: "main", secrets: { cookie: "sessionid=2" } }]);
	expect(said).toEqual([expect.stringContaining("registry.db.last-good"), expect.stringContaining("livekeeper.db")]);
});

test("reports lost rooms if the registry's copy is gone too", async () => {
	const dataDir = await killed(50, (name) => isLog(name) || isRegistry(name));
	const { log, said } = await open(dataDir);
	expect(await log.registry.list()).toEqual([]);
	expect(said).toEqual([expect.stringContaining("livekeeper.db"), expect.stringContaining("已丢失，请重新添加")]);
	expect(said.filter((line) => line.includes("仍在"))).toEqual([]);
});

test("rewrites a removed registry and reports the removed log", async () => {
	const dataDir = temporaryFolder();
	const { log, said } = await open(dataDir);
	await log.registry.keep("a", { cookie: "sessionid=1" });
	await store(log, 1, 3);
	for (const name of readdirSync(dataDir)) if (isLog(name) || isRegistry(name)) rmSync(join(dataDir, name));
	await vi.waitUntil(() => log.status().fault === "lost");
	await vi.waitUntil(() => said.some((line) => line.includes("registry.db")));
	const copy = copyOf(dataDir);
	const again = await open(copy);
	expect(await again.log.registry.load()).toMatchObject([{ liveId: "a", options: { cookie: "sessionid=1" } }]);
});

test("reuses an opened log without rooms silently", async () => {
	const dataDir = temporaryFolder();
	const first = await open(dataDir);
	await first.log.close();
	const { log, said } = await open(dataDir);
	await store(log, 1, 1);
	expect(await log.lastSeq("a")).toBe(1);
	expect(said).toEqual([]);
});

test("knows when a lost log last stored a kept room", async () => {
	const began = Date.now();
	const dataDir = await killed(5, isLog);
	const ended = Date.now();
	await setTimeout(2);
	const { log } = await open(dataDir);
	const { since = 0 } = (await log.lost("a")) ?? {};
	expect(since).toBeGreaterThanOrEqual(began);
	expect(since).toBeLessThanOrEqual(ended);
	await log.close();
	const { log: fresh, said } = await open(temporaryFolder());
	await fresh.registry.keep("a", {});
	expect(await fresh.lost("a")).toBeUndefined();
	expect(said).toEqual([]);
});

test("sets a log aside that lost its WAL, keeping cursors", async () => {
	const dataDir = temporaryFolder();
	const first = await open(dataDir);
	await first.log.registry.keep("a", {});
	await store(first.log, 1, 100);
	await first.log.close();
	const { log } = await open(dataDir);
	await store(log, 101, 150);
	const copy = copyOf(dataDir);
	rmSync(join(copy, "livekeeper.db-wal"));
	const again = await open(copy);
	expect(again.log.status().findings).toMatchObject([{ en: expect.stringContaining("livekeeper.db.incomplete-") }]);
	expect(again.said).toEqual([expect.stringContaining("WAL")]);
	expect(await again.log.cursor("a")).toEqual(cursorAt(100));
	expect((await again.log.read("a", { after: 150 })).truncated).toMatchObject({ from: 151, reason: "reset" });
});

test("uses a killed log whose WAL was checkpointed elsewhere", async () => {
	const copy = await killed(50, () => false);
	const { default: Database } = await import("better-sqlite3");
	const db = new Database(join(copy, "livekeeper.db"));
	db.prepare("SELECT count(*) FROM blocks").get();
	db.close();
	expect(readdirSync(copy)).not.toContain("livekeeper.db-wal");
	const { log, said } = await open(copy);
	expect(said).toEqual([]);
	expect(await log.lastSeq("a")).toBe(50);
});

test.each([
	["removed", (path: string) => renameSync(path, `${path}.away`)],
	[
		"replaced",
		(path: string) => {
			renameSync(path, `${path}.away`);
			writeFileSync(path, "");
		},
	],
])("stores nothing while an open database is %s", async (_, damage) => {
	const dataDir = temporaryFolder();
	const path = join(dataDir, "livekeeper.db");
	const { log } = await open(dataDir);
	// A room reads its position before it stores anything.
	expect(await log.lastSeq("a")).toBe(0);
	await store(log, 1, 10);
	const committed: number[] = [];
	log.onCommitted(({ events }) => committed.push(...events.map(({ seq }) => seq)));
	damage(path);
	log.append({ liveId: "a", events: chats(11, 12), cursor: cursorAt(12) });
	await vi.waitUntil(() => log.status().state === "failing");
	expect(log.status()).toMatchObject({
		fault: "lost",
		pendingEvents: 2,
		message: { zh: expect.stringContaining(`${path} 在运行中被删除或替换`) },
	});
	expect(await log.lastSeq("a")).toBe(10);
	renameSync(`${path}.away`, path);
	await log.flush();
	expect(log.status().state).toBe("ok");
	expect(committed).toEqual([11, 12]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 12).map(({ id }) => id));
});

test("reports a removed database and its return while idle", async () => {
	const dataDir = temporaryFolder();
	const path = join(dataDir, "livekeeper.db");
	const { log } = await open(dataDir);
	renameSync(path, `${path}.away`);
	await vi.waitUntil(() => log.status().fault === "lost");
	renameSync(`${path}.away`, path);
	await vi.waitUntil(() => log.status().state === "ok");
});

test("saves everything if the WAL is removed while open", async () => {
	const dataDir = temporaryFolder();
	const { log, said } = await open(dataDir);
	await store(log, 1, 40);
	rmSync(join(dataDir, "livekeeper.db-wal"));
	await vi.waitUntil(() => said.some((line) => line.includes("WAL")));
	await store(log, 41, 50);
	expect(log.status().state).toBe("ok");
	const copy = copyOf(dataDir);
	const again = await open(copy);
	expect(idsOf(await readAll(again.log, "a"))).toEqual(chats(1, 50).map(({ id }) => id));
	expect(again.said).toEqual([]);
});

test("sets an overwritten open database aside, keeping rooms and cursors", async () => {
	const dataDir = temporaryFolder();
	const path = join(dataDir, "livekeeper.db");
	const first = await open(dataDir);
	await first.log.registry.keep("a", {});
	await store(first.log, 1, 10);
	await first.log.close();
	const { log } = await open(dataDir);
	const file = openSync(path, "r+");
	writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, 0);
	closeSync(file);
	await vi.waitUntil(() => log.status().findings.length > 0);
	await store(log, 11, 12);
	expect(log.status().state).toBe("ok");
	expect((await log.read("a", { after: 10 })).truncated).toMatchObject({ from: 11, reason: "reset" });
	expect((await log.registry.list()).map(({ liveId }) => liveId)).toEqual(["a"]);
});

test("puts a registry back that was removed while open", async () => {
	const dataDir = temporaryFolder();
	const { log, said } = await open(dataDir);
	await log.registry.keep("a", { cookie: "sessionid=1" });
	rmSync(join(dataDir, "registry.db"));
	await vi.waitUntil(() => said.some((line) => line.includes("registry.db")));
	await log.registry.keep("b", {});
	await log.close();
	const again = await open(dataDir);
	expect((await again.log.registry.list()).map(({ liveId }) => liveId)).toEqual(["a", "b"]);
});
