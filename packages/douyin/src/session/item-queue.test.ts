import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { SessionItem } from "../upstream.ts";
import { ItemQueue } from "./item-queue.ts";

let nextId = 0;

function event(): UpstreamEvent {
	const common = { liveId: "1", roomId: "2", method: "WebcastChatMessage", at: 0, receivedAt: 0 };
	return { ...common, type: "chat", id: String(nextId++), content: "" };
}

function frame(count: number): SessionItem & { type: "frame" } {
	const events = Array.from({ length: count }, event);
	return { type: "frame", events, cursor: undefined, receivedAt: 0, problems: [] };
}

const opened: SessionItem = { type: "opened", host: "h", resumed: false };
const backfill: SessionItem = { type: "backfill", events: [], problems: [] };

function drain(queue: ItemQueue): SessionItem[] {
	const items: SessionItem[] = [];
	for (let item = queue.take(); item; item = queue.take()) items.push(item);
	return items;
}

describe("ItemQueue", () => {
	it("gives items in order, then nothing", () => {
		const queue = new ItemQueue(10);
		const items = [frame(2), opened, frame(0), frame(3)];
		for (const item of items) queue.push(item);
		expect(drain(queue)).toEqual(items);
	});

	it("has room until as many events wait as it may hold, and again once some are taken", () => {
		const queue = new ItemQueue(5);
		queue.push({ ...backfill, events: [event()] });
		queue.push(opened);
		queue.push(frame(3));
		queue.assertRoom();
		queue.push(frame(2));
		expect(() => queue.assertRoom()).toThrow(expect.objectContaining({ reason: "storage", retryable: true }));
		queue.take();
		queue.take();
		expect(() => queue.assertRoom()).toThrow();
		queue.take();
		queue.assertRoom();
	});

	it("takes one frame whole, however long it is: each session brings something", () => {
		const queue = new ItemQueue(1);
		queue.assertRoom();
		queue.push(frame(50));
		expect(drain(queue)).toHaveLength(1);
	});

	it("counts frames without events, so that they can't fill the memory", () => {
		const queue = new ItemQueue(3);
		for (let i = 0; i < 3; i++) queue.push(frame(0));
		expect(() => queue.assertRoom()).toThrow();
	});

	it("gives everything that it took, in order", () => {
		const step = fc.oneof(
			fc.record({ push: fc.constantFrom(opened, backfill, frame(0), frame(3)) }),
			fc.record({ take: fc.nat(3) }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 3_000 }), (steps) => {
				const queue = new ItemQueue(5);
				const given: SessionItem[] = [];
				const taken: (SessionItem | undefined)[] = [];
				for (const one of steps) {
					if ("push" in one) {
						given.push(one.push);
						queue.push(one.push);
					} else {
						for (let i = 0; i < one.take; i++) taken.push(queue.take());
					}
				}
				expect([...taken.filter((item) => item !== undefined), ...drain(queue)]).toEqual(given);
			}),
		);
	});

	it("wakes whoever waits when an item or the end comes", async () => {
		const queue = new ItemQueue(10);
		const item = queue.readable();
		queue.push(frame(1));
		await item;
		drain(queue);
		const end = queue.readable();
		queue.fail(new DouyinError("network", "cut"));
		await end;
		await queue.readable();
	});

	it("keeps its first end: what was queued before a failure is still given, nothing after it", () => {
		const queue = new ItemQueue(10);
		const failure = new DouyinError("network", "cut");
		queue.push(frame(1));
		queue.fail(failure);
		queue.fail(new DouyinError("silence", "later"));
		queue.push(frame(1));
		expect([queue.ended, queue.failure, drain(queue).length]).toEqual([true, failure, 1]);
	});

	it("forgets everything when stopped", () => {
		const queue = new ItemQueue(10);
		queue.push(frame(1));
		queue.stop();
		queue.push(frame(1));
		expect([queue.ended, queue.failure, drain(queue)]).toEqual([true, undefined, []]);
	});
});
