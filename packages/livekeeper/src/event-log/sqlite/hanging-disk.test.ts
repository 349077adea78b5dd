import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { idsOf, readAll } from "../conformance.helpers.ts";
import { chats } from "../events.helpers.ts";
import { inThisThread } from "./same-thread.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import type { StartThread } from "./store-thread.ts";
import { quietLogger, temporaryFolder } from "./stores.helpers.ts";
import type { Call } from "./thread-protocol.ts";

/** A writer's thread that hears nothing while its disk hangs. */
function hangingDisk() {
	const held: (() => void)[] = [];
	let hangs = false;
	const startThread: StartThread = (role) => {
		const host = inThisThread(role);
		if (role.role === "reader") return host;
		const post = host.postMessage.bind(host);
		host.postMessage = (call: Call, transfer) => {
			if (hangs) held.push(() => post(call, transfer));
			else post(call, transfer);
		};
		return host;
	};
	const hang = () => {
		hangs = true;
	};
	const answer = () => {
		hangs = false;
		for (const send of held.splice(0)) send();
	};
	return { startThread, hang, answer };
}

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

test("does not take a clock that is set for a disk that hangs", async () => {
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
