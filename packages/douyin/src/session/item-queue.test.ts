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
	return { type: "frame", events, cursor: undefined, receivedAt: 0, problems: [], dropped: 0 };
}

const opened: SessionItem = { type: "opened", host: "h", resumed: false };
const recent: SessionItem = { type: "recent", preview: [], take: () => ({ events: [], problems: [] }) };

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

	it("drops the oldest frames past its limit and says how many events went", () => {
		const queue = new ItemQueue(5);
		const last = frame(3);
		for (const item of [frame(2), opened, frame(2), last]) queue.push(item);
		const items = drain(queue);
		expect(items.map((item) => item.type)).toEqual(["opened", "frame", "frame"]);
		expect(items[1]).toMatchObject({ dropped: 2 });
		expect(items[2]).toBe(last);
	});

	it("keeps recent messages and that the socket opened, in order, whatever it drops", () => {
		const queue = new ItemQueue(2);
		for (const item of [recent, opened, ...Array.from({ length: 3_000 }, () => frame(2))]) queue.push(item);
		const items = drain(queue);
		expect(items.map((item) => item.type)).toEqual(["recent", "opened", "frame"]);
		expect(items[2]).toMatchObject({ dropped: 5_998 });
	});

	it("cuts a single frame that is longer than its limit down to its newest events", () => {
		const queue = new ItemQueue(3);
		const long = frame(10);
		const newest = long.events.slice(7);
		queue.push(long);
		expect(drain(queue)).toMatchObject([{ events: newest, dropped: 7 }]);
	});

	it("never holds more than its limit, and loses no event without counting it", () => {
		const step = fc.oneof(
			fc.nat(12).map((count) => ({ kind: "push" as const, count })),
			fc.constantFrom({ kind: "opened" as const }, { kind: "recent" as const }),
			fc.nat(3).map((count) => ({ kind: "take" as const, count })),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 20 }), (steps, limit) => {
				const queue = new ItemQueue(limit);
				const given: string[] = [];
				const taken: SessionItem[] = [];
				for (const { kind, count } of steps.map((s) => ({ count: 0, ...s }))) {
					if (kind === "opened") queue.push(opened);
					if (kind === "recent") queue.push(recent);
					if (kind === "take")
						for (let i = 0; i < count; i++) taken.push(...[queue.take()].filter((x) => x !== undefined));
					if (kind !== "push") continue;
					const item = frame(count);
					given.push(...item.events.map(({ id }) => id));
					queue.push(item);
				}
				const rest = drain(queue);
				expect(events(rest).length).toBeLessThanOrEqual(limit);
				const all = events([...taken, ...rest]).map(({ id }) => id);
				const dropped = [...taken, ...rest].reduce((sum, item) => sum + (item.type === "frame" ? item.dropped : 0), 0);
				expect(all.length + dropped).toBe(given.length);
				expect(all).toEqual(given.filter((id) => all.includes(id)));
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

function events(items: SessionItem[]): UpstreamEvent[] {
	return items.flatMap((item) => (item.type === "frame" ? item.events : []));
}
