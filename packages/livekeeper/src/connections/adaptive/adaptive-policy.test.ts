import { DouyinError, type FailureReason } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { describe, expect, test } from "vitest";
import { decisionTexts } from "../../text/index.ts";
import { AdaptivePolicy, type Decision, EndpointStats } from "./index.ts";

const minute = 60_000;

class Rooms {
	readonly clock = new ManualClock();
	readonly policy: AdaptivePolicy;

	constructor(rooms = 100, options: Partial<ConstructorParameters<typeof AdaptivePolicy>[0]> = {}) {
		this.policy = new AdaptivePolicy({ rooms: () => rooms, priorityOf: () => "live", random: () => 0.5, ...options });
	}

	fail(
		room: string,
		reason: FailureReason,
		more: { attempt?: number; host?: string; retryAfterMs?: number } = {},
	): Decision {
		const { attempt = 1, host, retryAfterMs } = more;
		const now = this.clock.now();
		return this.policy.decide({
			room,
			identity: "me",
			host,
			failure: new DouyinError(reason, reason, { retryAfterMs }),
			attempt,
			now,
		});
	}

	work(room: string, host?: string) {
		return this.policy.succeeded(room, "me", host, this.clock.now());
	}

	admit(room: string, identity = "me") {
		return this.policy.admit(room, identity, this.clock.now());
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

describe("a push host", () => {
	test("that fails room after room is left for one that works, at once", () => {
		const rooms = new Rooms();
		for (let i = 0; i < 5; i++) {
			rooms.work(`a${i}`, "a");
			rooms.work(`b${i}`, "b");
		}
		const first = rooms.fail("a0", "network", { host: "a" });
		expect(first.delayMs).toBe(1000);
		rooms.fail("a1", "network", { host: "a" });
		expect(rooms.fail("a2", "network", { host: "a" })).toEqual({
			delayMs: 350,
			host: "b",
			why: decisionTexts.hostSwitch("a", "b"),
		});
		expect(rooms.fail("a3", "network", { host: "a", attempt: 2 })).toMatchObject({ delayMs: 2000, host: "b" });
	});

	test("that is the only one is tried again all the same", () => {
		const rooms = new Rooms();
		for (let i = 0; i < 4; i++) rooms.fail(`a${i}`, "timeout", { host: "a" });
		expect(rooms.fail("a9", "timeout", { host: "a", attempt: 3 })).toMatchObject({ delayMs: 4000, host: "a" });
	});

	test("is left by a single room after its second failure, or a silence", () => {
		const rooms = new Rooms();
		rooms.work("x", "b");
		rooms.work("r", "a");
		expect(rooms.fail("r", "timeout", { host: "a", attempt: 2 }).host).toBe("b");
		rooms.work("s", "a");
		expect(rooms.fail("s", "silence", { host: "a", attempt: 1 }).host).toBe("b");
	});

	test("is not blamed for what is the identity's or the broadcast's", () => {
		const rooms = new Rooms();
		rooms.work("x", "a");
		for (const reason of ["blocked", "signature_rejected", "rate_limited", "broadcast_ended"] as const) {
			for (let i = 0; i < 3; i++) rooms.fail(`${reason}${i}`, reason, { host: "a" });
		}
		expect(rooms.policy.stats.successRate("a", rooms.clock.now())).toBeGreaterThan(0.5);
	});

	test("that is known from before a restart to fail is not tried first", () => {
		const before = new Rooms();
		for (let i = 0; i < 20; i++)
			before.policy.stats.record(i % 2 ? "a" : "b", i % 2 ? "timeout" : "ok", before.clock.now());
		const stats = EndpointStats.restore(JSON.parse(JSON.stringify(before.policy.stats.snapshot())));
		expect(new Rooms(100, { stats }).fail("r", "network").host).toBe("b");
	});
});

test("more attempts than the budget covers are put off, and told why", () => {
	const rooms = new Rooms(1000, { budget: { identity: { burst: 2, perSecond: 0.1 } } });
	const delays = ["a", "b", "c", "d"].map((room) => rooms.fail(room, "bad_frame").delayMs);
	expect(delays).toEqual([1000, 1000, 10_000, 20_000]);
	expect(rooms.fail("e", "bad_frame").why.en).toBe("many rooms try at the moment");
});

describe("when most rooms fail at once", () => {
	test("no host is blamed: when it is over, all are tried as before", () => {
		const rooms = new Rooms(10);
		for (const room of ["x", "y", "z"]) rooms.work(room, "b");
		rooms.work("0", "a");
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "timeout", { host: "a" });
		const rate = rooms.policy.stats.successRate("a", rooms.clock.now());
		for (let i = 0; i < 50; i++) rooms.fail("4", "timeout", { host: "a", attempt: 2 + i });
		expect(rooms.policy.stats.successRate("a", rooms.clock.now())).toBe(rate);
		rooms.work("4", "b");
		expect(rooms.fail("7", "network", { host: "a" }).delayMs).toBe(1000);
	});

	test("the rooms that were planned before it was known are held back, and woken by the first that gets through", () => {
		const rooms = new Rooms(10, { priorityOf: (room) => (room === "1" ? "pinned" : "live") });
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
		expect(rooms.policy.outage).toBe(true);
		expect(rooms.admit("0")).toMatchObject({
			delayMs: 30_000,
			why: { en: "most rooms failed at once; room 4 tries for all" },
			reason: "network",
		});
		rooms.admit("1");
		expect(rooms.work("4").map(({ room }) => room)).toEqual(["1", "0"]);
		expect(rooms.admit("0")).toBeUndefined();
	});

	test("a socket that opens is enough to call them back, even if the room has nothing to say", () => {
		const rooms = new Rooms(10);
		for (let i = 0; i < 5; i++) rooms.fail(String(i), "network");
		rooms.admit("0");
		expect(rooms.policy.reached("4", "me", rooms.clock.now())).toEqual([{ room: "0", delayMs: 50 }]);
		expect(rooms.policy.outage).toBe(false);
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

describe("a connection beside another of the same room", () => {
	test("waits while its identity is refused or asked to slow down, and while most rooms fail", () => {
		const rooms = new Rooms(10);
		const extra = (identity: string) => rooms.policy.admitExtra(identity, rooms.clock.now());
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

	test("never probes for the others, nor waits in their line", async () => {
		const rooms = new Rooms(5);
		for (const room of ["a", "b", "c", "d", "e"]) rooms.fail(room, "network");
		const before = rooms.policy.probing;
		await rooms.clock.advance(10 * minute);
		expect(rooms.policy.admitExtra("me", rooms.clock.now())).toMatchObject({ reason: "network" });
		expect(rooms.policy.probing).toEqual(before);
	});
});
