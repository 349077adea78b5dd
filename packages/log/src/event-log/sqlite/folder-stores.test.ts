import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";
import { KeyValueTable } from "../../storage/index.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { temporaryFolder } from "./stores.helpers.ts";

async function open(dataDir = temporaryFolder()) {
	const clock = new ManualClock();
	const events: unknown[] = [];
	const say = ({ event }: { event?: unknown }) => void events.push(event);
	const logger = { info: say, warn: say, error: say } as never;
	const log = await openSqliteEventLog({ dataDir, clock, logger, startThread: inThisThread });
	let closed: Promise<void> | undefined;
	const close = () => {
		closed ??= log.close();
		return closed;
	};
	onTestFinished(close);
	const keys = async () => (await log.targets.list(">")).map(({ key }) => key);
	const warnings = () => log.status().findings.map(({ en }) => en);
	const until = (assertion: () => void) =>
		vi.waitFor(async () => {
			await clock.advance(1_000);
			assertion();
		});
	return { dataDir, log, keys, events, warnings, until, close };
}

const text = (value: string) => Buffer.from(value);

test("keeps targets through a kill", async () => {
	const { dataDir, log, keys } = await open();
	await log.targets.put("target.a", text("1"));
	await log.targets.put("at.a.1001", text("2"));
	await log.targets.remove("target.a");
	await log.targets.create("target.b", text("3"));
	// Files as a kill leaves them.
	const killed = join(temporaryFolder(), "copy");
	cpSync(dataDir, killed, { recursive: true });
	const again = await open(killed);
	expect(await again.keys()).toEqual(await keys());
	expect(await again.keys()).toEqual(["at.a.1001", "target.b"]);
	expect(again.warnings()).toEqual([]);
});

test("writes targets back that were removed while open", async () => {
	const { dataDir, log, keys, events, until } = await open();
	await log.targets.put("target.a", text("1"));
	for (const name of ["targets.db", "targets.db-wal", "targets.db-shm"]) rmSync(join(dataDir, name));
	await until(() => expect(events).toContain("database_targets_removed"));
	await log.targets.put("target.b", text("2"));
	expect(await keys()).toEqual(["target.a", "target.b"]);
	const killed = join(temporaryFolder(), "copy");
	cpSync(dataDir, killed, { recursive: true });
	expect(await (await open(killed)).keys()).toEqual(["target.a", "target.b"]);
});

test("restores damaged targets from their last good copy, reporting it", async () => {
	const { dataDir, log, close } = await open();
	await log.targets.put("target.a", text("1"));
	await close();
	writeFileSync(join(dataDir, "targets.db"), Buffer.alloc(8_192, "x"));
	const again = await open(dataDir);
	expect(await again.keys()).toEqual(["target.a"]);
	expect(again.events).toContain("database_targets_restored");
	expect(again.warnings()).toEqual([expect.stringMatching(/^storage: targets\.db was damaged and is kept as /)]);
});

test("reports targets lost together with their copy", async () => {
	const { dataDir, log, close } = await open();
	await log.targets.put("target.a", text("1"));
	await close();
	for (const name of ["targets.db", "targets.db.last-good"]) rmSync(join(dataDir, name));
	const again = await open(dataDir);
	expect(await again.keys()).toEqual([]);
	expect(again.warnings()).toEqual([
		expect.stringMatching(/^storage: targets\.db and its last good copy were missing/),
	]);
});

test("reports nothing about targets in a new folder", async () => {
	const { keys, events, warnings } = await open();
	expect(await keys()).toEqual([]);
	expect([events, warnings()]).toEqual([[], []]);
});

test("reads targets again once the store was reopened", async () => {
	const { dataDir, log, keys, events, until } = await open();
	await log.targets.put("target.a", text("1"));
	expect(await keys()).toEqual(["target.a"]);
	const other = new Database(join(dataDir, "targets.db"));
	new KeyValueTable(other).put("target.b", text("2"));
	other.close();
	rmSync(join(dataDir, "livekeeper.db-wal"));
	await until(() => expect(events).toContain("database_wal_removed"));
	expect(await keys()).toEqual(["target.a", "target.b"]);
});
