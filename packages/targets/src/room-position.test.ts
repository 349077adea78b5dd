import type { Clock } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import type { Batch } from "./batch.ts";
import { RoomPosition } from "./room-position.ts";
import { openDatabase, targetStoreIn } from "./service.helpers.ts";
import { hook, sealed } from "./store-conformance.helpers.ts";
import { freshProgress } from "./target.ts";
import { ProgressConflict, type TargetStore } from "./target-store.ts";

const id = "tgt_1";
const error = { code: "http_status", message: "no", status: 500, at: 5 } as const;

const batchTo = (lastSeq: number): Batch => ({
	...{ deliveryId: `dlv_${lastSeq}`, firstSeq: 1, lastSeq, events: lastSeq, nextAfter: lastSeq },
	...{ truncated: undefined, carried: [] },
});

/** Returns two nodes in the same room, both with the initial stored progress. */
async function twoWriters() {
	const db = openDatabase(":memory:");
	onTestFinished(() => void db.close());
	const store = targetStoreIn(db);
	await store.add({ target: hook(id), sealed }, [freshProgress("a")]);
	return { store, one: await reader(store), other: await reader(store) };
}

async function reader(store: TargetStore, clock: Clock = new ManualClock()): Promise<RoomPosition> {
	return new RoomPosition(hook(id), (await store.roomProgress(id, "a")) ?? expect.fail(), { store, clock });
}

const stored = async (store: TargetStore) => (await store.roomProgress(id, "a"))?.progress;

test("continues a batch begun by another node", async () => {
	const { store, one, other } = await twoWriters();
	await one.begin(batchTo(3));
	await expect(other.begin(batchTo(9))).rejects.toThrow(ProgressConflict);
	expect(other.progress).toMatchObject({ position: 0, pending: { deliveryId: "dlv_3" } });
	expect(await stored(store)).toEqual(one.progress);
	await other.settle();
	await other.accepted(batchTo(3), 7);
	expect(await stored(store)).toMatchObject({ position: 3, pending: undefined, lastSuccessAt: 7 });
});

test("never moves a position back that another node advanced", async () => {
	const { store, one } = await twoWriters();
	await one.begin(batchTo(3));
	const other = await reader(store);
	await other.accepted(batchTo(3), 7);
	await other.begin(batchTo(9));
	await expect(one.accepted(batchTo(3), 8)).rejects.toThrow(ProgressConflict);
	expect(await stored(store)).toMatchObject({ position: 3, pending: { deliveryId: "dlv_9" }, lastSuccessAt: 7 });
	expect(one.progress).toEqual(other.progress);
});

test("finishes a batch that another node has tried meanwhile", async () => {
	const { store, one } = await twoWriters();
	await one.begin(batchTo(3));
	const other = await reader(store);
	await other.retryAt(9_000, 1, error);
	await one.accepted(batchTo(3), 8);
	expect(await stored(store)).toMatchObject({ position: 3, pending: undefined, attempts: 0, lastError: undefined });
	await one.begin(batchTo(5));
	const late = await reader(store);
	await late.retryAt(9_000, 1, error);
	await one.deadLetter(batchTo(5), 12, error);
	expect(await stored(store)).toMatchObject({ position: 5, pending: undefined, lastError: error });
	expect((await store.deadLetters(id, { limit: 9 })).letters).toMatchObject([{ deliveryId: "dlv_5" }]);
});

test("keeps a batch due at once after a change", async () => {
	const { store, one } = await twoWriters();
	await one.begin(batchTo(3));
	await one.retryAt(9_000, 1, error);
	await store.replace({ target: hook(id), sealed }, [], []);
	await expect(one.retryAt(99_000, 2, error)).rejects.toThrow(ProgressConflict);
	expect(one.progress).toMatchObject({ pending: { deliveryId: "dlv_3" }, attempts: 0, nextAttemptAt: 0 });
});

test("counts a write whose answer was lost as written", async () => {
	const { store } = await twoWriters();
	let lost = true;
	const forgetful = new Proxy<TargetStore>(store, {
		get: (target, name: keyof TargetStore) => {
			const method = (target[name] as (...args: unknown[]) => Promise<unknown>).bind(target);
			if (name !== "saveProgress" || !lost) return method;
			return async (...args: unknown[]) => {
				lost = false;
				await method(...args);
				throw new Error("no answer");
			};
		},
	});
	const one = await reader(forgetful);
	await expect(one.begin(batchTo(3))).rejects.toThrow("no answer");
	await one.settle();
	expect(one.progress).toMatchObject({ pending: { deliveryId: "dlv_3" } });
	await one.accepted(batchTo(3), 8);
	expect(await stored(store)).toMatchObject({ position: 3 });
});

test("does not restore a dropped room", async () => {
	const { store, one } = await twoWriters();
	await one.begin(batchTo(3));
	await store.replace({ target: hook(id, { liveIds: ["b"] }), sealed }, [], ["a"]);
	await expect(one.accepted(batchTo(3), 8)).rejects.toThrow(ProgressConflict);
	await expect(one.settle()).rejects.toThrow(ProgressConflict);
	expect(await stored(store)).toBeUndefined();
});

test.each([-1_800_000, 1_800_000])("waits as long when the clock moves %i ms", async (moveMs) => {
	const { store } = await twoWriters();
	const clock = new ManualClock();
	let aheadMs = 0;
	const settable = Object.assign(clock, { now: () => 1e12 + clock.elapsed() + aheadMs });
	const one = await reader(store, settable);
	await one.begin(batchTo(3));
	await one.retryAt(clock.now() + 60_000, 1, error);
	aheadMs = moveMs;
	expect(one.dueInMs()).toBe(60_000);
	await clock.advance(60_000);
	expect(one.dueInMs()).toBe(0);
	// After a restart only the stored time is left, and a longer wait than any possible one is over.
	aheadMs = -7_200_000;
	expect((await reader(store, settable)).dueInMs()).toBe(0);
});
