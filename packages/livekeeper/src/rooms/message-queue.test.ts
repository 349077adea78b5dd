import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { chat } from "./fake-upstream.test-kit.ts";
import { type MessageQueueOptions, RoomMessageQueue } from "./message-queue.ts";

function queueOf(options: Partial<MessageQueueOptions> = {}) {
	const errors: unknown[] = [];
	return { queue: new RoomMessageQueue({ onConsumerError: (error) => errors.push(error), ...options }), errors };
}

const chats = (count: number) => Array.from({ length: count }, () => chat(0));

test("events come out in the order in which they went in, numbered from 1, and are not changed themselves", () => {
	const { queue } = queueOf();
	const events = chats(3);
	queue.push(events);
	expect(queue.drain()).toEqual(events.map((event, index) => ({ ...event, seq: index + 1 })));
	expect(events[0]).not.toHaveProperty("seq");
	queue.push(chats(1));
	expect(queue.drain()[0]?.seq).toBe(4);
});

test("a full queue drops the oldest, counts them, and their numbers stay used", () => {
	const { queue } = queueOf({ capacity: 3, firstSeq: 100 });
	queue.push(chats(5));
	expect(queue.dropped).toBe(2);
	expect(queue.drain().map((event) => event.seq)).toEqual([102, 103, 104]);
});

test("the consumer is called once until it has emptied the queue", () => {
	const { queue } = queueOf();
	const onReadable = vi.fn();
	queue.onReadable(onReadable);
	queue.push(chats(2));
	queue.push(chats(2));
	expect(onReadable).toHaveBeenCalledTimes(1);
	queue.drain(3);
	queue.push(chats(1));
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
	expect(queue.drain()).toHaveLength(2);
});

test("a capacity below 1 is refused", () => {
	expect(() => queueOf({ capacity: 0 })).toThrow(RangeError);
});

test("whatever is pushed and drained, the queue is as a bounded list would be", () => {
	const step = fc.oneof(
		fc.record({ push: fc.integer({ min: 0, max: 40 }) }),
		fc.record({ drain: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }) }),
	);
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 40 }), (capacity, steps) => {
			const { queue } = queueOf({ capacity });
			const model: { id: string; seq: number }[] = [];
			let [seq, dropped] = [1, 0];
			for (const one of steps) {
				if ("push" in one) {
					const events = chats(one.push);
					queue.push(events);
					for (const { id } of events) model.push({ id, seq: seq++ });
					while (model.length > capacity) {
						model.shift();
						dropped++;
					}
				} else {
					const taken = queue.drain(one.drain).map(({ id, seq: number }) => ({ id, seq: number }));
					expect(taken).toEqual(model.splice(0, one.drain ?? model.length));
				}
				expect([queue.size, queue.dropped, queue.nextSeq]).toEqual([model.length, dropped, seq]);
			}
		}),
	);
});
