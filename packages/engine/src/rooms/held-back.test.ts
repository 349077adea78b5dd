import type { LiveEvent } from "@livekeeper/douyin";
import { describe, expect, test } from "vitest";
import { chat, offline } from "./fake-upstream.helpers.ts";
import type { Permit } from "./gate.ts";
import { OpenGate, permit, RoomHarness } from "./room-harness.helpers.ts";

const minute = 60_000;

/** A room whose gate holds back every attempt until it is opened. */
function heldRoom(gate = new OpenGate()) {
	const room = new RoomHarness({ gate });
	const hold = () => {
		const until = room.clock.elapsed() + 31_000;
		gate.hold = { for: "outage", until, why: ["othersTry", "mostFailed", "7"], reason: "network" };
	};
	return { room, gate, hold };
}

describe("held attempt", () => {
	test("waits, with the reason and next check in the status", async () => {
		const { room, gate, hold } = heldRoom();
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
				decision: { en: "Most rooms disconnected at once; room 7 tries first." },
			},
			nextAttemptAt: room.clock.now() + 30_000,
			reconnectCount: 1,
		});
		await room.clock.advance(29_000);
		gate.letGo();
		await room.settle();
		expect(room.upstream.sessions).toHaveLength(2);
		expect(room.upstream.lookups).toHaveLength(1);
		await room.monitor.stop();
	});

	test("looks the room up first after a long hold", async () => {
		const { room, gate, hold } = heldRoom();
		await room.connect();
		await room.fail();
		hold();
		await room.clock.advance(1000 + 60_000);
		gate.letGo();
		await room.settle();
		expect(room.upstream.lookups).toHaveLength(2);
		expect(room.upstream.sessions).toHaveLength(2);
		await room.monitor.stop();
	});

	test("gives the hold as reason of a new room", async () => {
		const { room, hold } = heldRoom();
		hold();
		room.monitor.start();
		await room.settle();
		expect(room.monitor.status()).toMatchObject({ state: "reconnecting", reason: { code: "network" } });
		expect(room.upstream.sessions).toEqual([]);
		await room.monitor.stop();
		expect(room.clock.pendingTimers).toBe(0);
	});

	test("connects in time after a backward clock step", async () => {
		const { room, gate, hold } = heldRoom();
		await room.connect();
		await room.fail("blocked");
		room.clock.set(-60 * minute);
		hold();
		await room.clock.advance(5 * minute);
		expect(room.upstream.sessions).toHaveLength(1);
		gate.letGo();
		await room.settle();
		expect(room.upstream.sessions).toHaveLength(2);
		await room.monitor.stop();
	});
});

test("returns a permit granted after the room has stopped", async () => {
	const permits = { held: 0, grant: (): void => undefined };
	const gate = new OpenGate(
		() =>
			new Promise<Permit>((resolve) => {
				permits.grant = () => {
					permits.held++;
					resolve(permit(() => void permits.held--));
				};
			}),
	);
	const room = new RoomHarness({ gate });
	room.monitor.start();
	await room.settle();
	expect(room.state).toBe("queued");
	permits.grant();
	await room.monitor.stop();
	await room.settle();
	expect(permits.held).toBe(0);
	expect(room.upstream.sessions).toEqual([]);
});

test("ends any wait once messages can be stored again", async () => {
	// The events of the broadcast and the connection and the first message fill it.
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

describe("gate", () => {
	test("learns of first frames, failures and idle rooms", async () => {
		const gate = new OpenGate();
		const room = new RoomHarness({ gate });
		await room.connect();
		expect(gate.calls).toEqual(["opened", "works"]);
		await room.fail("silence");
		expect(gate.failures.at(-1)).toMatchObject({ liveId: "1001", attempt: 1 });
		room.upstream.page = offline();
		await room.clock.advance(1000);
		expect(gate.calls.at(-1)).toBe("left");
		await room.monitor.stop();
	});

	test("passes the host advisor to every connection", async () => {
		const gate = new OpenGate();
		const nothing = () => undefined;
		gate.hosts = { choose: nothing, works: nothing, failed: nothing };
		const room = new RoomHarness({ gate });
		await room.connect();
		expect(room.upstream.last.request.hosts).toBe(gate.hosts);
		await room.monitor.stop();
	});
});
