import { DouyinError, type FailureReason, failureClasses, noRetries } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ConnectionKey } from "../../rooms/index.ts";
import { whenNext } from "../../rooms/step-failures.ts";
import { saidText } from "../../text/index.ts";
import { AdaptiveStrategy, HostStats } from "./index.ts";

const minute = 60_000;
const logger = { info: () => undefined, warn: () => undefined };

/** A room's own connection. */
const own = (liveId: string, identity = "me"): ConnectionKey => {
	return { liveId, identity, kind: "socket", beside: false, polled: false };
};
/** A connection that a room has next to its own. */
const beside = (identity: string): ConnectionKey => ({ ...own("r", identity), beside: true });

/** Returns host stats with one host that is known to work. */
function working(): HostStats {
	const hosts = new HostStats();
	for (let i = 0; i < 10; i++) hosts.works("push.example");
	return hosts;
}

class Rooms {
	readonly clock = new ManualClock();
	readonly strategy: AdaptiveStrategy;

	/** @param rooms number of rooms that need a connection */
	constructor(rooms = 100, hosts = new HostStats()) {
		this.strategy = new AdaptiveStrategy({ logger, hosts, random: () => 0.5 });
		for (let i = 0; i < rooms; i++) this.strategy.begins(own(`other ${i}`), this.now);
	}

	get now(): number {
		return this.clock.elapsed();
	}

	/** @returns when the room retries, and why */
	fail(room: string, reason: FailureReason, more: { attempt?: number; retryAfterMs?: number } = {}) {
		const { attempt = 1, retryAfterMs } = more;
		const failure = new DouyinError(reason, reason, { retryAfterMs });
		const advice = this.strategy.failed({ ...own(room), failure, attempt }, this.now);
		const next = whenNext({ attempt, retry: noRetries }, failure, advice, { now: this.now, blockedDelayMs: 1 });
		return { ...next, advice, why: saidText(next.decision).en };
	}

	/** Returns how long a room is held back, and why. */
	hold(room: string, identity = "me", key = own(room, identity)) {
		const hold = this.strategy.hold(key, this.now);
		return hold && { ...hold, ms: hold.until - this.now, said: saidText(hold.why).en };
	}
}

test("keeps the fixed schedule for a single room", () => {
	const rooms = new Rooms();
	const delays = [1, 2, 3, 4, 5, 6].map((attempt) => rooms.fail("r", "network", { attempt }).delayMs / 1000);
	expect(delays).toEqual([1, 2, 4, 8, 16, 32]);
	expect(rooms.hold("r")).toBeUndefined();
});

test("honours the upstream's retry-after up to an hour", () => {
	const rooms = new Rooms();
	expect(rooms.fail("r", "upstream_error", { retryAfterMs: 90_000 })).toMatchObject({
		delayMs: 90_000,
		why: "Douyin asked livekeeper to wait this long",
	});
	expect(rooms.fail("r", "upstream_error", { retryAfterMs: 1e12 }).delayMs).toBe(60 * minute);
});

test("slows down all rooms of an identity and no others", async () => {
	const rooms = new Rooms();
	rooms.fail("r", "rate_limited", { retryAfterMs: minute });
	expect(rooms.hold("other")).toMatchObject({ ms: minute, said: "Douyin asked this login to slow down" });
	expect(rooms.hold("other", "you")).toBeUndefined();
	await rooms.clock.advance(minute);
	expect(rooms.hold("other")).toBeUndefined();
});

describe("refused room", () => {
	test("waits 5, 10, 20, 40, then 60 min alone", async () => {
		const rooms = new Rooms();
		for (const minutes of [5, 10, 20, 40, 60, 60]) {
			const { delayMs } = rooms.fail("r", "blocked");
			expect(delayMs / minute).toBe(minutes);
			expect(rooms.hold("other")).toBeUndefined();
			await rooms.clock.advance(delayMs);
		}
		rooms.strategy.works(own("r"), rooms.now);
		expect(rooms.fail("r", "blocked").delayMs).toBe(5 * minute);
	});

	test("marks the identity when not alone; one room probes", async () => {
		const rooms = new Rooms();
		rooms.fail("a", "blocked");
		expect(rooms.fail("b", "blocked").why).toBe("Douyin refuses this login; this room tries first");
		expect(rooms.hold("c")).toMatchObject({ said: "Douyin refuses this login; room b tries first" });
		expect(rooms.hold("c", "you")).toBeUndefined();
		await rooms.clock.advance(5 * minute);
		expect(rooms.hold("b")).toBeUndefined();
		rooms.strategy.begins(own("b"), rooms.now);
		expect(rooms.hold("a")).toMatchObject({ for: "refused", reason: "blocked" });
		rooms.strategy.works(own("b"), rooms.now);
		expect(rooms.hold("c")).toBeUndefined();
	});
});

