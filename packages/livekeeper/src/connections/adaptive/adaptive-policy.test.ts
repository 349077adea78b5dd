import { DouyinError, type FailureReason, failureClasses } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decisionTexts } from "../../text/index.ts";
import type { Decision } from "./adaptive-policy.ts";
import { AdaptivePolicy } from "./index.ts";

const minute = 60_000;

/** A room's own connection. */
const own = (liveId: string, identity = "me") =>
	({ liveId, source: 0, identity, kind: "socket", beside: false, polled: false }) as const;
/** One that a room has beside its own. */
const beside = (identity: string) =>
	({ liveId: "r", source: 1, identity, kind: "socket", beside: true, polled: false }) as const;

class Rooms {
	readonly clock = new ManualClock();
	readonly policy: AdaptivePolicy;

	constructor(rooms = 100, options: Partial<ConstructorParameters<typeof AdaptivePolicy>[0]> = {}) {
		this.policy = new AdaptivePolicy({
			rooms: () => rooms,
			priorityOf: () => "live",
			hosts: { anyWorks: false },
			random: () => 0.5,
			...options,
		});
	}

	fail(room: string, reason: FailureReason, more: { attempt?: number; retryAfterMs?: number } = {}): Decision {
		const { attempt = 1, retryAfterMs } = more;
		const failure = new DouyinError(reason, reason, { retryAfterMs });
		return this.policy.decide({ ...own(room), failure, attempt, now: this.clock.now() });
	}

	work(room: string) {
		return this.policy.succeeded(own(room), this.clock.now());
	}

	admit(room: string, identity = "me") {
		return this.policy.admit(own(room, identity), this.clock.now());
	}
}

test("a room by itself waits as by the fixed schedule", () => {
	const rooms = new Rooms();
	const delays = [1, 2, 3, 4, 5, 6].map((attempt) => rooms.fail("r", "network", { attempt }).delayMs / 1000);
	expect(delays).toEqual([1, 2, 4, 8, 16, 32]);
	expect(rooms.admit("r")).toBeUndefined();
});

test("what the upstream asks for is honoured, up to an hour", () => {
	const rooms = new Rooms();
	expect(rooms.fail("r", "upstream_error", { retryAfterMs: 90_000 })).toMatchObject({
		delayMs: 90_000,
		why: { en: "the upstream asked for this much patience" },
	});
	expect(rooms.fail("r", "upstream_error", { retryAfterMs: 1e12 }).delayMs).toBe(60 * minute);
});

test("a request to slow down holds all rooms of that identity, and no others", async () => {
	const rooms = new Rooms();
	rooms.fail("r", "rate_limited", { retryAfterMs: minute });
	expect(rooms.admit("other")).toMatchObject({
		delayMs: minute,
		why: { en: "the upstream asked this identity to slow down" },
	});
	expect(rooms.admit("other", "you")).toBeUndefined();
	await rooms.clock.advance(minute);
	expect(rooms.admit("other")).toBeUndefined();
});

describe("a room that is refused", () => {
	test("waits for 5, 10, 20, 40, then 60 min, and holds up nobody else", async () => {
		const rooms = new Rooms();
		for (const minutes of [5, 10, 20, 40, 60, 60]) {
			const { delayMs } = rooms.fail("r", "blocked");
			expect(delayMs / minute).toBe(minutes);
			expect(rooms.admit("other")).toBeUndefined();
			await rooms.clock.advance(delayMs);
		}
		rooms.work("r");
		expect(rooms.fail("r", "blocked").delayMs).toBe(5 * minute);
	});

	test("is the sign of a refused identity when it is not alone: one room tries for all", async () => {
		const rooms = new Rooms();
		rooms.fail("a", "blocked");
		rooms.fail("b", "blocked");
		expect(rooms.admit("c")).toMatchObject({ why: { en: "the upstream refuses this identity; room b tries for all" } });
		expect(rooms.fail("d", "network").why.en).toBe("the upstream refuses this identity; room b tries for all");
		expect(rooms.admit("c", "you")).toBeUndefined();
		await rooms.clock.advance(5 * minute);
		expect(rooms.admit("a")).toMatchObject({ delayMs: 30_000 });
		expect(rooms.admit("b")?.delayMs ?? 0).toBe(0);
		expect(rooms.work("b").map(({ room }) => room)).toEqual(["c", "d", "a"]);
		expect(rooms.admit("c")).toBeUndefined();
	});
});

