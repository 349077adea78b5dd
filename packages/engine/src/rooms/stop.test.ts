import { describe, expect, test } from "vitest";
import { live, offline } from "./fake-upstream.helpers.ts";
import { OpenGate, RoomHarness } from "./room-harness.helpers.ts";
import type { RoomPhase } from "./room-status.ts";

/** Returns a gate without free permits. */
const noPermits = () => new OpenGate(() => new Promise(() => undefined));

const ways: Record<Exclude<RoomPhase, "stopped">, () => Promise<RoomHarness>> = {
	idle: async () => new RoomHarness(),
	resolving: () => started((room) => (room.upstream.page = "hang")),
	waiting: () => started((room) => (room.upstream.page = offline())),
	queued: () => started(() => undefined, { gate: noPermits() }),
	connecting: () => started(() => undefined),
	connected: async () => {
		const room = new RoomHarness();
		await room.connect();
		return room;
	},
	reconnecting: async () => {
		const room = await ways.connected();
		await room.fail();
		return room;
	},
	blocked: async () => {
		const room = await ways.connected();
		await room.fail("blocked");
		return room;
	},
	not_found: () => started((room) => (room.upstream.page = { status: "not_found", liveId: "1001" })),
};

async function started(prepare: (room: RoomHarness) => unknown, ...args: ConstructorParameters<typeof RoomHarness>) {
	const room = new RoomHarness(...args);
	prepare(room);
	room.monitor.start();
	await room.settle();
	return room;
}

describe.each(Object.entries(ways))("stopped while %s", (state, way) => {
	test("stops at once and leaves no timer or socket", async () => {
		const room = await way();
		expect(room.state).toBe(state);
		const stopped = room.monitor.stop();
		expect(room.monitor.status()).toMatchObject({ state: "stopped", reason: { code: "stopped" } });
		expect(room.upstream.openSessions.every((session) => session.aborted)).toBe(true);
		await stopped;
		expect(room.clock.pendingTimers).toBe(0);
		expect(room.upstream.openSessions).toEqual([]);
		const statusCount = room.statuses.length;
		const { length } = room.upstream.sessions;
		room.monitor.start();
		room.monitor.checkHealth();
		await room.clock.advance(3_600_000);
		expect(room.state).toBe("stopped");
		expect(room.statuses).toHaveLength(statusCount);
		expect(room.upstream.sessions).toHaveLength(length);
		expect(room.clock.pendingTimers).toBe(0);
	});
});

test("leaves no timer when stopped during a silence check", async () => {
	const room = await ways.connected();
	room.upstream.page = "hang";
	await room.pass(62_000);
	expect(room.monitor.status().health).toBe("silent");
	await room.monitor.stop();
	expect(room.clock.pendingTimers).toBe(0);
});

test("ignores the answer of a silence check after stopping", async () => {
	const room = await ways.connected();
	room.upstream.page = "hang";
	room.upstream.last.lingers = true;
	await room.pass(62_000);
	const stopped = room.monitor.stop();
	room.upstream.answerLookup(live());
	await room.settle();
	expect(room.state).toBe("stopped");
	expect(room.log.lines.filter((line) => line.level >= 50)).toEqual([]);
	room.upstream.last.letGo();
	await stopped;
});

test("resolves when the socket is closed and drops later items", async () => {
	const room = await ways.connected();
	room.events();
	room.upstream.last.lingers = true;
	let over = false;
	const stopped = room.monitor.stop().then(() => {
		over = true;
	});
	room.upstream.last.frame();
	await room.settle();
	expect(over).toBe(false);
	expect(room.events()).toEqual([]);
	room.upstream.last.letGo();
	await stopped;
	expect(room.clock.pendingTimers).toBe(0);
});

test("gives up a session that ignores its abort", async () => {
	const room = await ways.connected();
	room.upstream.last.lingers = true;
	let over = false;
	void room.monitor.stop().then(() => {
		over = true;
	});
	await room.clock.advance(4999);
	expect(over).toBe(false);
	await room.clock.advance(1);
	expect(over).toBe(true);
	expect(room.lines("连接没有按要求结束")).toHaveLength(1);
	expect(room.clock.pendingTimers).toBe(0);
});

test("starts the next session after the previous socket has closed", async () => {
	const room = await ways.connected();
	const mute = room.upstream.last;
	mute.lingers = true;
	await room.pass(63_000);
	expect(room.state).toBe("reconnecting");
	expect(room.upstream.last).toBe(mute);
	mute.letGo();
	await room.settle();
	expect(room.upstream.last).not.toBe(mute);
	await room.monitor.stop();
});

test("ignores a second stop and a second start", async () => {
	const room = await ways.connected();
	room.monitor.start();
	await room.settle();
	expect(room.upstream.sessions).toHaveLength(1);
	await Promise.all([room.monitor.stop(), room.monitor.stop()]);
	expect(room.clock.pendingTimers).toBe(0);
});

test("can be stopped while its former connection is closing", async () => {
	for (const stops of [true, false]) {
		const room = new RoomHarness();
		let gone = () => {
			// replaced below
		};
		room.monitor.start(
			new Promise<void>((resolve) => {
				gone = resolve;
			}),
		);
		await room.settle();
		expect(room.upstream.lookups).toHaveLength(0);
		const stopped = stops ? room.monitor.stop() : Promise.resolve();
		gone();
		await stopped;
		await room.settle();
		expect(room.upstream.lookups).toHaveLength(stops ? 0 : 1);
		await room.monitor.stop();
	}
});
