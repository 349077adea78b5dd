import { afterEach, beforeEach, expect, test } from "vitest";
import type { EventBatch, EventLog } from "../event-log/event-log.ts";
import { chat, recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { RoomMessageQueue } from "../rooms/index.ts";
import { LogIntake } from "./log-intake.ts";

/** The part of a log that takes: a test decides whether it does. */
class TakingLog implements Pick<EventLog, "append" | "writable" | "onWritable"> {
	readonly batches: EventBatch[] = [];
	listeners = 0;
	throws = false;
	/** How many batches it takes yet. */
	room = Number.POSITIVE_INFINITY;
	#onWritable: () => void = () => undefined;

	append(batch: EventBatch): boolean {
		if (this.throws) throw new Error("closed");
		if (!this.writable) return false;
		this.room--;
		this.batches.push(batch);
		return true;
	}
	get writable(): boolean {
		return this.room > 0;
	}
	onWritable(listener: () => void): () => void {
		this.listeners++;
		this.#onWritable = listener;
		return () => void this.listeners--;
	}
	free(batches: number): void {
		this.room = batches;
		this.#onWritable();
	}
}

let log: TakingLog;
let intake: LogIntake;
const { logger, lines } = recordingLogger();
const cursorAt = (n: number) => ({ roomId: "r1", cursor: `c${n}`, internalExt: "x" });
const chats = (count: number) => Array.from({ length: count }, () => chat(0));
const newQueue = (capacity = 100) =>
	new RoomMessageQueue({
		capacity,
		onConsumerError: (error) => {
			throw error;
		},
	});
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

beforeEach(() => {
	lines.length = 0;
	log = new TakingLog();
	intake = new LogIntake(log as unknown as EventLog, logger);
});
afterEach(() => intake.close());

test("what a room says in one turn becomes one batch with the newest cursor", async () => {
	const queue = newQueue();
	intake.attach("1", queue);
	const events = chats(3);
	queue.push(events.slice(0, 1), cursorAt(1));
	queue.push(events.slice(1), cursorAt(2));
	expect(log.batches).toEqual([]);
	await turn();
	expect(log.batches).toEqual([{ liveId: "1", events, cursor: cursorAt(2) }]);
	queue.push(events.slice(0, 1));
	await turn();
	expect(log.batches[1]).toEqual({ liveId: "1", events: events.slice(0, 1), cursor: undefined });
});

test("what waited before it was attached is moved too", async () => {
	const queue = newQueue();
	queue.push(chats(2));
	intake.attach("1", queue);
	await turn();
	expect(log.batches.map(({ events }) => events.length)).toEqual([2]);
});

test("while the log takes nothing events stay in their queues, and go in order once it does", async () => {
	const [one, two, three] = [newQueue(2), newQueue(2), newQueue(2)];
	for (const [liveId, queue] of Object.entries({ 1: one, 2: two, 3: three })) intake.attach(liveId, queue);
	log.room = 0;
	const events = chats(4);
	one.push(events.slice(0, 2), cursorAt(1));
	two.push(chats(1));
	three.push(chats(1));
	await turn();
	expect(log.batches).toEqual([]);
	expect(one.writable).toBe(false);
	log.free(1);
	await turn();
	expect(log.batches.map(({ liveId }) => liveId)).toEqual(["1"]);
	one.push(events.slice(2), cursorAt(2));
	log.free(10);
	await turn();
	expect(log.batches.map(({ liveId }) => liveId)).toEqual(["1", "2", "3", "1"]);
	expect(log.batches.filter(({ liveId }) => liveId === "1").flatMap((batch) => batch.events)).toEqual(events);
	expect([one, two, three].map(({ size }) => size)).toEqual([0, 0, 0]);
});

test("letting go of a queue moves what is left at once, and nothing that comes after it", async () => {
	const queue = newQueue();
	const detach = intake.attach("1", queue);
	queue.push(chats(2), cursorAt(1));
	detach();
	expect(log.batches).toMatchObject([{ liveId: "1", cursor: cursorAt(1) }]);
	queue.push(chats(1));
	await turn();
	expect(log.batches).toHaveLength(1);
});

test("letting go of a room's former queue leaves its new one alone", async () => {
	const [former, next] = [newQueue(), newQueue()];
	const detach = intake.attach("1", former);
	intake.attach("1", next);
	next.push(chats(3));
	detach();
	await turn();
	expect(log.batches.map(({ events }) => events.length)).toEqual([3]);
});

test("a log that throws is told of with the room and how much it was, and the next batch is tried", async () => {
	const queue = newQueue();
	intake.attach("1", queue);
	log.throws = true;
	queue.push(chats(2));
	await turn();
	expect(lines).toMatchObject([{ level: 50, live_id: "1", events: 2, err: { message: "closed" } }]);
	log.throws = false;
	queue.push(chats(1));
	await turn();
	expect(log.batches).toHaveLength(1);
});

test("closing ends it: nothing is moved any more, and the log is let go", async () => {
	const queue = newQueue();
	intake.attach("1", queue);
	queue.push(chats(1));
	intake.close();
	await turn();
	expect([log.batches.length, log.listeners]).toEqual([0, 0]);
});
