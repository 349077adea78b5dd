import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Place } from "../../rooms/index.ts";
import { ConnectionPool, type ConnectionPoolOptions } from "./connection-pool.ts";
import type { PoolLimits } from "./pool-limits.ts";
import type { RoomPriority } from "./priority.ts";

/** Rooms are named by class, identity and number, e.g. `pinned-a1`. */
class Pool {
	readonly clock = new ManualClock();
	readonly classes = new Map<string, RoomPriority>();
	readonly pool: ConnectionPool;
	readonly slots = new Map<string, Place>();
	readonly aborts = new Map<string, AbortController>();
	readonly gaveWay: string[] = [];
	/** Rooms that don't close their connection when asked. */
	readonly stubborn = new Set<string>();

	constructor(limits: PoolLimits, options: Partial<ConnectionPoolOptions> = {}) {
		this.pool = new ConnectionPool({
			clock: this.clock,
			limits,
			placeOf: (room) => ({ identity: room.split("-")[1]?.[0] ?? "", ...(room.includes("proxy") && { proxy: "p" }) }),
			priorityOf: (room) => this.classes.get(room) ?? (room.split("-")[0] as RoomPriority),
			...options,
		});
	}

	/** @returns whether the slot was there at once */
	want(...rooms: string[]): boolean[] {
		return rooms.map((room) => {
			const abort = new AbortController();
			this.aborts.set(room, abort);
			const slot = this.pool.acquire(room, abort.signal);
			if (!(slot instanceof Promise)) {
				this.#take(room, slot);
				return true;
			}
			slot.then(
				(taken) => this.#take(room, taken),
				() => undefined,
			);
			return false;
		});
	}

	#take(room: string, slot: Place): void {
		this.slots.set(room, slot);
		const giveWay = () => {
			this.gaveWay.push(room);
			if (!this.stubborn.has(room)) this.drop(room);
		};
		if (slot.reclaimed.aborted) giveWay();
		else slot.reclaimed.addEventListener("abort", giveWay);
	}

	drop(room: string): void {
		const slot = this.slots.get(room);
		this.slots.delete(room);
		slot?.release();
	}

	async holders(): Promise<string[]> {
		await this.clock.advance(0);
		return [...this.slots.keys()];
	}

	get line(): string[] {
		return this.pool.queue().map(({ liveId }) => liveId);
	}
}

describe("limits", () => {
	test("without any, everybody is connected at once", () => {
		expect(new Pool({}).want("idle-a1", "live-a2", "pinned-b3")).toEqual([true, true, true]);
	});

	test("hold in total, for an identity and for a proxy, and say which one", async () => {
		const pool = new Pool({ total: 4, perIdentity: 2, perProxy: 1 });
		expect(pool.want("live-a1", "live-a2", "live-a3")).toEqual([true, true, false]);
		expect(pool.want("live-b-proxy", "live-c-proxy")).toEqual([true, false]);
		expect(pool.want("live-d1", "live-d2")).toEqual([true, false]);
		expect(pool.pool.queue()).toMatchObject([
			{ liveId: "live-a3", position: 1, priority: "live", why: { en: "All 4 connections are in use." } },
			{ liveId: "live-c-proxy", position: 2 },
			{ liveId: "live-d2", position: 3 },
		]);
		pool.drop("live-d1");
		expect(await pool.holders()).toContain("live-d2");
		pool.pool.setLimits({ total: 10, perIdentity: 2, perProxy: 1 });
		expect(pool.pool.queue().map(({ why }) => why.en)).toEqual([
			"All 2 connections of this identity are in use.",
			"All 1 connections through this proxy are in use.",
		]);
	});

	test("can be raised while rooms wait, and lowered: then the lowest and newest give way, pinned ones last", async () => {
		const pool = new Pool({ total: 2 }, { lendIdle: false });
		pool.want("idle-a1", "pinned-a2", "live-a3", "live-a4");
		pool.pool.setLimits({ total: 4 });
		expect(await pool.holders()).toEqual(["idle-a1", "pinned-a2", "live-a3", "live-a4"]);
		pool.pool.setLimits({ total: 2 });
		expect(pool.gaveWay).toEqual(["idle-a1", "live-a4"]);
		pool.pool.setLimits({ total: 1 });
		expect(await pool.holders()).toEqual(["pinned-a2"]);
	});

	test("that would let nobody through are refused", () => {
		expect(() => new Pool({ total: 0 })).toThrow(RangeError);
		const { pool } = new Pool({ total: 1 });
		expect(() => pool.setLimits({ perProxy: Number.NaN })).toThrow(RangeError);
		expect(pool.limits).toEqual({ total: 1 });
	});
});