describe("while a push host is known to work", () => {
	const known = { hosts: { anyWorks: true } };

	test("a room that lost its connection tries again at once, then by the schedule", () => {
		const rooms = new Rooms(100, known);
		expect(rooms.fail("r", "network")).toEqual({ delayMs: 350, why: decisionTexts.hostWorks });
		const delays = [2, 3, 4].map((attempt) => rooms.fail("r", "network", { attempt }).delayMs);
		expect(delays).toEqual([2000, 4000, 8000]);
	});

	test("one whose connections don't hold does not", async () => {
		const rooms = new Rooms(100, known);
		rooms.work("r");
		expect(rooms.fail("r", "network").delayMs).toBe(1000);
		rooms.work("r");
		await rooms.clock.advance(minute);
		expect(rooms.fail("r", "network").delayMs).toBe(350);
	});

	test("nor does one that failed of something else, or that the upstream asks for patience", () => {
		const rooms = new Rooms(100, known);
		expect(rooms.fail("r", "signature_rejected").delayMs).toBe(1000);
		expect(rooms.fail("s", "upstream_error", { retryAfterMs: 5000 }).delayMs).toBe(5000);
		for (let i = 0; i < 50; i++) rooms.fail(String(i), "network");
		expect(rooms.fail("51", "network").why.en).toContain("tries for all");
	});
});

describe("when most rooms fail at once", () => {
	test("the rooms that were planned before it was known are held back, and woken by the first that gets through", () => {
		const rooms = new Rooms(10, { priorityOf: (room) => (room === "1" ? "pinned" : "live") });
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
		expect(rooms.policy.probing).toBeDefined();
		expect(rooms.admit("0")).toMatchObject({
			delayMs: 30_000,
			why: { en: "most rooms failed at once; room 4 tries for all" },
			reason: "network",
		});
		rooms.admit("1");
		expect(rooms.work("4").map(({ room }) => room)).toEqual(["1", "0"]);
		expect(rooms.admit("0")).toBeUndefined();
	});

	test("a socket that opens calls nobody back before it has brought something: the next room probes meanwhile, at the pace of probes", () => {
		const rooms = new Rooms(10);
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
		rooms.admit("0");
		rooms.admit("1");
		expect(rooms.policy.opened(own("4"), rooms.clock.now())).toEqual([{ room: "0", delayMs: 250 }]);
		expect(rooms.policy.probing).toMatchObject({ canary: "0", waiting: 1 });
		expect(rooms.policy.opened(own("0"), rooms.clock.now())).toEqual([{ room: "1", delayMs: 250 }]);
		expect(rooms.work("4")).toEqual([{ room: "1", delayMs: 50 }]);
		expect(rooms.policy.probing).toBeUndefined();
	});

	test("rooms that open and have nothing to say hold nobody up: whoever asks next is to try", () => {
		const rooms = new Rooms(10);
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
		expect(rooms.policy.opened(own("4"), rooms.clock.now())).toEqual([]);
		expect(rooms.admit("0")).toBeUndefined();
		expect(rooms.policy.probing).toMatchObject({ canary: "0" });
	});

	test("and the one that tries for all is removed, or refused, another is woken to try", () => {
		for (const leave of ["remove", "refuse"] as const) {
			const rooms = new Rooms(10);
			for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
			rooms.admit("0");
			const now = rooms.clock.now();
			const woken = leave === "remove" ? rooms.policy.removed("4", now) : rooms.fail("4", "blocked").wake;
			expect(woken).toEqual([{ room: "0", delayMs: 250 }]);
		}
	});
});