describe("known working push host", () => {
	test("retries a lost connection at once, then by the schedule", () => {
		const rooms = new Rooms(100, working());
		expect(rooms.fail("r", "network")).toMatchObject({ delayMs: 350, decision: ["hostWorks"] });
		const delays = [2, 3, 4].map((attempt) => rooms.fail("r", "network", { attempt }).delayMs);
		expect(delays).toEqual([2000, 4000, 8000]);
	});

	test("keeps the schedule for other failures and retry-after", () => {
		const rooms = new Rooms(100, working());
		expect(rooms.fail("r", "signature_rejected").delayMs).toBe(1000);
		expect(rooms.fail("s", "upstream_error", { retryAfterMs: 5000 }).delayMs).toBe(5000);
	});
});

describe("shared failure of most rooms", () => {
	const failing = (count: number, rooms = new Rooms(count)) => {
		for (let i = 0; i < count; i++) rooms.fail(`other ${i}`, "network");
		return rooms;
	};

	test("holds all attempts until one succeeds", async () => {
		const rooms = failing(10);
		// From the fifth on it is an outage.
		expect(rooms.fail("other 9", "network").advice).toEqual({ delayMs: 0 });
		expect(rooms.hold("other 4")).toMatchObject({
			ms: 250,
			said: "most rooms disconnected at once; this room tries first",
		});
		expect(rooms.hold("other 0")).toMatchObject({
			for: "outage",
			said: "most rooms disconnected at once; room other 4 tries first",
			reason: "network",
		});
		await rooms.clock.advance(250);
		expect(rooms.hold("other 4")).toBeUndefined();
		rooms.strategy.begins(own("other 4"), rooms.now);
		rooms.strategy.works(own("other 4"), rooms.now);
		expect([rooms.hold("other 0"), rooms.strategy.status(0).outage]).toEqual([undefined, undefined]);
	});

	test("lets answered polls pass and probes by polling", () => {
		const rooms = failing(10);
		const poll = { ...own("other 0"), kind: "poll" } as const;
		expect([rooms.hold("other 0")?.for, rooms.hold("", "", poll)]).toEqual(["outage", undefined]);
		const failure = new DouyinError("network", "Refused.");
		rooms.strategy.failed({ ...own("other 4"), polled: true, failure, attempt: 2 }, rooms.now);
		expect(rooms.hold("other 0")?.mayPoll).toBe(true);
	});

	test("passes the probe on when the probing room is gone", async () => {
		for (const leave of ["left", "refused"] as const) {
			const rooms = failing(10);
			if (leave === "left") rooms.strategy.left("other 4", rooms.now);
			else rooms.fail("other 4", "blocked");
			expect(rooms.hold("other 0")?.ms).toBe(250);
		}
	});
});

