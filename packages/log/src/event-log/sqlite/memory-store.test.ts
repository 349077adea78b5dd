import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { inMemory } from "../../data-folder.ts";
import { cursorAt, describeEventLog, idsOf, readAll, seqs } from "../conformance.helpers.ts";
import { chat, chats } from "../events.helpers.ts";
import { MemoryStore } from "./memory-store.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import type { StartThread, StoreHost } from "./store-thread.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";

describeEventLog("the event log in memory", async () => {
	const { startThread } = new MemoryStore();
	return {
		open: (settings) =>
			openSqliteEventLog({ dataDir: inMemory, startThread, logger: quietLogger, groupCommitMs: 2, ...settings }),
		dispose: async () => undefined,
	};
});

test("takes no real time: each commit follows the clock", async () => {
	const clock = new ManualClock();
	const log = await openSqliteEventLog({ dataDir: inMemory, clock, logger: quietLogger });
	const stored: number[] = [];
	log.onCommitted(({ events }) => stored.push(...seqs(events)));
	for (let n = 1; n <= 50; n++) {
		log.append({ liveId: "a", events: [chat(n)] });
		await clock.advance(10);
		expect(stored).toHaveLength(n);
	}
	await log.close();
	expect(clock.pendingTimers).toBe(0);
});

test("continues after an unclosed log, and only then", async () => {
	const { startThread } = new MemoryStore();
	const clock = new ManualClock();
	const hosts: StoreHost[] = [];
	const startKept: StartThread = (role) => {
		const host = startThread(role);
		hosts.push(host);
		return host;
	};
	const open = () => openSqliteEventLog({ dataDir: inMemory, clock, startThread: startKept, logger: quietLogger });
	const killed = await open();
	killed.append({ liveId: "a", events: chats(1, 3), cursor: cursorAt(3) });
	await Promise.all([killed.flush(), clock.advance(10)]);
	await expect(open()).rejects.toMatchObject({ code: "database_locked" });
	for (const host of hosts) await host.terminate();
	const log = await open();
	log.append({ liveId: "a", events: chats(3, 5) });
	await Promise.all([log.flush(), clock.advance(10)]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 5).map(({ id }) => id));
	expect(await log.cursor("a")).toEqual(cursorAt(3));
	await log.close();
});

test("is backed up into a folder", async () => {
	const clock = new ManualClock();
	const log = await openSqliteEventLog({ dataDir: inMemory, clock, logger: quietLogger });
	log.append({ liveId: "a", events: chats(1, 3) });
	await Promise.all([log.flush(), clock.advance(10)]);
	const dataDir = temporaryFolder();
	const backup = await log.backup();
	await copyFile(backup, join(dataDir, "livekeeper.db"));
	await Promise.all([rm(backup), log.close()]);
	const restored = await openSqliteEventLog({ dataDir, clock, logger: quietLogger });
	expect(idsOf(await readAll(restored, "a"))).toEqual(chats(1, 3).map(({ id }) => id));
	await restored.close();
});