describe("the line", () => {
	test("is ordered by class, first come first served within one", async () => {
		const pool = new Pool({ total: 1 }, { lendIdle: false });
		pool.want("pinned-a0", "idle-a1", "live-a2", "readers-a3", "live-a4", "pinned-a5");
		expect(pool.line).toEqual(["pinned-a5", "readers-a3", "live-a2", "live-a4", "idle-a1"]);
		const served: string[] = [];
		for (let i = 0; i < 6; i++) {
			const [holder = ""] = await pool.holders();
			served.push(holder);
			pool.drop(holder);
		}
		expect(served).toEqual(["pinned-a0", "pinned-a5", "readers-a3", "live-a2", "live-a4", "idle-a1"]);
	});

	test("follows a room's class when that changes", () => {
		const pool = new Pool({ total: 1 });
		pool.want("live-a0", "live-a1", "live-a2");
		pool.classes.set("live-a2", "readers");
		expect(pool.line).toEqual(["live-a2", "live-a1"]);
		pool.classes.set("live-a2", "pinned");
		pool.pool.refresh();
		expect(pool.gaveWay).toEqual(["live-a0"]);
	});

	test("lets nobody wait for ever behind a stream of better classes, but never before pinned ones", async () => {
		const pool = new Pool({ total: 1 }, { agingMs: 60_000, lendIdle: false });
		pool.want("readers-a0", "idle-a1");
		await pool.clock.advance(119_000);
		pool.want("readers-a2");
		expect(pool.line).toEqual(["readers-a2", "idle-a1"]);
		await pool.clock.advance(1000);
		pool.want("readers-a3");
		expect(pool.line).toEqual(["idle-a1", "readers-a2", "readers-a3"]);
		pool.stubborn.add("readers-a0");
		await pool.clock.advance(600_000);
		pool.want("pinned-a4");
		expect(pool.line).toEqual(["pinned-a4", "idle-a1", "readers-a2", "readers-a3"]);
	});

	test("is not held up by those who wait for their own identity's limit", () => {
		const pool = new Pool({ perIdentity: 1 });
		expect(pool.want("live-a1", "live-a2", "live-b1")).toEqual([true, false, true]);
	});

	test("is left by who gives up, and who gave up before is told at once", async () => {
		const pool = new Pool({ total: 1 });
		pool.want("live-a0", "live-a1", "live-a2");
		pool.aborts.get("live-a1")?.abort(new Error("stopped"));
		expect(pool.line).toEqual(["live-a2"]);
		pool.drop("live-a0");
		expect(await pool.holders()).toEqual(["live-a2"]);
		await expect(Promise.resolve(pool.pool.acquire("x", AbortSignal.abort(new Error("late"))))).rejects.toThrow("late");
	});
});

describe("giving way", () => {
	test("is asked of the lowest and newest when a pinned room needs a slot, once, and said", async () => {
		const pool = new Pool({ total: 3 });
		pool.stubborn.add("live-a2");
		pool.want("readers-a0", "live-a1", "live-a2", "pinned-a3");
		pool.pool.refresh();
		expect(pool.gaveWay).toEqual(["live-a2"]);
		expect(pool.pool.queue()[0]?.why.en).toBe("All 3 connections are in use. Room live-a2 is being preempted.");
		pool.drop("live-a2");
		expect(await pool.holders()).toEqual(["readers-a0", "live-a1", "pinned-a3"]);
	});

	test("is asked of one that makes room in the limit that is full", () => {
		const pool = new Pool({ perIdentity: 1 });
		pool.want("idle-b0", "live-a1", "pinned-a2");
		expect(pool.gaveWay).toEqual(["live-a1"]);
	});

	test("is asked of nobody for a room that is neither pinned nor above an idle one", () => {
		const pool = new Pool({ total: 2 });
		pool.want("live-a0", "pinned-a1", "readers-a2", "pinned-a3", "pinned-a4");
		expect(pool.gaveWay).toEqual(["live-a0"]);
	});

	test("lends an idle room's slot, and the idle room is first of its class when it asks again", async () => {
		const pool = new Pool({ total: 2 });
		pool.want("idle-a0", "readers-a1", "idle-a2", "live-a3");
		expect(await pool.holders()).toEqual(["readers-a1", "live-a3"]);
		pool.want("idle-a0");
		expect(pool.line).toEqual(["idle-a0", "idle-a2"]);
		pool.drop("live-a3");
		expect(await pool.holders()).toEqual(["readers-a1", "idle-a0"]);
	});

	test("is not asked for a while of a room whose turn came by waiting, except for pinned ones", async () => {
		const pool = new Pool({ total: 1 }, { agingMs: 60_000 });
		pool.want("live-a0", "idle-a1");
		await pool.clock.advance(120_000);
		pool.want("live-a2");
		pool.drop("live-a0");
		expect(await pool.holders()).toEqual(["idle-a1"]);
		await pool.clock.advance(59_000);
		pool.pool.refresh();
		expect(pool.gaveWay).toEqual([]);
		await pool.clock.advance(1000);
		pool.pool.refresh();
		expect(pool.gaveWay).toEqual(["idle-a1"]);
	});
});

