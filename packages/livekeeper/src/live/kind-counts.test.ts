import { ManualClock } from "@livekeeper/douyin/testing";
import type { CommittedBatch, StoredEvent } from "@livekeeper/log";
import { expect, test } from "vitest";
import { KindCounts } from "./kind-counts.ts";

function setup() {
	const clock = new ManualClock();
	let notify: (batch: CommittedBatch) => void = () => undefined;
	const onCommitted = (listener: typeof notify) => {
		notify = listener;
		return () => undefined;
	};
	const kinds = new KindCounts({ onCommitted }, clock);
	let seq = 0;
	const say = (liveId: string, type: StoredEvent["type"], method: string) => {
		seq++;
		const json = JSON.stringify({ seq, id: '"method":"Fake"', live_id: liveId, room_id: "r", method, type });
		notify({ liveId, events: [{ seq, type, at: 0, json }] } as CommittedBatch);
	};
	return { clock, kinds, say };
}

test("counts types and unknown methods per room, with times", async () => {
	const { clock, kinds, say } = setup();
	const start = clock.now();
	say("1", "chat", "WebcastChatMessage");
	say("1", "raw", "WebcastBrandNewMessage");
	say("2", "raw", "WebcastBrandNewMessage");
	say("1", "connection", "livekeeper");
	await clock.advance(1000);
	say("1", "raw", "WebcastBrandNewMessage");
	expect(kinds.of("1")).toEqual([
		{ kind: "WebcastBrandNewMessage", typed: false, count: 2, firstAt: start, lastAt: start + 1000, lastSeq: 5 },
		{ kind: "chat", typed: true, count: 1, firstAt: start, lastAt: start, lastSeq: 1 },
	]);
	expect([...kinds.totals]).toEqual([
		["chat", 1],
		["WebcastBrandNewMessage", 3],
	]);
	kinds.forget("1");
	expect(kinds.of("1")).toEqual([]);
});

test("uses bounded memory for an unbounded number of names", () => {
	const { kinds, say } = setup();
	for (let n = 0; n < 1000; n++) say("1", "raw", `Webcast${n}${"x".repeat(200)}`);
	expect(kinds.of("1")).toHaveLength(201);
	expect(kinds.of("1")[0]).toMatchObject({ kind: "other", count: 800 });
	expect(kinds.totals.size).toBe(201);
	expect(Math.max(...kinds.of("1").map(({ kind }) => kind.length))).toBe(80);
});
