import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type DeadLetter, freshProgress, type RoomProgress, type Target } from "./target.ts";
import { ProgressConflict, type TargetStore, unwritten } from "./target-store.ts";

/** A store under test. A later `open` finds what an earlier one stored. */
export interface StoreUnderTest {
	open(options?: { maxDeadLetters?: number }): Promise<TargetStore>;
	dispose(): Promise<void>;
}

export const hook = (id: string, more: Partial<Target> = {}): Target => ({
	id,
	name: "",
	preset: "json",
	liveIds: ["a", "b"],
	filter: { types: ["chat", "gift"] },
	pace: {},
	batch: { maxEvents: 10, maxWaitMs: 20 },
	enabled: true,
	after: "oldest",
	createdAt: 1,
	updatedAt: 2,
	...more,
});

export const letter = (n: number, liveId = "a"): DeadLetter => ({
	deliveryId: `dlv_${n}`,
	liveId,
	firstSeq: n,
	lastSeq: n,
	events: 1,
	nextAfter: n,
	truncated: n % 2 ? { from: 1, to: 2, reason: "retention" } : undefined,
	filter: n % 2 ? {} : { types: ["gift"] },
	attempts: 12,
	error: { code: "http_status", message: "no", status: 500, at: n },
	deadLetteredAt: n,
	queued: false,
});

export const sealed = Buffer.from([0, 1, 255]);

const underWay: RoomProgress = {
	...freshProgress("a", 7),
	pending: {
		deliveryId: "dlv_x",
		firstSeq: 8,
		lastSeq: 9,
		events: 2,
		nextAfter: 9,
		truncated: { from: 1, to: 7, reason: "reset" },
	},
	attempts: 3,
	nextAttemptAt: 12_345,
	lastSuccessAt: 11,
	lastError: { code: "dns", message: "no", at: 12 },
};

/** Returns the room's progress, and what a writer of it needs. */
export async function placeOf(store: TargetStore, id: string, liveId: string) {
	return (await store.roomProgress(id, liveId)) ?? { progress: undefined, revision: unwritten };
}

export async function addDeadLetter(store: TargetStore, id: string, dead: DeadLetter): Promise<void> {
	const { revision } = await placeOf(store, id, dead.liveId);
	await store.addDeadLetter(id, dead, freshProgress(dead.liveId, dead.nextAfter), revision);
}

