import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Slot } from "../rooms/index.ts";
import { ConnectionSlots } from "./connection-slots.ts";

function setup(limits: ConstructorParameters<typeof ConnectionSlots>[1]) {
	const clock = new ManualClock();
	const start = clock.now();
	const slots = new ConnectionSlots(clock, limits);
	const got: { id: string; at: number; slot: Slot }[] = [];
	const acquire = (id: string, signal = new AbortController().signal) => {
		const slot = slots.acquire(id, signal);
		const take = (taken: Slot) => void got.push({ id, at: clock.now() - start, slot: taken });
		if (slot instanceof Promise) slot.then(take, () => undefined);
		else take(slot);
		return slot;
	};
	return { clock, slots, got, acquire };
}

test("a free slot is given at once, without a promise", () => {
	const { acquire, slots } = setup({});
	expect(acquire("a")).not.toBeInstanceOf(Promise);
	expect(slots.inProgress).toBe(1);
});

test("starts are spread evenly, first come, first served, and no timer is left", async () => {
	const { clock, got, acquire } = setup({ startsPerSecond: 20 });
	for (let i = 0; i < 5; i++) acquire(String(i));
	await clock.advance(1000);
	expect(got.map(({ id, at }) => [id, at])).toEqual([
		["0", 0],
		["1", 50],
		["2", 100],
		["3", 150],
		["4", 200],
	]);
	expect(clock.pendingTimers).toBe(0);
});

test("no more handshakes than allowed are under way; a slot given back goes to the next", async () => {
	const { clock, slots, got, acquire } = setup({ startsPerSecond: 1000, inProgress: 2 });
	for (const id of ["a", "b", "c", "d"]) acquire(id);
	await clock.advance(10_000);
	expect(got.map(({ id }) => id)).toEqual(["a", "b"]);
	expect(clock.pendingTimers).toBe(0);
	got[0]?.slot.release();
	got[0]?.slot.release();
	await clock.advance(10);
	expect(got.map(({ id }) => id)).toEqual(["a", "b", "c"]);
	expect(slots).toMatchObject({ inProgress: 2, waiting: 1 });
});

test("who gives up leaves the queue, is told so, and nobody waits for it", async () => {
	const { clock, slots, got, acquire } = setup({ startsPerSecond: 1 });
	acquire("a");
	const abort = new AbortController();
	const waiting = acquire("b", abort.signal) as Promise<Slot>;
	acquire("c");
	abort.abort(new Error("stopped"));
	await expect(waiting).rejects.toThrow("stopped");
	await clock.advance(1000);
	expect(got.map(({ id }) => id)).toEqual(["a", "c"]);
	await expect(Promise.resolve(slots.acquire("d", abort.signal))).rejects.toThrow("stopped");
	expect(clock.pendingTimers).toBe(0);
});

test("a clock that is set back holds nobody up", () => {
	let now = 1e12;
	const slots = new ConnectionSlots({ ...new ManualClock(), now: () => now, after: never, every: never }, {});
	const { signal } = new AbortController();
	expect(slots.acquire("a", signal)).not.toBeInstanceOf(Promise);
	now -= 3_600_000;
	expect(slots.acquire("b", signal)).not.toBeInstanceOf(Promise);
});

function never(): never {
	throw new Error("No timer is needed.");
}

test("limits that would let nobody through are refused", () => {
	expect(() => setup({ inProgress: 0 })).toThrow(RangeError);
	expect(() => setup({ startsPerSecond: 0 })).toThrow(RangeError);
});

test("whatever happens, order and limits hold and everybody is served in the end", async () => {
	const step = fc.oneof(
		fc.constant("acquire" as const),
		fc.constant("release" as const),
		fc.constant("abort" as const),
		fc.integer({ min: 1, max: 300 }),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
			const { clock, slots, got, acquire } = setup({ startsPerSecond: 10, inProgress: 3 });
			const released = new Set<Slot>();
			const aborts = new Map<string, AbortController>();
			const asked: string[] = [];
			const releaseOne = () => {
				const held = got.find(({ slot }) => !released.has(slot))?.slot;
				if (held) released.add(held);
				held?.release();
			};
			for (const one of steps) {
				if (one === "acquire") {
					const id = String(asked.length);
					const abort = new AbortController();
					aborts.set(id, abort);
					asked.push(id);
					acquire(id, abort.signal);
				} else if (one === "release") releaseOne();
				else if (one === "abort") {
					const waiting = asked.find((id) => !aborts.get(id)?.signal.aborted && !got.some((g) => g.id === id));
					if (waiting) aborts.get(waiting)?.abort();
				} else await clock.advance(one);
				await clock.advance(0);
				expect(slots.inProgress).toBeLessThanOrEqual(3);
			}
			for (let i = 0; i < 50; i++) {
				releaseOne();
				await clock.advance(100);
			}
			const served = asked.filter((id) => got.some((g) => g.id === id) || !aborts.get(id)?.signal.aborted);
			expect(got.map(({ id }) => id)).toEqual(served);
			for (const [i, { at }] of got.entries())
				if (i > 0) expect(at - (got[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(100);
			expect(slots).toMatchObject({ inProgress: 0, waiting: 0 });
			expect(clock.pendingTimers).toBe(0);
		}),
		{ numRuns: 50 },
	);
});
