import { type LiveEvent, weightOf } from "@livekeeper/douyin";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EventBatch, EventLog } from "../event-log/event-log.ts";
import { chat, recordingLogger } from "../rooms/fake-upstream.helpers.ts";
import { LogIntake, type LogIntakeOptions, type RoomMessageQueue } from "./log-intake.ts";

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
const opened: LogIntake[] = [];
const { logger, lines } = recordingLogger();
const cursorAt = (n: number) => ({ roomId: "r1", cursor: `c${n}`, internalExt: "x" });
const chats = (count: number) => Array.from({ length: count }, () => chat(0));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function intakeOf(options: Partial<LogIntakeOptions> = {}): LogIntake {
	const intake = new LogIntake({ log, logger, ...options });
	opened.push(intake);
	return intake;
}

beforeEach(() => {
	lines.length = 0;
	log = new TakingLog();
});
afterEach(() => {
	for (const intake of opened.splice(0)) intake.close();
});

test("what a room says in one turn becomes one batch with the newest cursor", async () => {
	const queue = intakeOf().queue("1");
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

test("a cursor alone waits for the events that it lies behind", async () => {
	const queue = intakeOf().queue("1");
	queue.push([], cursorAt(1));
	await turn();
	expect(log.batches).toEqual([]);
	queue.push(chats(1));
	await turn();
	expect(log.batches).toMatchObject([{ cursor: cursorAt(1) }]);
});

test("while the log takes nothing events stay in their queues, and go in order once it does", async () => {
	const intake = intakeOf({ capacity: 2 });
	const [one, two, three] = [intake.queue("1"), intake.queue("2"), intake.queue("3")];
	const told: string[] = [];
	for (const queue of [one, two, three]) queue.onWritable(() => void told.push(queue.liveId));
	log.room = 0;
	const events = chats(4);
	one.push(events.slice(0, 2), cursorAt(1));
	two.push(chats(1));
	three.push(chats(1));
	await turn();
	expect(log.batches).toEqual([]);
	expect([one, two, three].map(({ writable }) => writable)).toEqual([false, true, true]);
	log.free(1);
	await turn();
	expect(log.batches.map(({ liveId }) => liveId)).toEqual(["1"]);
	one.push(events.slice(2), cursorAt(2));
	log.free(10);
	await turn();
	expect(log.batches.map(({ liveId }) => liveId)).toEqual(["1", "2", "3", "1"]);
	expect(log.batches.filter(({ liveId }) => liveId === "1").flatMap((batch) => batch.events)).toEqual(events);
	// Twice full, twice emptied.
	expect(told).toEqual(["1", "1"]);
});

test("a queue that is full drops nothing: what is pushed while there is room is taken whole", async () => {
	const queue = intakeOf({ capacity: 3 }).queue("1");
	queue.push(chats(2));
	expect(queue.writable).toBe(true);
	queue.push(chats(5));
	expect(queue.writable).toBe(false);
	await turn();
	expect(log.batches.map(({ events }) => events.length)).toEqual([7]);
	expect(queue.writable).toBe(true);
});

test("all rooms together wait with no more than the bytes they may, and are told when there is room again", async () => {
	const large = () => chat(0, { raw: new Uint8Array(300_000) });
	const intake = intakeOf({ capacityBytes: 1_000_000 });
	const [one, two, three] = [intake.queue("1"), intake.queue("2"), intake.queue("3")];
	const told: string[] = [];
	for (const queue of [one, two, three]) queue.onWritable(() => void told.push(queue.liveId));
	log.room = 0;
	one.push([large(), large()]);
	two.push([large()]);
	expect([one, two, three].map(({ writable }) => writable)).toEqual([true, true, true]);
	two.push([large()]);
	expect([one, two, three].map(({ writable }) => writable)).toEqual([false, false, false]);
	expect(intake.waitingBytes).toBeGreaterThan(1_200_000);
	log.free(1);
	await turn();
	expect(log.batches.map(({ events }) => events.length)).toEqual([2]);
	expect(intake.waitingBytes).toBeLessThan(700_000);
	expect(told.sort()).toEqual(["1", "2", "3"]);
	log.free(10);
	await turn();
	expect([intake.waitingBytes, log.batches.length]).toEqual([0, 2]);
});

test("what waits exceeds its bytes by no more than a turn's pushes, and is counted to the byte at its end", async () => {
	const step = fc.oneof(
		fc.record({ room: fc.nat(2), sizes: fc.array(fc.nat(100_000), { maxLength: 5 }) }),
		fc.record({ takes: fc.nat(3) }),
		fc.record({ release: fc.nat(2) }),
	);
	const capacityBytes = 200_000;
	const run = async (steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) => {
		log = new TakingLog();
		log.room = 0;
		const intake = intakeOf({ capacityBytes });
		const queues = ["0", "1", "2"].map((liveId) => intake.queue(liveId));
		const pushed = new Map<RoomMessageQueue, number[]>();
		/** Of what was pushed to a queue all or nothing was taken. */
		const waiting = () => {
			for (const batch of log.batches.splice(0)) {
				for (const queue of pushed.keys()) if (queue.liveId === batch.liveId) pushed.delete(queue);
			}
			const sizes = [...pushed.values()].flat();
			return sizes.reduce((sum, size) => sum + weightOf(chat(0, { raw: new Uint8Array(size) })), 0);
		};
		for (const one of steps) {
			if ("takes" in one) log.free(one.takes);
			else if ("release" in one) {
				const [former] = queues.splice(one.release, 1, intake.queue(String(one.release)));
				if (former) {
					intake.release(former);
					pushed.delete(former);
				}
			} else {
				const queue = queues[one.room];
				if (!queue?.writable) continue;
				expect(intake.waitingBytes).toBeLessThan(capacityBytes);
				queue.push(one.sizes.map((size) => chat(0, { raw: new Uint8Array(size) })));
				pushed.set(queue, [...(pushed.get(queue) ?? []), ...one.sizes]);
			}
			await turn();
			expect(intake.waitingBytes).toBe(waiting());
		}
		log.free(Number.POSITIVE_INFINITY);
		await turn();
		expect(intake.waitingBytes).toBe(0);
		expect(queues.every(({ writable }) => writable)).toBe(true);
		intake.close();
	};
	await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 40 }), run));
});

