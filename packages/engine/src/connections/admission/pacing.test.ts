import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acquire as acquirePermit, type HeldPermit } from "./acquire.helpers.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import type { HandshakeLimits } from "./handshake-pace.ts";
import { type AdmissionRequest, type RoomPriority, roomPriorities } from "./request.ts";

const never = new AbortController().signal;

/** Rooms are named by class and number, e.g. `pinned-1`. */
function requestOf(room: string): Omit<AdmissionRequest, "onPermit"> {
	return { room, identity: "", priority: () => room.split("-")[0] as RoomPriority };
}

function setup(handshakes: Partial<HandshakeLimits>, options: Partial<AdmissionOptions> = {}) {
	const clock = new ManualClock();
	const start = clock.now();
	const admission = new Admission({ clock, handshakes, ...options });
	const got: { id: string; at: number; permit: HeldPermit }[] = [];
	const acquire = (id: string, signal = never, more: Partial<AdmissionRequest> = {}) => {
		const permit = acquirePermit(admission, { ...requestOf(id), ...more }, signal);
		const take = (taken: HeldPermit) => void got.push({ id, at: clock.now() - start, permit: taken });
		if (permit instanceof Promise) permit.then(take, () => undefined);
		else take(permit);
		return permit;
	};
	const ids = () => got.map(({ id }) => id);
	return { clock, admission, got, acquire, ids };
}

test("grants a free permit at once without a promise", () => {
	const { acquire, admission } = setup({});
	expect(acquire("live-a")).not.toBeInstanceOf(Promise);
	expect(admission.handshakes).toBe(1);
});

test("spreads starts evenly in arrival order, leaving no timer", async () => {
	const { clock, got, acquire } = setup({ startsPerSecond: 20 });
	for (let i = 0; i < 5; i++) acquire(`live-${i}`);
	await clock.advance(1000);
	expect(got.map(({ id, at }) => [id, at])).toEqual([
		["live-0", 0],
		["live-1", 50],
		["live-2", 100],
		["live-3", 150],
		["live-4", 200],
	]);
	expect(clock.pendingTimers).toBe(0);
});

test.each(["pinned", "readers", "live"])("connects a %s room before 400 earlier idle ones", async (priority) => {
	const { clock, got, acquire } = setup({ startsPerSecond: 20, inProgress: 1000 });
	for (let i = 0; i < 400; i++) acquire(`idle-${i}`);
	await clock.advance(1010);
	acquire(`${priority}-late`);
	await clock.advance(20_000);
	expect(got).toHaveLength(401);
	expect(got.find(({ id }) => id === `${priority}-late`)?.at).toBe(1050);
});

test("serves a room that waits by its changed class", async () => {
	const { clock, acquire, ids } = setup({ startsPerSecond: 1 });
	let priority: RoomPriority = "idle";
	acquire("live-0");
	acquire("idle-1");
	acquire("idle-2", never, { priority: () => priority });
	priority = "pinned";
	await clock.advance(1000);
	expect(ids()).toEqual(["live-0", "idle-2"]);
});

test("limits handshakes in progress", async () => {
	const { clock, admission, got, acquire, ids } = setup({ startsPerSecond: 1000, inProgress: 2 });
	for (const id of ["live-a", "live-b", "live-c", "live-d"]) acquire(id);
	await clock.advance(10_000);
	acquire("pinned-e");
	expect(ids()).toEqual(["live-a", "live-b"]);
	expect(clock.pendingTimers).toBe(0);
	got[0]?.permit.handshakeDone();
	got[0]?.permit.handshakeDone();
	got[0]?.permit.release();
	await clock.advance(10);
	expect(ids()).toEqual(["live-a", "live-b", "pinned-e"]);
	got[1]?.permit.release();
	got[1]?.permit.handshakeDone();
	await clock.advance(10);
	expect(ids()).toEqual(["live-a", "live-b", "pinned-e", "live-c"]);
	expect([admission.handshakes, admission.waiting, admission.status().held]).toEqual([2, 1, 3]);
});

test("removes and notifies a cancelled request", async () => {
	const { clock, admission, acquire, ids } = setup({ startsPerSecond: 1 });
	acquire("live-a");
	const abort = new AbortController();
	const waiting = acquire("live-b", abort.signal) as Promise<HeldPermit>;
	acquire("live-c");
	abort.abort(new Error("stopped"));
	await expect(waiting).rejects.toThrow("stopped");
	await clock.advance(1000);
	expect(ids()).toEqual(["live-a", "live-c"]);
	await expect(Promise.resolve(acquirePermit(admission, requestOf("live-d"), abort.signal))).rejects.toThrow("stopped");
	expect(clock.pendingTimers).toBe(0);
});

test("ignores changes of the clock", async () => {
	for (const ms of [-3_600_000, 3_600_000]) {
		const { clock, acquire, ids } = setup({ startsPerSecond: 20 });
		acquire("live-a");
		clock.set(ms);
		acquire("live-b");
		await clock.advance(49);
		expect(ids()).toEqual(["live-a"]);
		await clock.advance(1);
		expect(ids()).toEqual(["live-a", "live-b"]);
	}
});

test("rejects limits that admit no connection", () => {
	expect(() => setup({ inProgress: 0 })).toThrow(RangeError);
	expect(() => setup({ startsPerSecond: 0 })).toThrow(RangeError);
});

