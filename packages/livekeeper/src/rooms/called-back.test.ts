import type { LiveEvent, Permit } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { verbatim } from "../text/index.ts";
import { chat, offline } from "./fake-upstream.helpers.ts";
import { PromisedStrategy, permit, permitsFrom, RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

/** A room whose strategy holds back every attempt, until `letGo`. */
function heldRoom() {
	const reconnect = new PromisedStrategy();
	const held = {
		delayMs: 30_000,
		why: verbatim("most rooms failed at once; room 7 tries for all"),
		reason: "network",
	} as const;
	const room = new RoomHarness({ reconnect });
	return {
		room,
		reconnect,
		hold: () => {
			reconnect.hold = () => held;
		},
		letGo: () => {
			reconnect.hold = () => undefined;
		},
	};
}

describe("an attempt that is held back", () => {
	test("is not made; the status says why, and when it is asked again", async () => {
		const { room, hold, letGo } = heldRoom();
		await room.connect();
		await room.fail();
		hold();
		await room.clock.advance(1000);
		expect(room.upstream.sessions).toHaveLength(1);
		expect(room.monitor.status()).toMatchObject({
			state: "reconnecting",
			reason: {
				code: "network",
				message: { en: "Fails: network" },
				decision: { en: "Most rooms failed at once; room 7 tries for all." },
			},
			nextAttemptAt: room.clock.now() + 30_000,
			reconnectCount: 1,
		});
		letGo();
		await room.clock.advance(30_000);
		expect(room.upstream.sessions).toHaveLength(2);
		expect(room.upstream.lookups).toHaveLength(1);
		await room.monitor.stop();
	});

	test("twice looks the room up first when it is made", async () => {
		const { room, hold, letGo } = heldRoom();
		await room.connect();
		await room.fail();
		hold();
		await room.clock.advance(1000 + 30_000);
		letGo();
		await room.clock.advance(30_000);
		expect(room.upstream.lookups).toHaveLength(2);
		expect(room.upstream.sessions).toHaveLength(2);
		await room.monitor.stop();
	});

	test("leaves a room that waits for its broadcast waiting for it", async () => {
		const { room, hold, letGo } = heldRoom();
		room.upstream.page = offline();
		room.monitor.start();
		await room.settle();
		hold();
		await room.clock.advance(5 * minute);
		expect(room.upstream.lookups).toHaveLength(1);
		expect(room.monitor.status()).toMatchObject({ state: "waiting", reason: { code: "offline" } });
		letGo();
		await room.clock.advance(30_000);
		expect(room.upstream.lookups).toHaveLength(2);
		await room.monitor.stop();
	});

	test("of a new room names what it is held back for", async () => {
		const { room, hold } = heldRoom();
		hold();
		room.monitor.start();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "network" } });
		expect(room.upstream.lookups).toEqual([]);
		await room.monitor.stop();
		expect(room.clock.pendingTimers).toBe(0);
	});

	test("after the wait for a permit releases the permit", async () => {
		const { room, hold, permits } = queuedRoom();
		await room.settle();
		expect(room.state).toBe("queued");
		hold();
		permits.grant();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "network" } });
		expect(permits.held).toBe(0);
		expect(room.upstream.sessions).toEqual([]);
		await room.monitor.stop();
	});
});

/** A room that waits for a permit, which the test grants. */
function queuedRoom() {
	const reconnect = new PromisedStrategy();
	const permits = { held: 0, grant: (): void => undefined };
	const acquire = () =>
		new Promise<Permit>((resolve) => {
			permits.grant = () => {
				permits.held++;
				resolve(permit(() => void permits.held--));
			};
		});
	const room = new RoomHarness({ reconnect, permits: permitsFrom(acquire) });
	room.monitor.start();
	const hold = () => {
		reconnect.hold = () => ({ delayMs: 1000, why: verbatim("held"), reason: "network" });
	};
	return { room, permits, hold };
}

