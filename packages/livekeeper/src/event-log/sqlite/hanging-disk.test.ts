import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { idsOf, readAll } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { hangingDisk } from "./hanging-disk.helpers.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";

test("reports a disk that hangs, answers readers, and recovers", async () => {
	const clock = new ManualClock();
	const disk = hangingDisk();
	const dataDir = temporaryFolder();
	const log = await openSqliteEventLog({ dataDir, clock, logger: quietLogger, startThread: disk.startThread });
	const states = vi.fn();
	log.onStatus(({ state, fault }) => states(state, fault));
	const stored = async (from: number, to: number) => {
		log.append({ liveId: "a", events: chats(from, to) });
		await clock.advance(10);
	};
	await stored(1, 10);
	await log.flush();
	disk.hang();
	await stored(11, 20);
	await clock.advance(4_000);
	expect(log.status().state).toBe("ok");
	await clock.advance(2_000);
	expect(log.status()).toMatchObject({ state: "failing", fault: "stalled", pendingEvents: 10 });
	expect(log.status().message?.en).toContain("5 seconds");
	expect(await readAll(log, "a")).toHaveLength(10);
	disk.answer();
	await log.flush();
	expect(log.status().state).toBe("ok");
	expect(states.mock.calls).toEqual([
		["failing", "stalled"],
		["ok", undefined],
	]);
	expect(idsOf(await readAll(log, "a"))).toEqual(chats(1, 20).map(({ id }) => id));
	await log.close();
});

test("does not mistake a clock change for a hanging disk", async () => {
	const clock = new ManualClock();
	const log = await openSqliteEventLog({
		dataDir: temporaryFolder(),
		clock,
		logger: quietLogger,
		startThread: inThisThread,
	});
	const states = vi.fn();
	log.onStatus(states);
	log.append({ liveId: "a", events: chats(1, 10) });
	clock.set(3_600_000);
	await clock.advance(1_000);
	await log.flush();
	await clock.advance(1_000);
	expect(states).not.toHaveBeenCalled();
	await log.close();
});