test("releasing a queue moves what is left at once, and nothing that comes after it", async () => {
	const intake = intakeOf();
	const queue = intake.queue("1");
	queue.push(chats(2), cursorAt(1));
	intake.release(queue);
	expect(log.batches).toMatchObject([{ liveId: "1", cursor: cursorAt(1) }]);
	queue.push(chats(1));
	await turn();
	expect(log.batches).toHaveLength(1);
});

test("releasing a room's former queue leaves its new one alone", async () => {
	const intake = intakeOf();
	const [former, next] = [intake.queue("1"), intake.queue("1")];
	next.push(chats(3));
	intake.release(former);
	await turn();
	expect(log.batches.map(({ events }) => events.length)).toEqual([3]);
});

test("a log that throws is reported with the room and the number of events, and the next batch is tried", async () => {
	const queue = intakeOf().queue("1");
	log.throws = true;
	queue.push(chats(2));
	await turn();
	expect(lines).toMatchObject([{ level: 50, live_id: "1", events: 2, err: { message: "closed" } }]);
	log.throws = false;
	queue.push(chats(1));
	await turn();
	expect(log.batches).toHaveLength(1);
});

test("closing ends it: nothing is moved any more, and the log is released", async () => {
	const intake = intakeOf();
	intake.queue("1").push(chats(1));
	intake.close();
	await turn();
	expect([log.batches.length, log.listeners]).toEqual([0, 0]);
});

test("whatever is pushed while the log takes something or nothing, nothing is lost, doubled or out of order", async () => {
	const step = fc.oneof(
		fc.record({ room: fc.nat(2), push: fc.integer({ min: 0, max: 40 }), withCursor: fc.boolean() }),
		fc.record({ takes: fc.nat(3) }),
		fc.constant("turn" as const),
	);
	const run = async (capacity: number, steps: (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) => {
		log = new TakingLog();
		const intake = intakeOf({ capacity });
		const rooms = ["0", "1", "2"].map((liveId) => ({
			...{ liveId, queue: intake.queue(liveId), said: [] as LiveEvent[], cursor: undefined as string | undefined },
		}));
		for (const [index, one] of steps.entries()) {
			if (one === "turn") await turn();
			else if ("takes" in one) log.free(one.takes);
			else {
				const room = rooms[one.room];
				const events = chats(one.push);
				room?.queue.push(events, one.withCursor ? cursorAt(index) : undefined);
				room?.said.push(...events);
				if (room && one.withCursor) room.cursor = `c${index}`;
			}
		}
		log.free(Number.POSITIVE_INFINITY);
		await turn();
		for (const { liveId, said, cursor, queue } of rooms) {
			const batches = log.batches.filter((batch) => batch.liveId === liveId);
			expect(batches.flatMap(({ events }) => events)).toEqual(said);
			const behind = batches.flatMap((batch) => batch.cursor?.cursor ?? []).at(-1);
			// One that no event has followed yet may still wait.
			if (behind !== cursor) queue.push(chats(1));
			await turn();
			const all = log.batches.filter((batch) => batch.liveId === liveId);
			expect(all.flatMap((batch) => batch.cursor?.cursor ?? []).at(-1)).toBe(cursor);
			expect(queue.writable).toBe(true);
		}
		intake.close();
	};
	await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 40 }), run));
});
