import { chineseLine } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { logLines } from "../../text/index.ts";
import type { EventLog } from "../event-log.ts";
import { chats, startMs } from "../events.helpers.ts";
import { eventually } from "../eventually.helpers.ts";
import { databasePath } from "./file-names.ts";
import { sqliteDefaults } from "./options.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { commit, quietLogger, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const [minute, day] = [60_000, 86_400_000];
const confirmMs = 10 * minute;

/** Simulates a machine whose clock can be set. */
function machine() {
	const time = new ManualClock();
	const lines: string[] = [];
	const logger = {
		...quietLogger,
		info: (fields: object) => void lines.push(chineseLine(logLines.zh, fields) ?? ""),
		warn: (fields: object) => void lines.push(chineseLine(logLines.zh, fields) ?? ""),
	};
	const dataDir = temporaryFolder();
	const open = async (): Promise<EventLog> => {
		const log = await openSqliteEventLog({ dataDir, clock: time, logger, groupCommitMs: 1, clockTrustMs: confirmMs });
		onTestFinished(() => log.close().catch(() => undefined));
		return log;
	};
	/** Advances a minute at a time, so that upkeep gets its turn. */
	const pass = async (ms: number) => {
		for (let passed = 0; passed < ms; passed += minute) {
			await time.advance(minute);
			// Stored after the work of upkeep.
			await log.notes.put("passed", passed);
		}
	};
	let log: EventLog;
	return {
		time,
		lines,
		pass,
		set: (ms: number) => time.set(ms),
		start: async () => {
			log = await open();
			return log;
		},
		restart: async () => {
			await log.close();
			log = await open();
			return log;
		},
	};
}

async function filled(log: EventLog, time: ManualClock): Promise<void> {
	log.append({ liveId: "a", events: chats(1, 500) });
	await eventually(time, async () => expect(await log.lastSeq("a")).toBe(500));
}

const oldest = async (log: EventLog) => (await log.read("a", { limit: 1 })).oldestSeq;

test("deletes nothing under a wrong clock until it runs evenly", async () => {
	const { time, lines, pass, set, start, restart } = machine();
	await filled(await start(), time);
	await pass(2 * minute);
	set(30 * day);
	let log = await restart();
	await pass(5 * minute);
	expect(await oldest(log)).toBe(1);
	expect(log.status().clock).toMatchObject({ jumpedMs: expect.closeTo(30 * day, -6) });
	expect(lines.filter((line) => line.includes("系统时钟突然跳快了 30 天"))).toHaveLength(1);
	// Events stored under the wrong clock agree with it and prove nothing.
	log.append({ liveId: "b", events: chats(1, 9) });
	log = await restart();
	await pass(minute);
	expect(await oldest(log)).toBe(1);
	await pass(confirmMs);
	await eventually(time, async () => expect(await oldest(log)).toBe(501));
	expect(log.status()).not.toHaveProperty("clock");
	expect(lines.at(-1)).toContain("恢复按时间删除消息");
});

test("deletes nothing while the clock jumps ahead and back", async () => {
	const { time, pass, set, start } = machine();
	const log = await start();
	await filled(log, time);
	set(30 * day);
	await pass(5 * minute);
	set(-30 * day);
	await pass(2 * confirmMs);
	expect(await oldest(log)).toBe(1);
	expect(log.status()).not.toHaveProperty("clock");
});

/** Returns a writer, and the number of events that it has counted in its one room. */
function counting(now: number) {
	const dataDir = temporaryFolder();
	const writer = new SqliteWriter({ dataDir, fsync: false, suspect: false, now });
	const db = new Database(databasePath(dataDir), { readonly: true });
	onTestFinished(() => {
		db.close();
		writer.close();
	});
	return {
		say: (from: number, to: number) => commit(writer, now, { liveId: "a", events: chats(from, to) }),
		upkeep: (at: number) => {
			while (writer.upkeep(at, sqliteDefaults.retention, 1_000).more);
		},
		counted: () => db.prepare("SELECT counted_seq FROM rooms").pluck().get(),
	};
}

test("stores projections after the clock was set back", () => {
	const now = startMs + 90 * day;
	const { say, upkeep, counted } = counting(now);
	say(1, 9);
	upkeep(now);
	expect(counted()).toBeNull();
	say(10, 2_000);
	upkeep(now - 30 * day);
	expect(counted()).toBe(2_000);
});
