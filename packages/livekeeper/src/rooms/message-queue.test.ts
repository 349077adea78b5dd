import type { Cursor, UpstreamEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { chat } from "./fake-upstream.helpers.ts";
import { type MessageQueueOptions, RoomMessageQueue } from "./message-queue.ts";

function queueOf(options: Partial<MessageQueueOptions> = {}) {
	const errors: unknown[] = [];
	return { queue: new RoomMessageQueue({ onConsumerError: (error) => errors.push(error), ...options }), errors };
}

const cursorAt = (n: number): Cursor => ({ roomId: "r1", cursor: `c${n}`, internalExt: "x" });
const chats = (count: number) => Array.from({ length: count }, () => chat(0));

test("events come out in the order in which they went in, with the newest cursor behind them", () => {
	const { queue } = queueOf();
	const events = chats(3);
	queue.push(events.slice(0, 1), cursorAt(1));
	queue.push(events.slice(1, 2), cursorAt(2));
	queue.push(events.slice(2));
	expect(queue.drain()).toEqual({ events, cursor: cursorAt(2) });
	expect(queue.drain()).toBeUndefined();
	queue.push(events.slice(0, 1));
	expect(queue.drain()).toEqual({ events: events.slice(0, 1), cursor: undefined });
});

test("a queue that is full says so and drops nothing: what is pushed while there is room is taken whole", () => {
	const { queue } = queueOf({ capacity: 3 });
	queue.push(chats(2));
	expect(queue.writable).toBe(true);
	queue.push(chats(5));
	expect([queue.writable, queue.size]).toEqual([false, 7]);
	expect(queue.drain()?.events).toHaveLength(7);
	expect([queue.writable, queue.size]).toEqual([true, 0]);
});

test("the consumer is called once until it has taken what waits", () => {
	const { queue } = queueOf();
	const onReadable = vi.fn();
	queue.onReadable(onReadable);
	queue.push(chats(2));
	queue.push(chats(2));
	expect(onReadable).toHaveBeenCalledTimes(1);
	queue.drain();
	queue.push([]);
	expect(onReadable).toHaveBeenCalledTimes(1);
	queue.push(chats(1));
	expect(onReadable).toHaveBeenCalledTimes(2);
});

test("a consumer that comes late is told of what waits, and one that left is not called", () => {
	const { queue } = queueOf();
	queue.push(chats(1));
	const onReadable = vi.fn();
	const off = queue.onReadable(onReadable);
	expect(onReadable).toHaveBeenCalledTimes(1);
	off();
	queue.drain();
	queue.push(chats(1));
	expect(onReadable).toHaveBeenCalledTimes(1);
});

test("what a consumer throws is reported, does not reach the pusher, and the next push tries again", () => {
	const { queue, errors } = queueOf();
	let calls = 0;
	queue.onReadable(() => {
		calls++;
		throw new Error("consumer");
	});
	expect(() => queue.push(chats(1))).not.toThrow();
	queue.push(chats(1));
	expect(calls).toBe(2);
	expect(errors).toHaveLength(2);
	expect(queue.drain()?.events).toHaveLength(2);
});

test("a capacity below 1 is refused", () => {
	expect(() => queueOf({ capacity: 0 })).toThrow(RangeError);
});

test("whatever is pushed and drained, nothing is lost, doubled or out of order", () => {
	const step = fc.oneof(
		fc.record({ push: fc.integer({ min: 0, max: 40 }), withCursor: fc.boolean() }),
		fc.constant("drain" as const),
	);
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
			const { queue } = queueOf({ capacity });
			let waiting: UpstreamEvent[] = [];
			let cursor: Cursor | undefined;
			steps.forEach((one, index) => {
				if (one === "drain") {
					expect(queue.drain()).toEqual(waiting.length > 0 ? { events: waiting, cursor } : undefined);
					if (waiting.length > 0) cursor = undefined;
					waiting = [];
				} else {
					const events = chats(one.push);
					const behind = one.withCursor ? cursorAt(index) : undefined;
					queue.push(events, behind);
					waiting.push(...events);
					cursor = behind ?? cursor;
				}
				expect([queue.size, queue.writable]).toEqual([waiting.length, waiting.length < capacity]);
			});
		}),
	);
});
