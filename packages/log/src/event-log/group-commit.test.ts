import { setImmediate as nextTurn } from "node:timers/promises";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import { cursorAt } from "./conformance.helpers.ts";
import type { EncodedBatch } from "./encoded-event.ts";
import { encodeBatch } from "./encoded-event.ts";
import type { CommittedBatch } from "./event-log.ts";
import { chat, chats } from "./events.helpers.ts";
import { charsOf, GroupCommit, type GroupCommitOptions } from "./group-commit.ts";
import { PendingEvents } from "./pending-events.ts";
import { RecentIds } from "./recent-ids.ts";
import type { StoredBatch } from "./stored-batch.ts";
import { numbered } from "./stored-batch.ts";

function setUp(
	commit: (batches: EncodedBatch[]) => Promise<StoredBatch[]>,
	limits: { maxPendingBytes?: number } & Partial<GroupCommitOptions> = {},
) {
	const clock = new ManualClock();
	const published: CommittedBatch[] = [];
	const onFault = vi.fn();
	const onWritable = vi.fn();
	const { maxPendingBytes = 1_000_000, ...options } = limits;
	const pending = new PendingEvents(maxPendingBytes, onWritable);
	const queue = new GroupCommit({
		clock,
		commit,
		onFault,
		onSuccess: () => undefined,
		publish: (batch) => published.push(batch),
		pending,
		classify: () => "disk_full",
		intervalMs: 50,
		maxTransactionEvents: 10,
		...options,
	});
	return { clock, published, onFault, onWritable, queue, pending };
}

const stored = (batches: EncodedBatch[], lastSeq = 0): StoredBatch[] => {
	let last = lastSeq;
	return batches.map(({ events }) => {
		last += events.length;
		return numbered(events, new RecentIds(100), last - events.length);
	});
};
/** Bytes that one batch of one chat counts against the bound. */
const sizeOfOne = (() => {
	const { queue, pending } = setUp(() => Promise.reject(new Error("not reached")));
	queue.append({ liveId: "a", events: chats(1, 1) });
	return pending.bytes;
})();
/** Whether a promise is settled, without waiting for it. */
const isSettled = (promise: Promise<unknown>) => Promise.race([promise.then(() => true), nextTurn().then(() => false)]);
const idsOf = (batches: EncodedBatch[]) =>
	batches.flatMap(({ events }) => events.map(({ id }) => Number(id.slice(-3))));

test("commits at once after a quiet time, then groups batches", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(0);
	expect(commits).toEqual([[1]]);
	queue.append({ liveId: "a", events: chats(2, 2) });
	await clock.advance(30);
	queue.append({ liveId: "b", events: chats(3, 3) });
	expect(commits).toEqual([[1]]);
	await clock.advance(20);
	expect(commits).toEqual([[1], [2, 3]]);
	expect(clock.pendingTimers).toBe(0);
});

test("keeps order while transactions take about their maximum", async () => {
	const commits: number[] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches).length);
		return stored(batches);
	});
	for (const liveId of ["a", "b", "c", "d", "e"]) queue.append({ liveId, events: chats(1, 4) });
	queue.append({ liveId: "f", events: chats(100, 130) });
	await clock.advance(1_000);
	expect(commits).toEqual([8, 8, 4, 10, 10, 10, 1]);
});

test("keeps failed batches in place, retries, and publishes once", async () => {
	let failing = true;
	const attempts: number[] = [];
	const { clock, queue, published, onFault, pending } = setUp(async (batches) => {
		attempts.push(clock.now() - start);
		if (failing) throw new Error("full");
		return stored(batches);
	});
	const start = clock.now();
	queue.append({ liveId: "a", events: chats(1, 2) });
	await clock.advance(100);
	queue.append({ liveId: "a", events: chats(3, 3) });
	await clock.advance(20_000);
	expect(attempts).toEqual([0, 250, 750, 1_750, 3_750, 7_750, 12_750, 17_750]);
	expect(onFault).toHaveBeenCalledTimes(8);
	expect(pending.events).toBe(3);
	expect(published).toEqual([]);
	failing = false;
	const flushed = queue.flush();
	await clock.advance(5_000);
	await flushed;
	expect(published.map(({ events }) => events.length)).toEqual([2, 1]);
	expect(pending).toMatchObject({ events: 0, bytes: 0 });
	expect(clock.pendingTimers).toBe(0);
});

test("retries once on close, counts losses, and ends flushes", async () => {
	const { clock, queue, onFault } = setUp(() => Promise.reject(new Error("full")));
	queue.append({ liveId: "a", events: chats(1, 7) });
	const flushed = expect(queue.flush()).rejects.toMatchObject({ code: "storage_closed" });
	await clock.advance(0);
	expect(onFault).toHaveBeenCalledTimes(1);
	expect(await queue.close()).toBe(7);
	await flushed;
	expect(onFault).toHaveBeenCalledTimes(2);
	expect(clock.pendingTimers).toBe(0);
});

