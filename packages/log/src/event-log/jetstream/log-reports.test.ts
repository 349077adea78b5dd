import { recordingLogger } from "@livekeeper/base/src/recording-logger.helpers.ts";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { LogHealth } from "../log-health.ts";
import { LogReports } from "./log-reports.ts";

function start() {
	const clock = new ManualClock();
	const { logger, lines } = recordingLogger();
	const reports = new LogReports(
		logger,
		clock,
		new LogHealth(
			clock,
			() => undefined,
			() => undefined,
		),
		() => undefined,
	);
	/** Fails twice a second in the same way. */
	const fail = async (seconds: number, words: string, event = "watch_failed") => {
		for (let n = 0; n < seconds * 2; n++) {
			reports.troubled(event, new Error(words), `room-${n % 7}`);
			await clock.advance(500);
		}
	};
	return { clock, lines, fail, reports };
}

test("reports damaged events once and keeps them in the status", () => {
	const { lines, reports } = start();
	expect(reports.damage).toEqual({});
	for (const from of [7, 7, 9]) reports.damaged("a", { from, to: 9 });
	reports.damaged("b", { from: 7, to: 7 });
	expect(reports.damage).toEqual({ damage: { events: 5, rooms: ["a", "b"] } });
	expect(lines.map(({ event, live_id, seq, events }) => [event, live_id, seq, events])).toEqual([
		["event_corrupt", "a", 7, 3],
		["event_corrupt", "a", 9, 1],
		["event_corrupt", "b", 7, 1],
	]);
});

test("reports a damaged replica once for each room", () => {
	const { lines, reports } = start();
	for (const liveId of ["a", "a", "b"]) reports.damagedReplica(liveId, { from: 7, to: 9 });
	expect(reports.damage).toEqual({});
	expect(lines.map(({ event, live_id, seq, events }) => [event, live_id, seq, events])).toEqual([
		["replica_corrupt", "a", 7, 3],
		["replica_corrupt", "b", 7, 3],
	]);
});

test("reports a recurring failure at growing intervals, with its count", async () => {
	const { lines, fail } = start();
	await fail(10 * 60, "timeout");
	expect(lines.map(({ times }) => times)).toEqual([undefined, 120, 240, 480]);
	expect(lines[0]).toMatchObject({ event: "watch_failed", live_id: "room-0" });
});

test("reports a different failure or source at once", async () => {
	const { lines, fail } = start();
	await fail(5, "timeout");
	await fail(5, "no responders");
	await fail(5, "timeout", "follow_failed");
	await fail(5, "timeout");
	expect(lines.map(({ event }) => event)).toEqual(["watch_failed", "watch_failed", "follow_failed"]);
});

test("reports a failure at once after an hour without it", async () => {
	const { clock, lines, fail } = start();
	await fail(5, "timeout");
	await clock.advance(60 * 60_000 + 1);
	await fail(5, "timeout");
	expect(lines.map(({ times }) => times)).toEqual([undefined, undefined]);
});

test("gathers nothing after its end", () => {
	const { clock, reports } = start();
	reports.failed("a", new Error("no answer"));
	reports.failed("b", new Error("no answer"));
	reports.recovered("a");
	expect(clock.pendingTimers).toBe(1);
	reports.close();
	reports.recovered("b");
	expect(clock.pendingTimers).toBe(0);
});
