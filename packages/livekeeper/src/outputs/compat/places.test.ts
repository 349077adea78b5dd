import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test } from "vitest";
import { recordingLogger } from "../../recording-logger.helpers.ts";
import { ListenerPlaces } from "./places.ts";

test("keeps each node's places apart in shared notes", async () => {
	const kept = new Map<string, unknown>();
	const notes = {
		get: async (name: string) => kept.get(name),
		put: async (name: string, value: unknown) => void kept.set(name, value),
		remove: async (name: string) => void kept.delete(name),
	};
	const { logger } = recordingLogger();
	const open = (node: string) => new ListenerPlaces(new ManualClock(), node);
	for (const [node, seq] of [
		["a", 1],
		["b", 2],
	] as const) {
		const places = open(node);
		places.hold("key", () => seq);
		await places.load(notes, logger, true);
		await places.save(notes, logger);
	}
	for (const [node, seq] of [
		["a", 1],
		["b", 2],
		["b", undefined],
	] as const) {
		const places = open(node);
		await places.load(notes, logger, false);
		expect(places.take("key")).toBe(seq);
	}
});

test.each([-3_600_000, 3_600_000])("keeps places for a minute when set by %i ms", async (moveMs) => {
	const clock = new ManualClock();
	let aheadMs = 0;
	const places = new ListenerPlaces(Object.assign(clock, { now: () => 1e12 + clock.elapsed() + aheadMs }));
	for (const key of ["early", "late"]) places.hold(key, () => 7)();
	aheadMs = moveMs;
	await clock.advance(59_000);
	expect(places.take("early")).toBe(7);
	await clock.advance(2_000);
	expect(places.take("late")).toBeUndefined();
});