test("a slot given back twice is given back once", () => {
	const { pool } = new Pool({ total: 1 });
	const slot = pool.acquire("live-a1", new AbortController().signal) as Place;
	slot.release();
	slot.release();
	expect(pool.held).toBe(0);
	expect(pool.acquire("live-a2", new AbortController().signal)).not.toBeInstanceOf(Promise);
	expect(pool.held).toBe(1);
});

const room = fc
	.tuple(fc.constantFrom("pinned", "readers", "live", "idle"), fc.constantFrom("a", "b"))
	.map((x) => x.join("-"));
const step = fc.oneof(
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("want" as const), room }) },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("drop" as const), nth: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), nth: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("limit" as const), total: fc.integer({ min: 1, max: 6 }) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(400_000) }) },
);

test("whatever happens, limits hold, nobody is lost, and no place stays free that somebody waits for", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
			let limits: PoolLimits = { total: 4, perIdentity: 3 };
			const pool = new Pool(limits);
			const wanted = new Set<string>();
			for (const [i, one] of steps.entries()) {
				const nth = (set: Iterable<string>, n: number) => [...set][n % Math.max(1, [...set].length)] ?? "";
				if (one.do === "want") {
					wanted.add(`${one.room}${i}`);
					pool.want(`${one.room}${i}`);
				} else if (one.do === "drop") {
					const leaving = nth(pool.slots.keys(), one.nth);
					wanted.delete(leaving);
					pool.drop(leaving);
				} else if (one.do === "abort") {
					const leaving = nth(pool.line, one.nth);
					wanted.delete(leaving);
					pool.aborts.get(leaving)?.abort();
				} else if (one.do === "limit") {
					limits = { total: one.total, perIdentity: 3 };
					pool.pool.setLimits(limits);
				} else await pool.clock.advance(one.ms);
				await pool.clock.advance(0);
				for (const gone of pool.gaveWay.splice(0)) pool.want(gone);
				const holders = await pool.holders();
				const of = (identity: string) => holders.filter((holder) => holder.includes(`-${identity}`)).length;
				expect(holders.length).toBeLessThanOrEqual(limits.total ?? 0);
				expect(Math.max(of("a"), of("b"))).toBeLessThanOrEqual(3);
				expect(pool.pool.held).toBe(holders.length);
				expect([...holders, ...pool.line].sort()).toEqual([...wanted].sort());
				for (const waiting of pool.line) {
					const full = holders.length === limits.total || of(waiting.split("-")[1]?.[0] ?? "") === 3;
					expect(full, `${waiting} waits for nothing`).toBe(true);
				}
				expect(pool.clock.pendingTimers).toBe(0);
			}
		}),
		{ numRuns: 150 },
	);
});

describe("a second connection of a room", () => {
	const never = new AbortController().signal;

	test("comes after all rooms, whatever its class and however long it has waited", async () => {
		const pool = new Pool({ total: 1 });
		pool.want("idle-a1");
		const got: string[] = [];
		for (const room of ["live-a2", "pinned-a3"]) {
			const place = pool.pool.second({ identity: "a" }, () => true).acquire(room, never);
			void Promise.resolve(place).then(() => got.push(room));
		}
		await pool.clock.advance(1_200_000);
		pool.want("idle-a4");
		expect(pool.gaveWay).toEqual([]);
		expect(pool.line).toEqual(["idle-a4"]);
		pool.drop("idle-a1");
		expect(await pool.holders()).toEqual(["idle-a4"]);
		expect(got).toEqual([]);
		pool.drop("idle-a4");
		await pool.clock.advance(0);
		expect(got).toEqual(["pinned-a3"]);
	});

	test("gives way to any room, before all others, but not while its own room could not do without it", async () => {
		const pool = new Pool({ total: 2 });
		let spare = false;
		const place = await pool.pool.second({ identity: "a" }, () => spare).acquire("pinned-a1", never);
		pool.want("idle-a2", "idle-a3");
		expect(place.reclaimed.aborted).toBe(false);
		spare = true;
		pool.pool.refresh();
		expect(place.reclaimed.reason).toMatchObject({ en: "Room idle-a3 needs the connection: its turn has come." });
		place.release();
		expect(await pool.holders()).toEqual(["idle-a2", "idle-a3"]);
	});

	test("is the first to go past a lower limit", async () => {
		const pool = new Pool({});
		const place = await pool.pool.second({ identity: "a" }, () => true).acquire("pinned-a1", never);
		pool.want("idle-a2");
		pool.pool.setLimits({ total: 1 });
		expect([place.reclaimed.aborted, pool.gaveWay]).toEqual([true, []]);
	});
});
