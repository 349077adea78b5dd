import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "@livekeeper/douyin";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { cursorAt, idsOf, readAll } from "../conformance.helpers.ts";
import type { EventLog } from "../event-log.ts";
import { chats } from "../events.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { temporaryFolder } from "./stores.helpers.ts";

async function open(dataDir: string) {
	const said: string[] = [];
	const say = (_fields: object, message: string) => void said.push(message);
	const log = await openSqliteEventLog({
		dataDir,
		clock: systemClock,
		logger: { info: say, warn: say, error: say } as never,
		groupCommitMs: 1,
	});
	onTestFinished(() => log.close().catch(() => undefined));
	return { log, said };
}

async function store(log: EventLog, from: number, to: number): Promise<void> {
	log.append({ liveId: "a", events: chats(from, to), cursor: cursorAt(to) });
	await log.flush();
}

/** Returns a folder with the backup in place of the log. */
function restored(backup: string, dataDir = temporaryFolder()): string {
	copyFileSync(backup, join(dataDir, "livekeeper.db"));
	return dataDir;
}

test("backs up while events are stored, and restores it", async () => {
	const source = temporaryFolder();
	const { log } = await open(source);
	await log.registry.keep("a", { cookie: "sessionid=1" });
	await log.identities.put("main", { cookie: "sessionid=2" });
	await store(log, 1, 20_000);
	await log.targets.put("target.t", Buffer.from("hooks"));
	const making = log.backup();
	for (let n = 20_001; n < 24_000; n += 100) await store(log, n, n + 99);
	const path = await making;
	expect(statSync(path).mode & 0o777).toBe(0o600);
	const dataDir = restored(path);
	// The backup lacks the key, because permission to back up is not permission to read cookies.
	expect(readdirSync(source)).toContain("secret.key");
	copyFileSync(join(source, "secret.key"), join(dataDir, "secret.key"));
	const { log: again, said } = await open(dataDir);
	expect(said).toEqual([expect.stringContaining("已从备份恢复")]);
	const ids = idsOf(await readAll(again, "a"));
	expect(ids.length).toBeGreaterThanOrEqual(20_000);
	expect(ids).toEqual(chats(1, ids.length).map(({ id }) => id));
	expect(await again.cursor("a")).toEqual(cursorAt(ids.length));
	expect(await again.registry.load()).toMatchObject([{ liveId: "a", options: { cookie: "sessionid=1" } }]);
	expect(await again.identities.load()).toMatchObject([{ name: "main", secrets: { cookie: "sessionid=2" } }]);
	expect((await again.targets.list(">")).map(({ key }) => key)).toEqual(["target.t"]);
	await store(again, ids.length + 1, ids.length + 5);
	await again.close();
	const third = await open(dataDir);
	expect(third.said).toEqual([]);
	// Events stored after the backup are not in it, and their numbers are not reused.
	const all = await readAll(third.log, "a");
	expect(idsOf(all)).toEqual(chats(1, ids.length + 5).map(({ id }) => id));
	expect(all.at(-5)?.seq).toBeGreaterThan(1_000_000);
	expect((await third.log.read("a", { after: ids.length + 400 })).truncated).toMatchObject({ reason: "reset" });
	expect(await log.backupProgress()).toBeUndefined();
});

test("restores over a killed folder without mixing in its WAL", async () => {
	const source = temporaryFolder();
	const { log } = await open(source);
	await log.registry.keep("a", {});
	await store(log, 1, 100);
	const path = await log.backup();
	await store(log, 101, 2_000);
	await log.registry.keep("b", {});
	const killed = temporaryFolder();
	cpSync(source, killed, { recursive: true });
	expect(readdirSync(killed)).toContain("livekeeper.db-wal");
	const { log: again, said } = await open(restored(path, killed));
	expect(idsOf(await readAll(again, "a"))).toEqual(chats(1, 100).map(({ id }) => id));
	expect((await again.registry.list()).map(({ liveId }) => liveId)).toEqual(["a", "b"]);
	expect(said.filter((line) => line.includes("registry.db"))).toHaveLength(1);
	expect(readdirSync(killed).some((name) => name.startsWith("livekeeper.db-wal.foreign-"))).toBe(true);
});

test("restores a backup with a flipped bit in its header", async () => {
	const { log } = await open(temporaryFolder());
	await log.registry.keep("a", {});
	await store(log, 1, 10);
	const path = await log.backup();
	const bytes = readFileSync(path);
	// The journal mode, in which the header of a database in use differs.
	bytes[18] = (bytes[18] ?? 0) ^ 1;
	writeFileSync(path, bytes);
	const { log: again, said } = await open(restored(path, temporaryFolder()));
	expect(idsOf(await readAll(again, "a"))).toEqual(chats(1, 10).map(({ id }) => id));
	expect((await again.registry.list()).map(({ liveId }) => liveId)).toEqual(["a"]);
	expect(said).toHaveLength(2);
});

test("removes the leftovers of an interrupted backup at the start", async () => {
	const dataDir = temporaryFolder();
	writeFileSync(join(dataDir, "livekeeper.backup-0123456789ab.tmp"), "half");
	const { log } = await open(dataDir);
	expect(readdirSync(dataDir).filter((name) => name.includes("backup"))).toEqual([]);
	await log.close();
});

test("backs up a log whose database was removed while open", async () => {
	const dataDir = temporaryFolder();
	const { log } = await open(dataDir);
	await store(log, 1, 500);
	rmSync(join(dataDir, "livekeeper.db"));
	const { log: again } = await open(restored(await log.backup()));
	expect(idsOf(await readAll(again, "a"))).toEqual(chats(1, 500).map(({ id }) => id));
});

test("gives each backup an id of its own", async () => {
	const { log } = await open(temporaryFolder());
	await store(log, 1, 3);
	const idOf = (path: string) => {
		const db = new Database(path, { readonly: true });
		const id = db.prepare<[], string>("SELECT id FROM log").pluck().get();
		db.close();
		return id;
	};
	const paths = [await log.backup(), await log.backup()];
	const ids = paths.map(idOf);
	ids.push(idOf(join(dirname(paths[0] ?? ""), "livekeeper.db")));
	expect(new Set(ids).size).toBe(3);
	for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
});
