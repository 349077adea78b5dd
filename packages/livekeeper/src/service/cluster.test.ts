import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { takeUpChanges } from "./cluster.ts";

test("reads identities before rooms, and what failed again", async () => {
	const clock = new ManualClock();
	const notify = new Map<string, () => void>();
	const onShared = async (kind: string, listener: () => void) => {
		notify.set(kind, listener);
		return () => void notify.delete(kind);
	};
	const calls: string[] = [];
	let fault = "";
	const reload = (name: string) => async () => {
		calls.push(name);
		if (fault === name) throw new Error("no answer");
	};
	const logger = { warn: vi.fn() };
	const stop = await takeUpChanges(
		{ log: { onShared } },
		{
			...{ clock, logger, live: { reload: reload("rooms") }, book: { load: reload("identities") } },
			manager: { identitiesChanged: () => void calls.push("applied") },
		},
	);
	notify.get("wanted")?.();
	notify.get("identity")?.();
	notify.get("wanted")?.();
	expect(calls).toEqual([]);
	await clock.advance(100);
	await vi.waitFor(() => expect(calls).toHaveLength(3));
	expect(calls.splice(0)).toEqual(["identities", "applied", "rooms"]);
	fault = "rooms";
	notify.get("wanted")?.();
	await clock.advance(100);
	await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledTimes(1));
	expect(logger.warn).toHaveBeenCalledWith(expect.objectContaining({ event: "change_not_taken_up", kind: "wanted" }));
	fault = "";
	await clock.advance(10_100);
	await vi.waitFor(() => expect(calls).toEqual(["rooms", "rooms"]));
	stop();
	expect([notify.size, clock.pendingTimers]).toEqual([0, 0]);
});
