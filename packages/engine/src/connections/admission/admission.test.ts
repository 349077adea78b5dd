import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { saidText } from "../../text/index.ts";
import { acquire as acquirePermit, type HeldPermit } from "./acquire.helpers.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import type { ConnectionLimits } from "./limits.ts";
import type { AdmissionRequest, RoomPriority } from "./request.ts";

const unpaced = { inProgress: Number.POSITIVE_INFINITY, startsPerSecond: Number.POSITIVE_INFINITY };
const never = new AbortController().signal;

/** Rooms are named by class, identity and number, e.g. `pinned-a1`. */
class Rooms {
	readonly clock = new ManualClock();
	readonly classes = new Map<string, RoomPriority>();
	readonly admission: Admission;
	readonly permits = new Map<string, HeldPermit>();
	readonly aborts = new Map<string, AbortController>();
	readonly preempted: string[] = [];
	/** Identities that are logged in. */
	readonly logins = new Set<string>();
	/** Rooms that don't close their connection when they are preempted. */
	readonly stubborn = new Set<string>();

	constructor(limits: ConnectionLimits, options: Partial<AdmissionOptions> = {}) {
		this.admission = new Admission({ clock: this.clock, limits, handshakes: unpaced, ...options });
	}

	request(room: string): Omit<AdmissionRequest, "onPermit"> {
		const identity = room.split("-")[1]?.[0] ?? "";
		const priority = () => this.classes.get(room) ?? (room.split("-")[0] as RoomPriority);
		const proxy = room.includes("proxy") && { proxy: "p" };
		const login = this.logins.has(identity);
		return { room, identity, login, priority, ...proxy, ...(room.endsWith("second") && { preemptible: () => true }) };
	}

	/** Requests an additional connection of the room. */
	async second(room: string, preemptible = () => true): Promise<HeldPermit> {
		return acquirePermit(this.admission, { ...this.request(room), preemptible }, never);
	}

	/** @returns whether the permit was granted at once */
	enqueue(...rooms: string[]): boolean[] {
		return rooms.map((room) => {
			const abort = new AbortController();
			this.aborts.set(room, abort);
			const permit = acquirePermit(this.admission, this.request(room), abort.signal);
			if (!(permit instanceof Promise)) {
				this.#take(room, permit);
				return true;
			}
			permit.then(
				(taken) => this.#take(room, taken),
				() => undefined,
			);
			return false;
		});
	}

	#take(room: string, permit: HeldPermit): void {
		this.permits.set(room, permit);
		permit.handshakeDone();
		const onPreempted = () => {
			this.preempted.push(room);
			if (!this.stubborn.has(room)) this.drop(room);
		};
		if (permit.preempted.aborted) onPreempted();
		else permit.preempted.addEventListener("abort", onPreempted);
	}

	drop(room: string): void {
		const permit = this.permits.get(room);
		this.permits.delete(room);
		permit?.release();
	}

	async holders(): Promise<string[]> {
		await this.clock.advance(0);
		return [...this.permits.keys()];
	}

	get queue(): string[] {
		return this.admission.queue().map(({ liveId }) => liveId);
	}
}