describe("pacing with connection limits", () => {
	const limits = { total: 2 };

	test("reserves the capacity of a request that waits for pace", async () => {
		const { clock, admission, acquire, ids } = setup({ startsPerSecond: 1 }, { limits });
		for (const id of ["live-a", "live-b", "live-c"]) acquire(id);
		expect(admission.status()).toMatchObject({
			held: 2,
			holders: [{ liveId: "live-a" }, { liveId: "live-b" }],
			queue: [{ liveId: "live-c", position: 1, why: ["full", "total", 2] }],
		});
		await clock.advance(10_000);
		expect(ids()).toEqual(["live-a", "live-b"]);
		expect(clock.pendingTimers).toBe(0);
	});

	test("gives reserved capacity to a more important room without preemption", async () => {
		const { clock, got, acquire, ids } = setup({ startsPerSecond: 1 }, { limits });
		acquire("live-a");
		acquire("live-b");
		acquire("pinned-c");
		await clock.advance(1000);
		expect(ids()).toEqual(["live-a", "pinned-c"]);
		expect(got.map(({ permit }) => permit.preempted.aborted)).toEqual([false, false]);
	});

	test("lets pinned rooms preempt despite requests waiting for pace", async () => {
		const { clock, admission, got, acquire, ids } = setup({ startsPerSecond: 1 }, { limits });
		for (const id of ["live-a", "live-b"]) acquire(id);
		await clock.advance(1500);
		for (const id of ["live-c", "pinned-d", "pinned-e"]) acquire(id);
		expect(got.map(({ permit }) => permit.preempted.aborted)).toEqual([true, true]);
		for (const { permit } of got) permit.release();
		expect(admission.queue().map(({ liveId }) => liveId)).toEqual(["live-c"]);
		await clock.advance(1500);
		expect(ids()).toEqual(["live-a", "live-b", "pinned-d", "pinned-e"]);
	});

	test("paces a handshake on a held permit without capacity", async () => {
		const { clock, admission, got, acquire, ids } = setup({ startsPerSecond: 1 }, { limits: { total: 1 } });
		acquire("live-a");
		acquire("live-a", never, { holdsPermit: true });
		acquire("live-b");
		expect(admission.status()).toMatchObject({ held: 1, queue: [{ liveId: "live-b" }] });
		await clock.advance(1000);
		expect(ids()).toEqual(["live-a", "live-a"]);
		got[1]?.permit.release();
		expect([admission.status().held, admission.handshakes]).toEqual([1, 1]);
	});

	test("reports whether a request waits for capacity or its turn", async () => {
		const { clock, admission, acquire } = setup({ startsPerSecond: 1 }, { limits });
		acquire("live-a");
		const [b, c] = ["live-b", "live-c"].map((id) => {
			return admission.acquire({ ...requestOf(id), onPermit: () => undefined });
		});
		expect(b?.wait).toEqual({ for: "turn", why: ["awaitingTurn"] });
		expect(c?.wait).toEqual({ for: "limit", why: ["full", "total", 2] });
		await clock.advance(1000);
		admission.setLimits({});
		expect(c?.wait).toMatchObject({ for: "turn" });
	});
});

test("never exceeds the rate, whatever the clock is set to", async () => {
	const startsPerSecond = 5;
	await fc.assert(
		fc.asyncProperty(fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 100 }), async (steps) => {
			const { clock, admission, acquire } = setup({ startsPerSecond, inProgress: 1000 });
			let passedMs = 0;
			for (const ms of steps) {
				if (ms < 0) clock.set(3 * ms);
				else await clock.advance(ms);
				passedMs += Math.max(0, ms);
				acquire("live-a");
				expect(admission.handshakes).toBeLessThanOrEqual(1 + (passedMs / 1000) * startsPerSecond + 1e-6);
			}
		}),
	);
});

const step = fc.oneof(
	fc.record({ do: fc.constant("acquire" as const), priority: fc.constantFrom(...roomPriorities) }),
	fc.constant({ do: "release" as const }),
	fc.constant({ do: "abort" as const }),
	fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 300 }) }),
);

test("keeps order and limits and serves every request", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
			const { clock, admission, got, acquire, ids } = setup({ startsPerSecond: 10, inProgress: 3 });
			const released = new Set<HeldPermit>();
			const waiting = new Map<string, AbortController>();
			const releaseOne = () => {
				const held = got.find(({ permit }) => !released.has(permit))?.permit;
				if (held) released.add(held);
				held?.release();
			};
			const rank = (id: string) => roomPriorities.indexOf(id.split("-")[0] as RoomPriority);
			/** Checks that the requests served meanwhile were the first in the queue, in order. */
			const check = (before: number) => {
				for (const id of ids().slice(before)) {
					const [best] = [...waiting.keys()].sort((a, b) => rank(a) - rank(b));
					expect(id).toBe(best);
					waiting.delete(id);
				}
				expect(admission.handshakes).toBeLessThanOrEqual(3);
				expect(admission.waiting).toBe(waiting.size);
			};
			for (const [i, one] of steps.entries()) {
				const before = got.length;
				if (one.do === "acquire") {
					const abort = new AbortController();
					waiting.set(`${one.priority}-${i}`, abort);
					acquire(`${one.priority}-${i}`, abort.signal);
				} else if (one.do === "release") releaseOne();
				else if (one.do === "pass") await clock.advance(one.ms);
				else {
					const [first] = waiting;
					first?.[1].abort();
					if (first) waiting.delete(first[0]);
				}
				await clock.advance(0);
				check(before);
			}
			for (let i = 0; i < 50; i++) {
				const before = got.length;
				releaseOne();
				await clock.advance(100);
				check(before);
			}
			for (const [i, { at }] of got.entries())
				if (i > 0) expect(at - (got[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(100);
			expect([admission.handshakes, admission.waiting, clock.pendingTimers]).toEqual([0, 0, 0]);
		}),
		{ numRuns: 100 },
	);
});
