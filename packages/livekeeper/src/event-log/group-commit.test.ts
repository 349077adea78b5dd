import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, test, vi } from "vitest";
import type { EncodedBatch } from "./encoded-event.ts";
import type { CommittedBatch } from "./event-log.ts";
import { chats } from "./events.test-kit.ts";
import { type BatchResult, GroupCommit } from "./group-commit.ts";

function setUp(commit: (batches: EncodedBatch[]) => Promise<BatchResult[]>) {
	const clock = new ManualClock();
	const published: CommittedBatch[] = [];
	const onFault = vi.fn();
	const onWritable = vi.fn();
	const queue = new GroupCommit({
		clock,
		commit,
		onFault,
		onSuccess: () => undefined,
		publish: (batch) => published.push(batch),
		onWritable,
		classify: () => "disk_full",
		intervalMs: 50,
		maxPendingBytes: 1_000_000,
		maxTransactionEvents: 10,
	});
	return { clock, published, onFault, onWritable, queue };
}

const stored = (batches: EncodedBatch[]): BatchResult[] => batches.map(() => ({ firstSeq: 1, repeats: [] }));
const idsOf = (batches: EncodedBatch[]) =>
	batches.flatMap(({ events }) => events.map(({ id }) => Number(id.slice(-3))));

test("a batch after a quiet time goes at once; those that come soon after share the next transaction", async () => {
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

test("a transaction takes about as much as it may, in order", async () => {
	const commits: number[] = [];
	const { clock, queue } = setUp(async (batches) => {
		commits.push(idsOf(batches).length);
		return stored(batches);
	});
	for (let n = 0; n < 5; n++) queue.append({ liveId: "a", events: chats(n * 4 + 1, n * 4 + 4) });
	queue.append({ liveId: "a", events: chats(100, 130) });
	await clock.advance(1_000);
	expect(commits).toEqual([8, 8, 4, 31]);
});

test("what could not be stored keeps its place, is tried again at growing intervals, and is published once", async () => {
	let failing = true;
	const attempts: number[] = [];
	const { clock, queue, published, onFault } = setUp(async (batches) => {
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
	expect(queue.pendingEvents).toBe(3);
	expect(published).toEqual([]);
	failing = false;
	const flushed = queue.flush();
	await clock.advance(5_000);
	await flushed;
	expect(published.map(({ events }) => events.length)).toEqual([2, 1]);
	expect(queue).toMatchObject({ pendingEvents: 0, pendingBytes: 0 });
	expect(clock.pendingTimers).toBe(0);
});

test("closing tries once more, says what is lost, and leaves no timer and nobody waiting", async () => {
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