describe("limits", () => {
	test("are absent by default: every room connects at once", () => {
		expect(new Rooms({}).enqueue("idle-a1", "live-a2", "pinned-b3")).toEqual([true, true, true]);
	});

	test("stay reserved for a room while another makes way", () => {
		const rooms = new Rooms({ perIdentity: 1, perProxy: 1 });
		rooms.stubborn.add("live-a1proxy");
		expect(rooms.enqueue("live-a1proxy", "pinned-c1proxy", "live-c2")).toEqual([true, false, false]);
		expect(rooms.preempted).toEqual(["live-a1proxy"]);
		rooms.drop("live-a1proxy");
		expect(rooms.preempted).toEqual(["live-a1proxy"]);
		expect(rooms.admission.status().holders).toMatchObject([{ liveId: "pinned-c1proxy" }]);
	});

	test("apply in total, per identity and per proxy, by name", async () => {
		const rooms = new Rooms({ total: 4, perIdentity: 2, perProxy: 1 });
		expect(rooms.enqueue("live-a1", "live-a2", "live-a3")).toEqual([true, true, false]);
		expect(rooms.enqueue("live-b-proxy", "live-c-proxy")).toEqual([true, false]);
		expect(rooms.enqueue("live-d1", "live-d2")).toEqual([true, false]);
		expect(rooms.admission.queue()).toMatchObject([
			{ liveId: "live-a3", position: 1, priority: "live", why: ["full", "total", 4] },
			{ liveId: "live-c-proxy", position: 2 },
			{ liveId: "live-d2", position: 3 },
		]);
		rooms.drop("live-d1");
		expect(await rooms.holders()).toContain("live-d2");
		rooms.admission.setLimits({ total: 10, perIdentity: 2, perProxy: 1 });
		expect(rooms.admission.queue().map(({ why }) => saidText(why).en)).toEqual([
			"All 2 connections of this login are in use.",
			"The only allowed connection through this proxy is in use.",
		]);
	});

	test("can be raised, or lowered by preempting the least important", async () => {
		const rooms = new Rooms({ total: 2 });
		rooms.enqueue("live-a1", "pinned-a2", "live-a3", "live-a4");
		rooms.admission.setLimits({ total: 4 });
		expect(await rooms.holders()).toEqual(["live-a1", "pinned-a2", "live-a3", "live-a4"]);
		rooms.classes.set("live-a1", "idle");
		rooms.admission.setLimits({ total: 2 });
		expect(rooms.preempted).toEqual(["live-a1", "live-a4"]);
		rooms.admission.setLimits({ total: 1 });
		expect(await rooms.holders()).toEqual(["pinned-a2"]);
	});

	test("preempt no other identity when lowered for one", () => {
		const rooms = new Rooms({});
		rooms.enqueue("live-b1", "live-b2", "idle-a1");
		rooms.admission.setLimits({ total: 2, perIdentity: 1 });
		expect(rooms.preempted).toEqual(["live-b2"]);
	});

	test("are rejected if they admit no connection", () => {
		expect(() => new Rooms({ total: 0 })).toThrow(RangeError);
		const { admission } = new Rooms({ total: 1 });
		expect(() => admission.setLimits({ perProxy: Number.NaN })).toThrow(RangeError);
		expect(admission.status().limits).toEqual({ total: 1 });
	});
});