describe("probing room with another failure", () => {
	const reasons = Object.keys(failureClasses) as FailureReason[];
	const others = reasons.filter((reason) => reason !== "blocked");

	test.each(others)("keeps its schedule and leaves the probe to others: %s", async (reason) => {
		for (const cause of ["network", "blocked"] as const) {
			const rooms = new Rooms(10);
			for (let i = 0; i < 5; i++) rooms.fail(`other ${i}`, cause);
			const prober = cause === "network" ? "other 4" : "other 1";
			await rooms.clock.advance(5 * minute + 1);
			expect(rooms.hold(prober)).toBeUndefined();
			rooms.strategy.begins(own(prober), rooms.now);
			const probed = cause === "network" && failureClasses[reason].shared;
			const { delayMs, advice } = rooms.fail(prober, reason, { attempt: 2 });
			if (probed) expect([advice, rooms.hold(prober)?.ms]).toEqual([{ delayMs: 0 }, 250]);
			else {
				expect(delayMs).toBe(2_000);
				expect(rooms.hold("other 0")?.ms ?? 0).toBeLessThanOrEqual(reason === "rate_limited" ? 2_000 : 1_000);
			}
		}
	});

	test("is never let through at once", () => {
		const step = fc.record({
			room: fc.constantFrom("1", "2", "3", "4"),
			identity: fc.constantFrom("me", "you"),
			reason: fc.constantFrom(...reasons),
			attempt: fc.integer({ min: 1, max: 9 }),
			passed: fc.constantFrom(0, 100, 5_000, minute, 6 * minute),
			works: fc.boolean(),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				const { strategy } = new Rooms(4, working());
				let now = 0;
				for (const { room, identity, reason, attempt, passed, works } of steps) {
					now += passed;
					const key = own(room, identity);
					strategy.begins(key, now);
					if (works) strategy.works(key, now);
					const failure = new DouyinError(reason, reason);
					const advice = strategy.failed({ ...key, failure, attempt }, now);
					const { delayMs } = whenNext({ attempt, retry: noRetries }, failure, advice, { now, blockedDelayMs: 1 });
					const heldMs = (strategy.hold(key, now)?.until ?? now) - now;
					expect(Math.max(delayMs, heldMs)).toBeGreaterThanOrEqual(200);
				}
			}),
		);
	});
});

describe("additional connection of a room", () => {
	test("waits for its identity's holds and during outages", () => {
		const rooms = new Rooms(2);
		const extra = (identity: string) => rooms.hold("", "", beside(identity));
		expect(extra("me")).toBeUndefined();
		rooms.fail("r", "rate_limited", { retryAfterMs: minute });
		expect(extra("me")).toMatchObject({ ms: minute, reason: "rate_limited" });
		for (const room of ["a", "b"]) rooms.fail(room, "blocked");
		expect(extra("me")).toMatchObject({ reason: "blocked", said: expect.stringContaining("room b tries first") });
		expect(extra("you")).toBeUndefined();
		for (const room of ["c", "d", "e", "f", "g"]) rooms.fail(room, "dns");
		expect(extra("you")).toMatchObject({ reason: "dns", said: expect.stringContaining("room g tries first") });
		rooms.strategy.works(own("g", "you"), rooms.now);
		expect(extra("you")).toBeUndefined();
	});

	test("retries by its own schedule, never probes, ends no outage", async () => {
		const rooms = new Rooms(4);
		for (let i = 0; i < 4; i++) rooms.fail(`other ${i}`, "network");
		const before = rooms.strategy.status(0).outage;
		const failure = new DouyinError("network", "network");
		expect(rooms.strategy.failed({ ...beside("me"), failure, attempt: 1 }, rooms.now)).toEqual({});
		rooms.strategy.opened(beside("me"), rooms.now);
		rooms.strategy.works(beside("me"), rooms.now);
		await rooms.clock.advance(10 * minute);
		expect(rooms.hold("", "", beside("me"))).toMatchObject({ reason: "network" });
		expect(rooms.strategy.status(0).outage).toEqual(before);
	});
});

test("holds a request repeated at once after any failure", () => {
	const kinds = ["socket", "poll"] as const;
	const reasons = Object.keys(failureClasses) as FailureReason[];
	const happening = fc.record({
		room: fc.integer({ min: 0, max: 4 }),
		what: fc.constantFrom("begins", "failed", "failed", "failed", "opened", "works", "left"),
		kind: fc.constantFrom(...kinds),
		reason: fc.constantFrom<FailureReason>("network", "timeout", ...reasons),
		polled: fc.boolean(),
		waitMs: fc.constantFrom(0, 0, 100, 1_000, 30_000),
	});
	fc.assert(
		fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
			let now = 1_000;
			const strategy = new AdaptiveStrategy({ logger, random: () => 0.5 });
			for (const { room, what, kind, reason, polled, waitMs } of happenings) {
				now += waitMs;
				const key = { ...own(`${room}`), kind, polled };
				if (what === "left") strategy.left(key.liveId, now);
				else if (what !== "failed") strategy[what](key, now);
				else {
					const failure = new DouyinError(reason, reason);
					const { delayMs } = strategy.failed({ ...key, failure, attempt: 1 }, now);
					if (delayMs === 0) expect(strategy.hold(key, now)?.until).toBeGreaterThan(now);
				}
			}
		}),
		{ numRuns: 500 },
	);
});