describe("a room that is called back", () => {
	test("tries then, earlier or later than planned, and says why", async () => {
		const room = new RoomHarness();
		await room.connect();
		for (const delayMs of [50, 200_000]) {
			await room.fail();
			const before = room.upstream.sessions.length;
			room.monitor.callBack(delayMs, verbatim("It is over."));
			expect(room.monitor.status()).toMatchObject({
				nextAttemptAt: room.clock.now() + delayMs,
				reason: { code: "network", decision: { en: "It is over." } },
			});
			await room.clock.advance(delayMs - 1);
			expect(room.upstream.sessions).toHaveLength(before);
			await room.clock.advance(1);
			expect(room.upstream.sessions).toHaveLength(before + 1);
		}
		await room.monitor.stop();
	});

	test("tries no earlier than the upstream was promised", async () => {
		const room = new RoomHarness();
		await room.connect();
		await room.fail("blocked");
		room.monitor.callBack(0, verbatim("Come."));
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 5 * minute);
		await room.clock.advance(5 * minute);
		await room.fail("rate_limited", { retryAfterMs: 90_000 });
		room.monitor.callBack(0, verbatim("Come."));
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + 90_000);
		await room.monitor.stop();
	});

	test.each(["called back", "held back"])("tries in time where the clock was set back, and is %s", async (how) => {
		const { room, hold } = heldRoom();
		await room.connect();
		await room.fail("blocked");
		room.clock.set(-60 * minute);
		let inMs = 5 * minute;
		if (how === "called back") room.monitor.callBack(0, verbatim("Come."));
		else {
			hold();
			await room.clock.advance(inMs);
			inMs = 30_000;
		}
		expect(room.monitor.status().nextAttemptAt).toBe(room.clock.now() + inMs);
		await room.monitor.stop();
	});

	test("is left alone while it is connected, while an attempt is under way, and when it has stopped", async () => {
		const room = new RoomHarness();
		await room.connect();
		room.monitor.callBack(0, verbatim("Come."));
		await room.fail();
		await room.clock.advance(1000);
		const told = room.statuses.length;
		room.monitor.callBack(0, verbatim("Come."));
		expect(room.statuses).toHaveLength(told);
		await room.monitor.stop();
		room.monitor.callBack(0, verbatim("Come."));
		expect(room.state).toBe("stopped");
		expect(room.clock.pendingTimers).toBe(0);
	});
});

test("as soon as messages can be stored again the room goes on, however long it would have waited", async () => {
	// Filled by what is told of the broadcast and the connection, and the first message.
	const room = new RoomHarness({}, 3);
	await room.connect();
	room.upstream.last.frame([chat(room.clock.now())]);
	await room.settle();
	await room.clock.advance(10 * minute);
	expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "storage" } });
	expect(room.monitor.status().nextAttemptAt).toBeGreaterThan(room.clock.now() + 1000);
	const sessions = room.upstream.sessions.length;
	const stored: LiveEvent[] = room.events();
	expect(stored.length).toBeGreaterThan(0);
	await room.settle();
	expect(room.upstream.sessions).toHaveLength(sessions + 1);
	await room.monitor.stop();
});

describe("the strategy", () => {
	test("learns of first frames, of failures with their host, and of rooms that have nothing to connect to", async () => {
		const reconnect = new PromisedStrategy();
		const room = new RoomHarness({ reconnect });
		await room.connect();
		expect(reconnect.told).toEqual(["opened", "works"]);
		await room.fail("silence");
		expect(reconnect.failures.at(-1)).toMatchObject({ liveId: "1001", attempt: 1 });
		room.upstream.page = offline();
		await room.clock.advance(1000);
		expect(reconnect.told.at(-1)).toBe("left");
		await room.monitor.stop();
	});

	test("gives every connection what chooses its host", async () => {
		const reconnect = new PromisedStrategy();
		const nothing = () => undefined;
		reconnect.hosts = { choose: nothing, works: nothing, failed: nothing };
		const room = new RoomHarness({ reconnect });
		await room.connect();
		expect(room.upstream.last.request.hosts).toBe(reconnect.hosts);
		await room.monitor.stop();
	});
});