describe("queue", () => {
	test("is ordered by class, then by arrival", async () => {
		const rooms = new Rooms({ total: 1 });
		rooms.enqueue("pinned-a0", "idle-a1", "live-a2", "readers-a3", "live-a4", "pinned-a5");
		expect(rooms.queue).toEqual(["pinned-a5", "readers-a3", "live-a2", "live-a4", "idle-a1"]);
		const served: string[] = [];
		for (let i = 0; i < 6; i++) {
			const [holder = ""] = await rooms.holders();
			served.push(holder);
			rooms.drop(holder);
		}
		expect(served).toEqual(["pinned-a0", "pinned-a5", "readers-a3", "live-a2", "live-a4", "idle-a1"]);
	});

	test("follows a change of a room's class", () => {
		const rooms = new Rooms({ total: 1 });
		rooms.enqueue("live-a0", "live-a1", "live-a2");
		rooms.classes.set("live-a2", "readers");
		rooms.admission.refresh();
		expect(rooms.queue).toEqual(["live-a2", "live-a1"]);
		rooms.classes.set("live-a2", "pinned");
		rooms.admission.refresh();
		expect(rooms.preempted).toEqual(["live-a0"]);
	});

	test("ages waiting rooms, but never past pinned ones", async () => {
		const rooms = new Rooms({ total: 1 }, { agingMs: 60_000 });
		rooms.enqueue("readers-a0", "idle-a1");
		await rooms.clock.advance(119_000);
		rooms.enqueue("readers-a2");
		expect(rooms.queue).toEqual(["readers-a2", "idle-a1"]);
		await rooms.clock.advance(1000);
		rooms.enqueue("readers-a3");
		expect(rooms.queue).toEqual(["idle-a1", "readers-a2", "readers-a3"]);
		rooms.stubborn.add("readers-a0");
		await rooms.clock.advance(600_000);
		rooms.enqueue("pinned-a4");
		expect(rooms.queue).toEqual(["pinned-a4", "idle-a1", "readers-a2", "readers-a3"]);
	});

	test("is not blocked by rooms at their identity's limit", () => {
		const rooms = new Rooms({ perIdentity: 1 });
		expect(rooms.enqueue("live-a1", "live-a2", "live-b1")).toEqual([true, false, true]);
	});

	test("applies the login default unless all identities are limited", () => {
		const rooms = new Rooms({ perLogin: 1 });
		rooms.logins.add("b");
		expect(rooms.enqueue("live-a1", "live-a2", "live-b1", "live-b2")).toEqual([true, true, true, false]);
		expect(rooms.admission.queue().map(({ why }) => saidText(why).en)).toEqual([
			expect.stringContaining("restricts accounts"),
		]);
		rooms.admission.setLimits({ perLogin: 1, perIdentity: 2 });
		expect(rooms.queue).toEqual([]);
		expect(rooms.enqueue("live-b3", "live-a3")).toEqual([false, false]);
		expect(rooms.admission.queue()[0]?.why).toEqual(["full", "perIdentity", 2]);
		rooms.admission.setLimits({});
		expect(rooms.queue).toEqual([]);
	});

	test("drops a cancelled request and rejects an aborted one", async () => {
		const rooms = new Rooms({ total: 1 });
		rooms.enqueue("live-a0", "live-a1", "live-a2");
		rooms.aborts.get("live-a1")?.abort(new Error("stopped"));
		expect(rooms.queue).toEqual(["live-a2"]);
		rooms.drop("live-a0");
		expect(await rooms.holders()).toEqual(["live-a2"]);
		await expect(
			Promise.resolve(acquirePermit(rooms.admission, rooms.request("live-x"), AbortSignal.abort(new Error("late")))),
		).rejects.toThrow("late");
	});
});