/** Conformance suite for every store of targets. */
export function describeTargetStore(name: string, newStore: () => Promise<StoreUnderTest>): void {
	describe(name, () => {
		let place: StoreUnderTest;
		let store: TargetStore;
		const progressOf = async (id: string) => (await store.progress(id)).map(({ progress }) => progress);
		const lettersOf = async (id: string) => (await store.deadLetters(id, { limit: 99 })).letters;
		const add = (id: string, ...beginnings: RoomProgress[]) => store.add({ target: hook(id), sealed }, beginnings);

		beforeEach(async () => {
			place = await newStore();
			store = await place.open();
		});
		afterEach(() => place.dispose());

		test("restores everything about a target after reopening", async () => {
			const all = hook("tgt_2", { liveIds: "*", filter: {}, enabled: false, after: "now" });
			await add("tgt_1", underWay, freshProgress("b", 4), freshProgress("直播.间", 5));
			await store.add({ target: all, sealed }, []);
			await addDeadLetter(store, "tgt_1", letter(1, "b"));
			store = await place.open();
			const stored = { target: hook("tgt_1"), sealed };
			expect(await store.list()).toEqual([stored, { target: all, sealed }]);
			expect(await store.get("tgt_1")).toEqual(stored);
			const rooms = await progressOf("tgt_1");
			expect(rooms).toHaveLength(3);
			expect(rooms).toEqual(expect.arrayContaining([underWay, freshProgress("b", 1), freshProgress("直播.间", 5)]));
			expect(await lettersOf("tgt_1")).toEqual([letter(1, "b")]);
			expect(await progressOf("tgt_2")).toEqual([]);
			expect(await store.get("tgt_3")).toBeUndefined();
			expect(await store.roomProgress("tgt_1", "c")).toBeUndefined();
		});

		test("keeps targets in the order of their creation", async () => {
			for (const id of ["tgt_3", "tgt_1", "tgt_2"]) await add(id);
			for (const updatedAt of [3, 4]) {
				expect(await store.replace({ target: hook("tgt_3", { updatedAt }), sealed }, [], [])).toBe(true);
			}
			const ids = (await store.list()).map(({ target }) => [target.id, target.updatedAt]);
			expect(ids).toEqual([
				["tgt_3", 4],
				["tgt_1", 2],
				["tgt_2", 2],
			]);
		});

		test("drops, begins and retries rooms when a target changes", async () => {
			await add("tgt_1", freshProgress("gone", 1), underWay, freshProgress("b", 2));
			await add("tgt_2", freshProgress("gone", 1));
			await addDeadLetter(store, "tgt_1", letter(1, "gone"));
			await addDeadLetter(store, "tgt_1", letter(2, "b"));
			await addDeadLetter(store, "tgt_2", letter(1, "gone"));
			await store.queueAllLetters("tgt_1");
			const changed = { target: hook("tgt_1", { updatedAt: 9 }), sealed: Buffer.of(9) };
			await store.replace(changed, [freshProgress("new", 8)], ["gone"]);
			expect(await store.get("tgt_1")).toEqual(changed);
			const rooms = await progressOf("tgt_1");
			expect(rooms).toHaveLength(3);
			expect(rooms).toEqual(
				expect.arrayContaining([
					{ ...underWay, attempts: 0, nextAttemptAt: 0 },
					freshProgress("b", 2),
					freshProgress("new", 8),
				]),
			);
			expect((await lettersOf("tgt_1")).map(({ liveId }) => liveId)).toEqual(["b"]);
			expect(await store.queuedRooms("tgt_1")).toEqual(["b"]);
			expect(await progressOf("tgt_2")).toHaveLength(1);
			expect(await lettersOf("tgt_2")).toHaveLength(1);
		});

		test("leaves nothing behind after a removal", async () => {
			await add("tgt_1", underWay);
			await add("tgt_2", underWay);
			for (const id of ["tgt_1", "tgt_2"]) await addDeadLetter(store, id, letter(1));
			await store.queueAllLetters("tgt_1");
			expect(await store.remove("tgt_1")).toBe(true);
			expect(await store.remove("tgt_1")).toBe(false);
			expect(await store.replace({ target: hook("tgt_1"), sealed }, [freshProgress("a")], [])).toBe(false);
			expect((await store.list()).map(({ target }) => target.id)).toEqual(["tgt_2"]);
			expect(await progressOf("tgt_1")).toEqual([]);
			expect(await lettersOf("tgt_1")).toEqual([]);
			expect(await store.queuedRooms("tgt_1")).toEqual([]);
			expect(await store.deadLetterCounts("tgt_1")).toEqual({ kept: 0, dropped: 0 });
			expect(await lettersOf("tgt_2")).toHaveLength(1);
		});

		test("rejects progress written from an outdated revision", async () => {
			await add("tgt_1");
			const first = await store.saveProgress("tgt_1", freshProgress("a", 1), unwritten);
			await expect(store.saveProgress("tgt_1", freshProgress("a", 9), unwritten)).rejects.toThrow(ProgressConflict);
			const second = await store.saveProgress("tgt_1", freshProgress("a", 2), first);
			expect(second).toBeGreaterThan(first);
			await expect(store.saveProgress("tgt_1", freshProgress("a", 1), first)).rejects.toThrow(ProgressConflict);
			const late = store.addDeadLetter("tgt_1", letter(1), freshProgress("a", 1), first);
			await expect(late).rejects.toThrow(ProgressConflict);
			expect(await store.roomProgress("tgt_1", "a")).toEqual({ progress: freshProgress("a", 2), revision: second });
			expect(await store.progress("tgt_1")).toEqual([{ progress: freshProgress("a", 2), revision: second }]);
		});

		test("writes a new revision for changed and dropped rooms", async () => {
			await add("tgt_1", underWay, freshProgress("b", 1));
			const [a, b] = [await placeOf(store, "tgt_1", "a"), await placeOf(store, "tgt_1", "b")];
			const stored = { target: hook("tgt_1"), sealed };
			await store.replace(stored, [], ["b"]);
			await expect(store.saveProgress("tgt_1", underWay, a.revision)).rejects.toThrow(ProgressConflict);
			await expect(store.saveProgress("tgt_1", freshProgress("b", 2), b.revision)).rejects.toThrow(ProgressConflict);
			await store.replace(stored, [freshProgress("b", 5)], []);
			await expect(store.saveProgress("tgt_1", freshProgress("b", 2), b.revision)).rejects.toThrow(ProgressConflict);
			expect((await placeOf(store, "tgt_1", "b")).progress).toEqual(freshProgress("b", 5));
		});

		test("merges concurrent arrival times, and removes them with the target", async () => {
			await add("tgt_1");
			const other = await place.open();
			const leave = (at: number, by = store) => by.changeArrived("tgt_1", (arrived) => [...arrived, at]);
			await Promise.all([leave(1), leave(2, other), leave(3)]);
			let known: readonly number[] = [];
			const look = async () => {
				await other.changeArrived("tgt_1", (arrived) => {
					known = arrived;
					return undefined;
				});
				return known.toSorted();
			};
			expect(await look()).toEqual([1, 2, 3]);
			await store.remove("tgt_1");
			expect(await look()).toEqual([]);
		});

		test("lists dead letters newest first, in pages", async () => {
			await add("tgt_1");
			for (const n of [1, 2, 3, 4, 5]) await addDeadLetter(store, "tgt_1", letter(n, n % 2 ? "a" : "b"));
			await store.queueLetter("tgt_1", "dlv_2");
			const letters: DeadLetter[] = [];
			let before: number | undefined;
			do {
				const page = await store.deadLetters("tgt_1", { limit: 2, before });
				letters.push(...page.letters);
				before = page.nextBefore;
			} while (before !== undefined);
			expect(letters.map(({ deliveryId }) => deliveryId)).toEqual(["dlv_5", "dlv_4", "dlv_3", "dlv_2", "dlv_1"]);
			expect(letters.map(({ queued }) => queued)).toEqual([false, false, false, true, false]);
		});

		test("drops and counts the oldest dead letters past the limit", async () => {
			store = await place.open({ maxDeadLetters: 3 });
			await add("tgt_1");
			await add("tgt_2");
			await addDeadLetter(store, "tgt_2", letter(1));
			for (const n of [1, 2, 3, 4, 5]) await addDeadLetter(store, "tgt_1", letter(n, n % 2 ? "a" : "b"));
			expect(await store.deadLetterCounts("tgt_1")).toEqual({ kept: 3, dropped: 2 });
			expect((await lettersOf("tgt_1")).map(({ firstSeq }) => firstSeq)).toEqual([5, 4, 3]);
			expect(await store.deadLetterCounts("tgt_2")).toEqual({ kept: 1, dropped: 0 });
		});

		test("returns a room's queued letters oldest first", async () => {
			await add("tgt_1");
			for (const n of [1, 2, 3]) await addDeadLetter(store, "tgt_1", letter(n, n === 2 ? "b" : "a"));
			expect(await store.nextQueued("tgt_1", "a")).toBeUndefined();
			expect(await store.queuedRooms("tgt_1")).toEqual([]);
			await store.queueLetter("tgt_1", "dlv_3");
			await store.queueLetter("tgt_1", "dlv_none");
			expect(await store.nextQueued("tgt_1", "a")).toEqual({ ...letter(3), queued: true });
			expect(await store.queuedRooms("tgt_1")).toEqual(["a"]);
			const { count, liveIds } = await store.queueAllLetters("tgt_1");
			expect([count, liveIds.toSorted()]).toEqual([3, ["a", "b"]]);
			expect((await store.nextQueued("tgt_1", "a"))?.deliveryId).toBe("dlv_1");
			await store.unqueueLetter("tgt_1", { ...letter(1), attempts: 13 });
			expect(await store.deadLetter("tgt_1", "dlv_1")).toEqual({ ...letter(1), attempts: 13 });
			await store.removeLetter("tgt_1", letter(3));
			expect(await store.deadLetter("tgt_1", "dlv_3")).toBeUndefined();
			expect(await store.nextQueued("tgt_1", "a")).toBeUndefined();
			expect((await store.nextQueued("tgt_1", "b"))?.deliveryId).toBe("dlv_2");
			expect((await lettersOf("tgt_1")).map(({ deliveryId }) => deliveryId)).toEqual(["dlv_2", "dlv_1"]);
		});
	});
}
