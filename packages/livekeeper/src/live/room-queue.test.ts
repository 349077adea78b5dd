import type { LiveEvent } from "@livekeeper/douyin";
import { chat } from "@livekeeper/engine/src/rooms/fake-upstream.helpers.ts";
import type { EventBatch } from "@livekeeper/log/src/event-log/event-log.ts";
import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { RoomQueue } from "./room-queue.ts";

const chats = (count: number) => Array.from({ length: count }, () => chat(0));
const cursorAt = (n: number) => ({ roomId: "r1", cursor: `c${n}`, internalExt: "x" });

function setUp(settle?: (events: readonly LiveEvent[]) => void) {
	const batches: EventBatch[] = [];
	const log = {
		writable: true,
		throws: false,
		append(batch: EventBatch): boolean {
			if (log.throws) throw new Error("closed");
			batches.push(batch);
			return log.writable;
		},
	};
	const { logger, lines } = recordingLogger();
	return { queue: new RoomQueue("1", { log, logger, settle }), log, batches, lines };
}

test("appends what is pushed, with its cursor", () => {
	const { queue, batches } = setUp();
	const events = chats(3);
	queue.push(events.slice(0, 1), cursorAt(1));
	queue.push(events.slice(1));
	expect(batches).toEqual([
		{ liveId: "1", events: events.slice(0, 1), cursor: cursorAt(1) },
		{ liveId: "1", events: events.slice(1), cursor: undefined },
	]);
});

test("keeps a cursor until an event precedes it", () => {
	const { queue, batches } = setUp();
	queue.push([], cursorAt(1));
	queue.push([], cursorAt(2));
	expect(batches).toEqual([]);
	queue.push(chats(1));
	queue.push(chats(1));
	expect(batches.map(({ cursor }) => cursor)).toEqual([cursorAt(2), undefined]);
});

test("is writable as its log and accepts pushes regardless", () => {
	const { queue, log, batches } = setUp();
	let notified = 0;
	queue.onWritable(() => notified++);
	log.writable = false;
	expect(queue.writable).toBe(false);
	queue.push(chats(1));
	expect([batches.length, notified]).toEqual([1, 0]);
	log.writable = true;
	queue.notifyWritable();
	expect([queue.writable, notified]).toEqual([true, 1]);
});

test("settles events before they are appended", () => {
	const order: string[] = [];
	const { queue, batches } = setUp((events) => order.push(`${events.length} of ${batches.length}`));
	queue.push(chats(2));
	expect([order, batches.length]).toEqual([["2 of 0"], 1]);
});

test("reports refused events with room and number, and continues", () => {
	const { queue, log, batches, lines } = setUp();
	log.throws = true;
	queue.push(chats(2));
	expect(lines).toMatchObject([{ level: 50, live_id: "1", events: 2, err: { message: "closed" } }]);
	log.throws = false;
	queue.push(chats(1));
	expect(batches).toHaveLength(1);
});

test("accepts nothing once it is closed", () => {
	const { queue, batches } = setUp();
	queue.close();
	queue.push(chats(1), cursorAt(1));
	expect(batches).toEqual([]);
});