describe("preemption", () => {
	test("hits the least important room once, with the reason", async () => {
		const rooms = new Rooms({ total: 3 });
		rooms.stubborn.add("live-a2");
		rooms.enqueue("readers-a0", "live-a1", "live-a2", "pinned-a3");
		rooms.admission.refresh();
		expect(rooms.preempted).toEqual(["live-a2"]);
		expect(rooms.admission.queue()[0]?.why).toEqual(["preempting", "total", 3, "live-a2"]);
		rooms.drop("live-a2");
		expect(await rooms.holders()).toEqual(["readers-a0", "live-a1", "pinned-a3"]);
	});

	test("hits a room that frees the limit that is full", () => {
		const rooms = new Rooms({ perIdentity: 1 });
		rooms.enqueue("idle-b0", "live-a1", "pinned-a2");
		expect(rooms.preempted).toEqual(["live-a1"]);
	});

	test("needs a pinned room, or a class above idle", () => {
		const rooms = new Rooms({ total: 2 });
		rooms.enqueue("live-a0", "pinned-a1", "readers-a2", "pinned-a3", "pinned-a4");
		expect(rooms.preempted).toEqual(["live-a0"]);
	});

	test("hits idle rooms, which come first when they return", async () => {
		const rooms = new Rooms({ total: 2 });
		rooms.enqueue("idle-a0", "readers-a1", "idle-a2", "live-a3");
		expect(await rooms.holders()).toEqual(["readers-a1", "live-a3"]);
		rooms.enqueue("idle-a0");
		expect(rooms.queue).toEqual(["idle-a0", "idle-a2"]);
		rooms.drop("live-a3");
		expect(await rooms.holders()).toEqual(["readers-a1", "idle-a0"]);
	});

	test("restores a preempted room's order once, and no longer", async () => {
		const rooms = new Rooms({ total: 1 });
		rooms.enqueue("live-a0", "pinned-a1");
		rooms.enqueue("live-a2", "live-a0");
		rooms.drop("pinned-a1");
		expect(await rooms.holders()).toEqual(["live-a0"]);
		rooms.drop("live-a0");
		expect(await rooms.holders()).toEqual(["live-a2"]);
		rooms.enqueue("live-a3", "live-a0");
		expect(rooms.queue).toEqual(["live-a3", "live-a0"]);
	});

	test("hits as many rooms as several pinned rooms need", () => {
		const rooms = new Rooms({ total: 2 });
		for (const room of ["live-a0", "live-a1"]) rooms.stubborn.add(room);
		rooms.enqueue("live-a0", "live-a1", "live-a2", "live-a3");
		for (const room of ["live-a2", "live-a3"]) rooms.classes.set(room, "pinned");
		rooms.admission.refresh();
		expect(rooms.preempted).toEqual(["live-a1", "live-a0"]);
	});

	test("spares for a while rooms that waited, except from pinned", async () => {
		const rooms = new Rooms({ total: 1 }, { agingMs: 60_000 });
		rooms.enqueue("live-a0", "idle-a1");
		await rooms.clock.advance(120_000);
		rooms.enqueue("live-a2");
		rooms.drop("live-a0");
		expect(await rooms.holders()).toEqual(["idle-a1"]);
		await rooms.clock.advance(59_000);
		rooms.admission.refresh();
		expect(rooms.preempted).toEqual([]);
		await rooms.clock.advance(1000);
		rooms.admission.refresh();
		expect(rooms.preempted).toEqual(["idle-a1"]);
	});
});

test("releases a permit only once", () => {
	const rooms = new Rooms({ total: 1 });
	const permit = acquirePermit(rooms.admission, rooms.request("live-a1"), never) as HeldPermit;
	permit.release();
	permit.release();
	expect(rooms.admission.status().held).toBe(0);
	expect(rooms.enqueue("live-a2", "live-a3")).toEqual([true, false]);
	permit.release();
	expect(rooms.admission.status().held).toBe(1);
});

const requestOf = fc.record({
	do: fc.constant("want" as const),
	class: fc.constantFrom("pinned", "readers", "live", "idle"),
	identity: fc.constantFrom("a", "b"),
	second: fc.boolean(),
});
const step = fc.oneof(
	{ weight: 4, arbitrary: requestOf },
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("drop" as const), nth: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("abort" as const), nth: fc.nat(20) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("limit" as const), total: fc.integer({ min: 1, max: 6 }) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.nat(400_000) }) },
);