test("starts transactions exactly one interval apart", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(30);
	queue.append({ liveId: "a", events: chats(2, 2) });
	await clock.advance(19);
	expect(commits).toEqual([[1]]);
	await clock.advance(1);
	expect(commits).toEqual([[1], [2]]);
});

test("fills a transaction to its exact maximum", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 5) });
	queue.append({ liveId: "a", events: chats(6, 10) });
	await clock.advance(0);
	expect(commits).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
});

test("fills a transaction with several rooms to its exact maximum", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 5) });
	queue.append({ liveId: "b", events: chats(6, 10) });
	queue.append({ liveId: "c", events: chats(11, 11) });
	await clock.advance(0);
	expect(commits).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
});

test("starts at once when exactly a transaction's maximum waits", async () => {
	const commits: number[] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(clock.now() - start);
		return stored(batches);
	});
	const start = clock.now();
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(1);
	queue.append({ liveId: "a", events: chats(2, 11) });
	await clock.advance(50);
	expect(commits).toEqual([0, 1]);
});

test("adds to a batch left for the next transaction", async () => {
	const commits: number[][][] = [];
	const { clock, queue } = setUp(async (batches) => {
		if (commits.push(batches.map((batch) => idsOf([batch]))) === 1) {
			queue.append({ liveId: "b", events: chats(12, 12) });
		}
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 8) });
	queue.append({ liveId: "b", events: chats(9, 11) });
	await clock.advance(50);
	expect(commits).toEqual([[[1, 2, 3, 4, 5, 6, 7, 8]], [[9, 10, 11, 12]]]);
});

test("estimates the memory of text and payload", () => {
	const { queue, pending } = setUp(() => Promise.reject(new Error("not reached")));
	const event = chat(1, { raw: new Uint8Array(300) });
	const { json, raw } = encodeBatch({ liveId: "a", events: [event] }).events[0] ?? { json: "" };
	queue.append({ liveId: "a", events: [event] });
	// 256 for the batch, 128 for the event, two bytes for each character of its text.
	expect(raw).toHaveLength(400);
	expect(pending.bytes).toBe(256 + 128 + 2 * json.length + 400);
	expect(charsOf({ json, raw })).toBe(json.length + 400);
});

test("reports since when its oldest event waits", async () => {
	const { clock, queue } = setUp(async (batches) => stored(batches.slice(0, 1)));
	expect(queue.oldest).toBeUndefined();
	const start = clock.elapsed();
	queue.append({ liveId: "a", events: chats(1, 10) });
	queue.append({ liveId: "b", events: chats(11, 20) });
	expect(queue.oldest).toBe(start);
	await clock.advance(50);
	expect(queue.oldest).toBeUndefined();
});

test("reports its bound, accepts more, and reports free space again", async () => {
	const limits = { maxPendingBytes: 2 * sizeOfOne };
	const { clock, queue, onWritable, pending } = setUp(async (batches) => stored(batches), limits);
	expect(queue.append({ liveId: "a", events: chats(1, 1) })).toBe(true);
	expect(queue.writable).toBe(true);
	expect(queue.append({ liveId: "b", events: chats(2, 2) })).toBe(false);
	expect(queue.writable).toBe(false);
	expect(queue.append({ liveId: "c", events: chats(3, 3) })).toBe(false);
	expect(pending).toMatchObject({ events: 3, bytes: 3 * sizeOfOne });
	expect(onWritable).not.toHaveBeenCalled();
	await clock.advance(0);
	expect(onWritable).toHaveBeenCalledTimes(1);
	expect(queue.append({ liveId: "a", events: chats(4, 4) })).toBe(true);
	await clock.advance(1_000);
	expect(onWritable).toHaveBeenCalledTimes(1);
});

test("reports free space only below the bound, despite partial commits", async () => {
	const limits = { maxPendingBytes: sizeOfOne, maxTransactionEvents: 1 };
	let rounds = 0;
	const { clock, queue, onWritable } = setUp(async (batches) => {
		rounds++;
		return stored(batches);
	}, limits);
	queue.append({ liveId: "a", events: chats(1, 1) });
	expect(queue.writable).toBe(false);
	await clock.advance(0);
	expect([rounds, onWritable.mock.calls.length]).toEqual([1, 1]);
});

test("reports no free space if the bound was never reached", async () => {
	const { clock, queue, onWritable } = setUp(async (batches) => stored(batches));
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(1_000);
	expect(onWritable).not.toHaveBeenCalled();
});

