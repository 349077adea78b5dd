import { setImmediate as nextTurn } from "node:timers/promises";
import { ManualClock } from "@livekeeper/douyin/testing";
import { headers, type Msg, type NatsConnection, type Status } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { encodeBlock } from "../block.ts";
import { encodeBatch, withSeq } from "../encoded-event.ts";
import type { StoredEvent } from "../event-log.ts";
import { chats } from "../events.helpers.ts";
import { beginning } from "./claim.ts";
import { FollowedRooms } from "./followed-rooms.ts";
import type { Head } from "./message.ts";
import { Names } from "./names.ts";

const encoded = (from: number, to: number) => encodeBatch({ liveId: "room", events: chats(from, to) }).events;
const stored = (from: number, to: number): StoredEvent[] =>
	encoded(from, to).map(({ type, at, json }, index) => ({
		seq: from + index,
		type,
		at,
		json: withSeq(from + index, json),
	}));

/** Makes a message as the servers republish it. */
function republished(from: number, to: number): Msg {
	const count = to - from + 1;
	const head: Head = {
		...beginning,
		kind: "batch",
		n: to,
		count,
		next: to + 1,
		at: 0,
		skew: 0,
		ahead: 0,
		own: false,
		ownBefore: 0,
	};
	const header = headers();
	header.set("Lk-Head", JSON.stringify(head));
	return { headers: header, data: encodeBlock({ events: stored(from, to), storedAt: 0 }) } as unknown as Msg;
}

/** Makes a room's log that other nodes store, and this node's connection to it. */
function setUp(lastSeq = 0) {
	const clock = new ManualClock();
	const log = { lastSeq, fails: false, reads: 0 };
	const received: number[] = [];
	const errors: unknown[] = [];
	let hear: (message: Msg) => void = () => undefined;
	let reconnect: () => void = () => undefined;
	const nc = {
		subscribe: (_: string, { callback }: { callback: (error: Error | null, message: Msg) => void }) => {
			hear = (message) => callback(null, message);
			return { unsubscribe: () => undefined };
		},
		flush: async () => undefined,
		async *status() {
			for (;;) {
				await new Promise<void>((resolve) => {
					reconnect = resolve;
				});
				yield { type: "reconnect" } as Status;
			}
		},
	};
	const asked = async <T>(answer: T): Promise<T> => {
		if (log.fails) throw new Error("no answer");
		return answer;
	};
	const rooms = new FollowedRooms({
		nc: nc as unknown as NatsConnection,
		clock,
		streams: { names: new Names("lk", 1) },
		owned: () => undefined,
		lastSeq: () => asked(log.lastSeq),
		read: (_, after) => {
			log.reads++;
			const events = stored(after + 1, log.lastSeq);
			return asked({ events, nextAfter: log.lastSeq, caughtUp: true, oldestSeq: 1, lastSeq: log.lastSeq });
		},
		publish: ({ events }) => received.push(...events.map(({ seq }) => seq)),
		onError: (error) => errors.push(error),
	});
	/** Another node stores events, and the servers' republished message arrives here or doesn't. */
	const store = (count: number, comes = true) => {
		const from = log.lastSeq + 1;
		log.lastSeq += count;
		if (comes) hear(republished(from, log.lastSeq));
	};
	return { clock, log, received, errors, rooms, store, reconnect: () => reconnect() };
}

test("reads missed events after a reconnect, retrying until it succeeds", async () => {
	const { clock, log, received, errors, rooms, store, reconnect } = setUp(2);
	await rooms.follow("room");
	store(1);
	store(2, false);
	log.fails = true;
	reconnect();
	await clock.advance(2_500);
	expect([received, errors.length, log.reads]).toEqual([[3], 3, 3]);
	log.fails = false;
	await clock.advance(1_000);
	expect(received).toEqual([3, 4, 5]);
	await clock.advance(10_000);
	expect([errors.length, log.reads, clock.pendingTimers]).toEqual([3, 4, 0]);
});

test("reports missed events before a later message, retrying reads", async () => {
	const { clock, log, received, rooms, store } = setUp();
	await rooms.follow("room");
	store(2, false);
	log.fails = true;
	store(1);
	await nextTurn();
	expect(received).toEqual([]);
	log.fails = false;
	await clock.advance(1_000);
	expect(received).toEqual([1, 2, 3]);
});

test("stops reading rooms without followers", async () => {
	const { clock, log, received, errors, rooms, store, reconnect } = setUp();
	const end = await rooms.follow("room");
	store(2, false);
	log.fails = true;
	reconnect();
	await clock.advance(500);
	end();
	log.fails = false;
	await clock.advance(10_000);
	expect([received, errors.length, log.reads, clock.pendingTimers]).toEqual([[], 1, 1, 0]);
	reconnect();
	await clock.advance(10_000);
	expect(log.reads).toBe(1);
});

test("waits for nothing after its end", async () => {
	const { clock, log, rooms, store, reconnect } = setUp();
	await rooms.follow("room");
	store(2, false);
	log.fails = true;
	reconnect();
	await clock.advance(500);
	rooms.close();
	expect(clock.pendingTimers).toBe(0);
	log.fails = false;
	await clock.advance(10_000);
	expect(log.reads).toBe(1);
});

test("reports the former owner's missed events after a takeover", async () => {
	const { clock, log, received, rooms, store } = setUp();
	await rooms.follow("room");
	store(1);
	store(2, false);
	await nextTurn();
	for (const seq of [4, 5]) {
		log.lastSeq = seq;
		const batch = rooms.stored({ liveId: "room", events: stored(seq, seq) });
		received.push(...(batch?.events ?? []).map((event) => event.seq));
	}
	await clock.advance(0);
	expect(received).toEqual([1, 2, 3, 4, 5]);
	log.lastSeq = 6;
	expect(rooms.stored({ liveId: "room", events: stored(6, 6) })?.events).toHaveLength(1);
});

test("rejects a follow without an answer, then misses nothing", async () => {
	const { clock, log, received, rooms, store } = setUp(2);
	log.fails = true;
	await expect(rooms.follow("room")).rejects.toThrow("no answer");
	log.fails = false;
	await rooms.follow("room");
	store(1);
	await clock.advance(10_000);
	expect([received, clock.pendingTimers]).toEqual([[3], 0]);
});