test.each([
	["", unpaced, 0],
	[", once paced rooms have connected", { inProgress: 2, startsPerSecond: 10 }, 6_000],
])("keeps limits, starves no room and wastes no capacity%s", async (_, handshakes, settleMs) => {
	const nth = (set: Iterable<string>, n: number) => [...set][n % Math.max(1, [...set].length)] ?? "";
	const identityOf = (room: string) => room.split("-")[1]?.[0] ?? "";
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (steps) => {
			let limits: ConnectionLimits = { total: 4, perIdentity: 3 };
			const rooms = new Rooms(limits, { handshakes });
			const requested = new Set<string>();
			for (const [i, one] of steps.entries()) {
				if (one.do === "want") {
					const room = `${one.class}-${one.identity}${i}${one.second ? "-second" : ""}`;
					requested.add(room);
					rooms.enqueue(room);
				} else if (one.do === "drop") {
					const leaving = nth(rooms.permits.keys(), one.nth);
					requested.delete(leaving);
					rooms.drop(leaving);
				} else if (one.do === "abort") {
					const leaving = nth(rooms.queue, one.nth);
					requested.delete(leaving);
					rooms.aborts.get(leaving)?.abort();
				} else if (one.do === "limit") {
					limits = { total: one.total, perIdentity: 3 };
					rooms.admission.setLimits(limits);
				} else await rooms.clock.advance(one.ms);
				expect(rooms.admission.status().held).toBeLessThanOrEqual(limits.total ?? 0);
				await rooms.clock.advance(settleMs);
				while (rooms.preempted.length > 0) {
					for (const gone of rooms.preempted.splice(0)) rooms.enqueue(gone);
					await rooms.clock.advance(settleMs);
				}
				const holders = await rooms.holders();
				const of = (identity: string) => holders.filter((holder) => identityOf(holder) === identity);
				expect(holders.length).toBeLessThanOrEqual(limits.total ?? 0);
				expect(Math.max(of("a").length, of("b").length)).toBeLessThanOrEqual(3);
				expect(rooms.admission.status().held).toBe(holders.length);
				expect(rooms.admission.waiting + holders.length).toBe(requested.size);
				const own = [...requested].filter((room) => !room.endsWith("second"));
				expect([...rooms.queue].sort()).toEqual(own.filter((room) => !holders.includes(room)).sort());
				for (const waiting of rooms.queue) {
					const ofIdentity = of(identityOf(waiting));
					const inTheWay = ofIdentity.length === 3 ? ofIdentity : holders.length === limits.total ? holders : [];
					expect(inTheWay, `${waiting} waits for nothing`).not.toEqual([]);
					expect(inTheWay.filter((room) => room.endsWith("second"))).toEqual([]);
				}
				expect(rooms.clock.pendingTimers).toBe(0);
			}
		}),
		{ numRuns: 150 },
	);
});

describe("second connection of a room", () => {
	test("comes after all rooms, whatever its class or wait", async () => {
		const rooms = new Rooms({ total: 1 });
		rooms.enqueue("idle-a1");
		const got: string[] = [];
		for (const room of ["live-a2", "pinned-a3"]) void rooms.second(room).then(() => got.push(room));
		await rooms.clock.advance(1_200_000);
		rooms.enqueue("idle-a4");
		expect(rooms.preempted).toEqual([]);
		expect(rooms.queue).toEqual(["idle-a4"]);
		rooms.drop("idle-a1");
		expect(await rooms.holders()).toEqual(["idle-a4"]);
		expect(got).toEqual([]);
		rooms.drop("idle-a4");
		await rooms.clock.advance(0);
		expect(got).toEqual(["pinned-a3"]);
	});

	test("is preempted first, unless its room needs it", async () => {
		const rooms = new Rooms({ total: 2 });
		let preemptible = false;
		const permit = await rooms.second("pinned-a1", () => preemptible);
		rooms.enqueue("idle-a2", "idle-a3");
		expect(permit.preempted.aborted).toBe(false);
		preemptible = true;
		rooms.admission.refresh();
		expect(permit.preempted.reason).toEqual(["needed", "idle-a3", "idle"]);
		expect(rooms.admission.status().holders).toEqual([
			{ liveId: "idle-a2", priority: "idle", second: false, preempted: false },
			{ liveId: "pinned-a1", priority: "pinned", second: true, preempted: true },
		]);
		permit.release();
		expect(await rooms.holders()).toEqual(["idle-a2", "idle-a3"]);
	});

	test("is the first to go past a lower limit", async () => {
		const rooms = new Rooms({});
		const permit = await rooms.second("pinned-a1");
		rooms.enqueue("idle-a2");
		rooms.admission.setLimits({ total: 1 });
		expect([permit.preempted.aborted, rooms.preempted]).toEqual([true, []]);
	});
});