test("flushes everything appended before the call, and nothing else", async () => {
	const { clock, queue } = setUp(async (batches) => stored(batches));
	expect(await isSettled(queue.flush())).toBe(true);
	queue.append({ liveId: "a", events: chats(1, 10) });
	const first = queue.flush();
	queue.append({ liveId: "a", events: chats(11, 15) });
	const second = queue.flush();
	await clock.advance(0);
	expect([await isSettled(first), await isSettled(second)]).toEqual([true, false]);
	await clock.advance(50);
	expect(await isSettled(second)).toBe(true);
	expect(await isSettled(queue.flush())).toBe(true);
});

test("publishes events as the store returns them, counting repeats", async () => {
	const log = new RecentIds(100);
	for (const event of chats(1, 2)) log.add(event);
	const { clock, queue, published } = setUp(async (batches) => batches.map(({ events }) => numbered(events, log, 7)));
	queue.append({ liveId: "a", events: chats(1, 4) });
	queue.append({ liveId: "b", events: chats(9, 9) });
	await clock.advance(0);
	queue.append({ liveId: "a", events: chats(1, 2) });
	await clock.advance(50);
	const publishedEvents = published.map(({ liveId, events }) => [
		liveId,
		events.map(({ seq, at, json }) => [seq, at, JSON.parse(json).seq]),
	]);
	const times = [...chats(3, 4), ...chats(9, 9)].map(({ at }) => at);
	expect(publishedEvents).toEqual([
		[
			"a",
			[
				[8, times[0], 8],
				[9, times[1], 9],
			],
		],
		["b", [[8, times[2], 8]]],
	]);
	expect(queue.repeats).toBe(4);
});

test("publishes an event's payload beside it, if there is one", async () => {
	const { clock, queue, published } = setUp(async (batches) => stored(batches));
	queue.append({ liveId: "a", events: [chat(1, { raw: Uint8Array.of(1, 2, 3) }), chat(2)] });
	await clock.advance(0);
	const [first, second] = published[0]?.events ?? [];
	expect(first).toMatchObject({ seq: 1, raw: "AQID" });
	expect(second).toMatchObject({ seq: 2 });
	expect(second).not.toHaveProperty("raw");
});

test("rejects appends after close, and flushes at once", async () => {
	const commit = vi.fn(async (batches: EncodedBatch[]) => stored(batches));
	const { clock, queue } = setUp(commit);
	expect(await queue.close()).toBe(0);
	expect(commit).not.toHaveBeenCalled();
	expect(queue.writable).toBe(false);
	const closed = { code: "storage_closed", message: "The event log is closed." };
	expect(() => queue.append({ liveId: "a", events: chats(1, 1) })).toThrow(expect.objectContaining(closed));
	expect(await isSettled(queue.flush())).toBe(true);
	expect(clock.pendingTimers).toBe(0);
});

test("reports no free space when it closes", async () => {
	const { queue, onWritable } = setUp(async (batches) => stored(batches), { maxPendingBytes: sizeOfOne });
	queue.append({ liveId: "a", events: chats(1, 1) });
	expect(await queue.close()).toBe(0);
	expect(onWritable).not.toHaveBeenCalled();
});

test("rejects a flush after closing with unstored events", async () => {
	const { queue } = setUp(() => Promise.reject(new Error("full")));
	queue.append({ liveId: "a", events: chats(1, 1) });
	expect(await queue.close()).toBe(1);
	await expect(queue.flush()).rejects.toMatchObject({ code: "storage_closed" });
});

test("keeps the rest in place after a partial commit", async () => {
	const commits: number[][] = [];
	const { clock, queue, published, pending } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches.slice(0, 1));
	});
	queue.append({ liveId: "a", events: chats(1, 2) });
	queue.append({ liveId: "b", events: chats(3, 3) });
	const flushed = queue.flush();
	await clock.advance(0);
	expect(await isSettled(flushed)).toBe(false);
	expect(pending.events).toBe(1);
	await clock.advance(50);
	expect(await isSettled(flushed)).toBe(true);
	expect(commits).toEqual([[1, 2, 3], [3]]);
	expect(published.map(({ events }) => events.length)).toEqual([2, 1]);
});

