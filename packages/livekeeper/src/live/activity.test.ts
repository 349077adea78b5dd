import { ManualClock } from "@livekeeper/douyin/testing";
import type { CommittedBatch, EventLog } from "@livekeeper/log";
import { expect, test } from "vitest";
import { Activities } from "./activity.ts";

function setup(broadcasts: () => Promise<object[]> = async () => []) {
	const clock = new ManualClock(1_000_000 * 60_000);
	let listener: (batch: CommittedBatch) => void = () => undefined;
	let seq = 0;
	const log = {
		broadcasts: broadcasts as EventLog["broadcasts"],
		onCommitted: (given: typeof listener) => {
			listener = given;
			return () => undefined;
		},
	};
	const activities = new Activities(log, clock, {
		onWithheld: () => undefined,
		onCounts: () => undefined,
		onOtherLogins: () => undefined,
	});
	const commit = (...events: { type: string; [field: string]: unknown }[]) =>
		listener({
			liveId: "1",
			events: events.map((event) => ({
				seq: ++seq,
				type: event.type as "chat",
				at: clock.now(),
				json: JSON.stringify(event),
			})),
		});
	return { activities, clock, commit };
}

const chats = (count: number) => Array.from({ length: count }, () => ({ type: "chat" }));

test("counts messages by minute stored, without the running minute", async () => {
	const { activities, clock, commit } = setup();
	await activities.watch("1");
	commit(...chats(3), { type: "connection" }, { type: "gap" });
	expect(activities.of("1").perMinute).toEqual(Array(60).fill(0));
	await clock.advance(60_000);
	commit(...chats(2));
	expect(activities.of("1").perMinute.slice(-2)).toEqual([0, 3]);
	await clock.advance(120_000);
	expect(activities.of("1").perMinute.slice(-4)).toEqual([0, 3, 2, 0]);
});

test("counts no service events as messages", async () => {
	const { activities, commit } = setup();
	await activities.watch("1");
	const own = ["connection", "gap", "gifts_withheld", "service_down", "broadcast_started", "broadcast_ended"];
	commit(...chats(3), ...own.map((type) => ({ type, room_id: "7" })));
	expect(activities.of("1").lastMinute).toBe(3);
});

test("reports the rate of the last 60 seconds", async () => {
	const { activities, clock, commit } = setup();
	await activities.watch("1");
	commit(...chats(30));
	expect(activities.of("1").lastMinute).toBe(30);
	await clock.advance(60_000);
	commit(...chats(3));
	expect(activities.of("1").lastMinute).toBe(33);
	await clock.advance(20_000);
	expect(activities.of("1").lastMinute).toBe(23);
	await clock.advance(39_000);
	expect(activities.of("1").lastMinute).toBe(4);
	await clock.advance(61_000);
	expect(activities.of("1").lastMinute).toBe(0);
});

test("shows only whole minutes of the last hour", async () => {
	const { activities, clock, commit } = setup();
	await activities.watch("1");
	for (let minute = 1; minute <= 200; minute++) {
		commit(...chats(minute));
		await clock.advance(60_000);
	}
	expect(activities.of("1").perMinute).toEqual(Array.from({ length: 60 }, (_, i) => 141 + i));
	await clock.advance(60 * 60_000);
	expect(activities.of("1").perMinute).toEqual(Array(60).fill(0));
});

test("reports the latest viewers and the broadcast's diamonds", async () => {
	const { activities, commit } = setup();
	await activities.watch("1");
	expect(activities.of("1")).toMatchObject({ viewers: undefined, diamonds: 0 });
	commit({ type: "viewers", online: 12, top: [] }, { type: "gift", diamonds: 5 }, { type: "gift", diamonds: 7 });
	expect(activities.of("1")).toMatchObject({ viewers: 12, diamonds: 12 });
	commit({ type: "broadcast_started" }, { type: "gift", diamonds: 1 });
	expect(activities.of("1").diamonds).toBe(1);
});

test("resumes a broadcast's totals and counts concurrent events once", async () => {
	let answer: (broadcasts: object[]) => void = () => undefined;
	const { activities, commit } = setup(() => new Promise((resolve) => (answer = resolve)));
	const watching = activities.watch("1");
	commit({ type: "gift", diamonds: 10 });
	commit({ type: "gift", diamonds: 100 });
	// The log's answer includes the first of them.
	answer([{ diamonds: 1010, lastSeq: 1 }]);
	await watching;
	commit({ type: "gift", diamonds: 1 });
	expect(activities.of("1").diamonds).toBe(1111);
});

test("keeps an ended broadcast's gifts until the next begins", async () => {
	const { activities, commit } = setup(async () => [{ diamonds: 500, lastSeq: 9, endedAt: 1 }]);
	await activities.watch("1");
	expect(activities.of("1").diamonds).toBe(500);
	commit({ type: "broadcast_started" });
	expect(activities.of("1").diamonds).toBe(0);
});