describe("who tries for all and fails of something else", () => {
	const reasons = Object.keys(failureClasses) as FailureReason[];
	const others = reasons.filter((reason) => reason !== "blocked");

	test.each(others)("goes by its own schedule, whatever is due: %s", async (reason) => {
		for (const cause of ["network", "blocked"] as const) {
			const rooms = new Rooms(10);
			for (let i = 0; i < 5; i++) rooms.fail(String(i), cause);
			const prober = cause === "network" ? "4" : "1";
			await rooms.clock.advance(5 * minute + 1);
			expect(rooms.admit(prober)).toBeUndefined();
			const probed = cause === "network" && failureClasses[reason].shared;
			for (const attempt of [2, 3]) {
				const { delayMs } = rooms.fail(prober, reason, { attempt });
				if (probed) expect(delayMs).toBeGreaterThanOrEqual(250);
				else expect(delayMs).toBe(2 ** (attempt - 1) * 1000);
				await rooms.clock.advance(delayMs);
			}
		}
	});

	test("is never told to try at once, whatever befell it and others", () => {
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
				const rooms = new Rooms(4, { hosts: { anyWorks: true } });
				let now = 0;
				for (const { room, identity, reason, attempt, passed, works } of steps) {
					now += passed;
					const connection = own(room, identity);
					if (works) rooms.policy.succeeded(connection, now);
					const failure = new DouyinError(reason, reason);
					expect(rooms.policy.decide({ ...connection, failure, attempt, now }).delayMs).toBeGreaterThanOrEqual(200);
				}
			}),
		);
	});
});

describe("a connection beside another of the same room", () => {
	test("waits while its identity is refused or asked to slow down, and while most rooms fail", () => {
		const rooms = new Rooms(10);
		const extra = (identity: string) => rooms.policy.admit(beside(identity), rooms.clock.now());
		expect(extra("me")).toBeUndefined();
		rooms.fail("r", "rate_limited", { retryAfterMs: minute });
		expect(extra("me")).toMatchObject({ delayMs: minute, reason: "rate_limited" });
		for (const room of ["a", "b"]) rooms.fail(room, "blocked");
		expect(extra("me")).toMatchObject({
			reason: "blocked",
			why: { en: expect.stringContaining("room b tries for all") },
		});
		expect(extra("you")).toBeUndefined();
		for (const room of ["c", "d", "e", "f", "g"]) rooms.fail(room, "dns");
		expect(extra("you")).toMatchObject({ reason: "dns", why: { en: expect.stringContaining("room g tries for all") } });
		rooms.work("g");
		expect(extra("me")).toMatchObject({ reason: "rate_limited" });
		expect(extra("you")).toBeUndefined();
	});

	test("is tried again by its own schedule when it fails, whatever its room or most rooms do", () => {
		const rooms = new Rooms(4);
		for (const room of ["a", "b", "c", "d"]) rooms.fail(room, "network");
		const before = rooms.policy.probing;
		const fail = (attempt: number) => {
			const failure = new DouyinError("network", "network");
			return rooms.policy.decide({ ...beside("me"), failure, attempt, now: rooms.clock.now() }).delayMs;
		};
		expect([1, 2, 3].map(fail)).toEqual([1_000, 2_000, 4_000]);
		expect(rooms.policy.opened(beside("me"), rooms.clock.now())).toEqual([]);
		expect(rooms.policy.probing).toEqual(before);
	});

	test("never probes for the others, nor waits in their line", async () => {
		const rooms = new Rooms(5);
		for (const room of ["a", "b", "c", "d", "e"]) rooms.fail(room, "network");
		const before = rooms.policy.probing;
		await rooms.clock.advance(10 * minute);
		expect(rooms.policy.admit(beside("me"), rooms.clock.now())).toMatchObject({ reason: "network" });
		expect(rooms.policy.probing).toEqual(before);
	});
});