test("joins a room's appends between two commits into one batch", async () => {
	const commits: EncodedBatch[][] = [];
	const { clock, queue, published } = setUp(async (batches) => {
		commits.push(structuredClone(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 2), cursor: cursorAt(2) });
	queue.append({ liveId: "b", events: chats(3, 3) });
	queue.append({ liveId: "a", events: chats(4, 4), cursor: cursorAt(4) });
	queue.append({ liveId: "a", events: chats(5, 5) });
	await clock.advance(0);
	expect(commits.map((batches) => batches.map(({ liveId, cursor }) => [liveId, cursor]))).toEqual([
		[
			["a", cursorAt(4)],
			["b", undefined],
		],
	]);
	expect(commits.map(idsOf)).toEqual([[1, 2, 4, 5, 3]]);
	expect(published.map(({ liveId, events }) => [liveId, events.map(({ seq }) => seq)])).toEqual([
		["a", [1, 2, 3, 4]],
		["b", [5]],
	]);
});

test("adds nothing to a batch that the store was given", async () => {
	const commits: number[][][] = [];
	let failing = true;
	const { clock, queue } = setUp(async (batches) => {
		commits.push(batches.map((batch) => idsOf([batch])));
		if (failing) throw new Error("lost");
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 2) });
	await clock.advance(0);
	queue.append({ liveId: "a", events: chats(3, 3) });
	queue.append({ liveId: "a", events: chats(4, 4) });
	failing = false;
	await clock.advance(250);
	expect(commits).toEqual([
		[[1, 2]],
		[
			[1, 2],
			[3, 4],
		],
	]);
});

test("commits without pauses under load, then keeps the interval", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches));
		return stored(batches);
	});
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(0);
	queue.append({ liveId: "a", events: chats(2, 23) });
	await clock.advance(0);
	expect(commits.map(({ length }) => length)).toEqual([1, 10, 10]);
	await clock.advance(49);
	expect(commits.length).toBe(3);
	await clock.advance(1);
	expect(commits.map(({ length }) => length)).toEqual([1, 10, 10, 2]);
});

test("splits a large batch and keeps the cursor last", async () => {
	const commits: EncodedBatch[] = [];
	const { clock, queue } = setUp(
		async (batches) => {
			commits.push(...batches);
			return stored(batches.slice(0, 1));
		},
		{ maxBatchChars: 2 * charsOf(encodeBatch({ liveId: "a", events: chats(1, 1) }).events[0] ?? { json: "" }) },
	);
	queue.append({ liveId: "a", events: chats(1, 1), cursor: cursorAt(1) });
	queue.append({ liveId: "a", events: chats(2, 3), cursor: cursorAt(3) });
	const flushed = queue.flush();
	await clock.advance(0);
	expect(await isSettled(flushed)).toBe(false);
	await clock.advance(50);
	expect(await isSettled(flushed)).toBe(true);
	expect(commits.map((batch) => [idsOf([batch]), batch.cursor])).toEqual([
		[[1, 2], cursorAt(1)],
		[[3], cursorAt(3)],
		[[3], cursorAt(3)],
	]);
});

test("gives an oversized event a batch of its own", async () => {
	const commits: number[][] = [];
	const { clock, queue } = setUp(
		async (batches) => {
			commits.push(...batches.map((batch) => idsOf([batch])));
			return stored(batches);
		},
		{ maxBatchChars: 1 },
	);
	queue.append({ liveId: "a", events: chats(1, 2) });
	await clock.advance(0);
	expect(commits).toEqual([[1], [2]]);
});

test("rejects a batch with an unstorable event, stores trimmed events", async () => {
	const commits: number[][] = [];
	const commit = async (batches: EncodedBatch[]) => {
		commits.push(idsOf(batches));
		return stored(batches);
	};
	const fit: GroupCommitOptions["fit"] = (event) => {
		if (event.id === chat(3).id) throw new TypeError("too large");
		return { ...event, id: chat(9).id };
	};
	const { clock, queue, pending } = setUp(commit, { fit });
	expect(() => queue.append({ liveId: "a", events: chats(2, 3) })).toThrow("too large");
	expect(pending).toMatchObject({ events: 0, bytes: 0 });
	queue.append({ liveId: "a", events: chats(1, 1) });
	await clock.advance(0);
	expect(commits).toEqual([[9]]);
});

test("frees memory and flushes when it drops waiting events", async () => {
	const limits = { maxPendingBytes: sizeOfOne };
	const { clock, queue, onWritable, pending } = setUp(() => Promise.reject(new Error("fenced")), limits);
	queue.append({ liveId: "a", events: chats(1, 1) });
	const flushed = queue.flush();
	await clock.advance(0);
	expect(queue.drop()).toBe(1);
	expect(await isSettled(flushed)).toBe(true);
	expect(onWritable).toHaveBeenCalledTimes(1);
	expect(pending).toMatchObject({ events: 0, bytes: 0 });
	await clock.advance(10_000);
	expect(clock.pendingTimers).toBe(0);
	expect(await queue.close()).toBe(0);
});
