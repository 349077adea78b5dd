import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { systemClock } from "@livekeeper/douyin";
import { expect, onTestFinished, test } from "vitest";
import { cursorAt } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { databasePath } from "./file-names.ts";
import { ProgressFile } from "./progress-file.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { type StartThread, StoreThread, startEarly } from "./store-thread.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";
import type { ReaderCalls, WriterCalls } from "./thread-protocol.ts";

async function open(dataDir: string) {
	const started: string[] = [];
	const startThread: StartThread = (role) => {
		started.push(role.role);
		return inThisThread(role);
	};
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger, startThread });
	onTestFinished(() => log.close());
	return { log, started };
}

test("starts no reader for an empty log until asked", async () => {
	const { log, started } = await open(temporaryFolder());
	expect(await log.liveIds()).toEqual([]);
	expect(started).toEqual(["writer"]);
	expect(await Promise.all([log.lastSeq("a"), log.cursor("a")])).toEqual([0, undefined]);
	expect(started).toEqual(["writer", "reader"]);
});

test("starts a reader at once for a log with events", async () => {
	const dataDir = temporaryFolder();
	const before = await open(dataDir);
	before.log.append({ liveId: "a", events: chats(1, 3), cursor: cursorAt(3) });
	await before.log.flush();
	await before.log.close();
	const { log, started } = await open(dataDir);
	expect(started).toEqual(["writer", "reader"]);
	const path = databasePath(dataDir);
	renameSync(path, `${path}.away`);
	expect(await log.lastSeq("a")).toBe(3);
	renameSync(`${path}.away`, path);
});

test("restarts a reader that failed to open, and closes", async () => {
	const dataDir = temporaryFolder();
	const { log, started } = await open(dataDir);
	const path = databasePath(dataDir);
	renameSync(path, `${path}.away`);
	await expect(log.lastSeq("a")).rejects.toMatchObject({ code: "storage_failing" });
	renameSync(`${path}.away`, path);
	expect(await log.lastSeq("a")).toBe(0);
	expect(started).toEqual(["writer", "reader", "reader"]);
});

test("opens the first writer's database in the early thread", async () => {
	const dataDir = temporaryFolder();
	const startThread = startEarly();
	const options = { dataDir, fsync: false, suspect: false, now: 0 };
	const writer = await StoreThread.start<WriterCalls>({ role: "writer", options }, startThread);
	onTestFinished(() => writer.thread.terminate());
	const reader = await StoreThread.start<ReaderCalls>({ role: "reader", dataDir }, startThread);
	onTestFinished(() => reader.thread.terminate());
	expect(await writer.thread.call("liveIds")).toEqual([]);
	expect(await reader.thread.call("lastSeq", "a")).toBe(0);
	// A second writer gets a thread of its own, which finds the folder locked.
	const second = StoreThread.start<WriterCalls>({ role: "writer", options }, startThread);
	await expect(second).rejects.toMatchObject({ code: "database_locked" });
});

/** Returns the next thread started. */
async function nextWorker(): Promise<Worker> {
	const [worker] = (await once(process, "worker")) as [Worker];
	return worker;
}

test("opens the database if the early thread has died", async () => {
	const early = nextWorker();
	const startThread = startEarly();
	await (await early).terminate();
	const options = { dataDir: temporaryFolder(), fsync: false, suspect: false, now: 0 };
	const { thread } = await StoreThread.start<WriterCalls>({ role: "writer", options }, startThread);
	onTestFinished(() => thread.terminate());
	expect(await thread.call("liveIds")).toEqual([]);
});

test("closes the database if the reader's thread has died", async () => {
	const dataDir = temporaryFolder();
	const log = await openSqliteEventLog({ dataDir, clock: systemClock, logger: quietLogger });
	const reader = nextWorker();
	expect(await log.lastSeq("a")).toBe(0);
	await (await reader).terminate();
	await log.close();
	expect(ProgressFile.read(dataDir)?.closed).toBe(true);
});

test("opens in a program that is given as text", () => {
	const module = JSON.stringify(new URL("./sqlite-event-log.ts", import.meta.url).href);
	const program = `
		const { openSqliteEventLog } = await import(${module});
		const { systemClock } = await import("@livekeeper/douyin");
		const quiet = () => undefined;
		const logger = { info: quiet, warn: quiet, error: quiet };
		const log = await openSqliteEventLog({ dataDir: ${JSON.stringify(temporaryFolder())}, clock: systemClock, logger });
		console.log(await log.liveIds());
		await log.close();
	`;
	const flags = ["-C", "livekeeper-source", "--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
	const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "--eval", program], {
		cwd: fileURLToPath(new URL(".", import.meta.url)),
		encoding: "utf8",
	});
	expect([stdout, stderr]).toEqual(["[]\n", ""]);
});
